"""Webhooks: another program is told when something happens, and can prove who told it and that nothing is missing."""
