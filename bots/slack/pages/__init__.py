"""Pages about Slack: how it is connected, who is who there, channels, and what a person chooses for themselves."""
