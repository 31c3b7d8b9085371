"""Relationships: partners, and the collaborative relationships with them through eight stages."""
