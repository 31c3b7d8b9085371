"""Tables of lessons."""
