"""Tables of exits."""
