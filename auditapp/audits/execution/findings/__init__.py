"""Audit findings: written, edited, supported by answers, withdrawn with a reason."""
