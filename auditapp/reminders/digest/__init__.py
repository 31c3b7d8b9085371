"""Notices become messages: the morning digest, and what goes at once."""
