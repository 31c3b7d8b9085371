"""Verification by somebody else, and the dated check of effectiveness."""
