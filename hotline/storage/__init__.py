"""Where every fact rests: one database, one commit; Redis and processes may vanish, these rows may not."""
