"""One function, one act, one commit: what happens to a contact between a door and a desk."""
