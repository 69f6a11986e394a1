"""The vocabulary of the helpline; imports nothing of ours, so that every room can speak it."""
