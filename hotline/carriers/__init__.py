"""The hands of the house: real ones, and one that remembers and never dials; nobody else touches the outside world."""
