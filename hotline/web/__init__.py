"""What doors and desks share: who is asking, in which language, within which limits, and the live stream."""
