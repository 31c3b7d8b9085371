"""The demonstration organization."""
