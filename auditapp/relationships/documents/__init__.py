"""Controlled documents: versions, owner, review date, approval."""
