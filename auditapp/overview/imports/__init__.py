"""Bringing people and partners in from CSV: looked at first, taken when confirmed."""
