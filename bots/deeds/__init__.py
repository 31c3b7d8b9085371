"""What can be done to a thing from a conversation: looked up, asked for and done by the site's own services."""
