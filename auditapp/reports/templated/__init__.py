"""The audit report as a Word file, from the organization's own template."""
