"""Who can help now, and who must rest; a listener who is gone but still counted on is a person left waiting."""
