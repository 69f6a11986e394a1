"""How worried are we, and why do we say so; without this room every contact would wait in the same line."""
