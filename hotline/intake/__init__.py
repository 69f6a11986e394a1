"""The doors: a provider's or a browser's spelling on one side, our words on the other."""
