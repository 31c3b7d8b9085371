"""Plan: what one audit looks at, who does it, when, and whether the auditee agreed."""
