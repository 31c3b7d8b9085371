"""Joint risks and opportunities."""
