"""Tables of actions."""
