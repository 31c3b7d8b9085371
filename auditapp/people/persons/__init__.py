"""Persons: the list, a page each, roles, and what they answer for."""
