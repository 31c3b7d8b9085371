"""Calendar feeds: what is due, and when audits and meetings are, in people's own calendars."""
