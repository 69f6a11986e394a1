"""Someone is here; write it down before anything else."""
