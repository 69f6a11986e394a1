"""What we promised, carried out at least once; without it an alarm would be a row that nobody reads."""
