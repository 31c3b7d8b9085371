"""Slack: what goes out to it, what comes back from it, who is who there, and how it is installed."""
