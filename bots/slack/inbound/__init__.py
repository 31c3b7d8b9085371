"""What people do in Slack: taken in within the acknowledgement, done after it, answered in words."""
