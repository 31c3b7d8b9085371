"""Tables of rmp."""
