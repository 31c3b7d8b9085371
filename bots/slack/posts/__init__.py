"""What stands in Slack because we posted it, and how it keeps up with what happens."""
