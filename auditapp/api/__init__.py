"""The programming interface: the same queries and services as the pages, as JSON, for tokens that act as their person."""
