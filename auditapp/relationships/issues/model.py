"""Tables of issues."""
