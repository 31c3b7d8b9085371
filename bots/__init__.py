"""Bots: Slack and mail, in and out."""
