"""Partners and the relationships with them."""
