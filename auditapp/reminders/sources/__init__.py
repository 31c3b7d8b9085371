"""What each feature owes, read from its own records."""
