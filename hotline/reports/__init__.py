"""Reads across the stages and writes nothing; what a page shows is computed here, so that pages and API agree."""
