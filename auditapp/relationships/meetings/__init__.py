"""Meetings of the joint team, with their decisions."""
