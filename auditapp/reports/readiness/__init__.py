"""Could we be audited today? Readiness, gap analysis, and the packs for the visits of a certification body."""
