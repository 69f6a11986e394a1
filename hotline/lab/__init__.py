"""Rehearsals against a running helpline; without them its first full evening would be its first test."""
