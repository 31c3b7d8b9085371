"""Tables of objectives."""
