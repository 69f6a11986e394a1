"""Crisis triage and volunteer hotline: who reaches out, how soon they must meet a human, and what was done."""

__version__ = "0.1.0"
