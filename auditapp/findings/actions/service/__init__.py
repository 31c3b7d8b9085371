"""The verbs of actions."""
