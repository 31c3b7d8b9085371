"""Tokens: what a program shows to act as a person, within what the person chose for it."""
