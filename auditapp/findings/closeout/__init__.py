"""Closing an audit: its nonconformities are closed, or carried over with a reason."""
