"""The issued audit report as a PDF."""
