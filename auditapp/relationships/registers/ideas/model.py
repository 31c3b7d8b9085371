"""Tables of ideas."""
