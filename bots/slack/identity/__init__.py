"""Who is who: which account in Slack belongs to which person, and what it may therefore do."""
