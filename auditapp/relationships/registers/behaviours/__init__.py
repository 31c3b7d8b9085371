"""Competence and behaviours of the people in a relationship."""
