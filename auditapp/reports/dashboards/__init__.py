"""Dashboards: where the whole stands, as somebody in one role looks at it."""
