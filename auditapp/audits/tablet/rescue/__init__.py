"""Unsent work that comes as a sealed file instead of through the network."""
