"""What was told to whom: notices, the messages that carry them, and how each was delivered."""
