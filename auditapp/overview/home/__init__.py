"""The home page per kind of person."""
