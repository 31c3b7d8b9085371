"""The exit strategy, its triggers, its reviews, and the exit itself."""
