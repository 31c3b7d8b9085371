"""The relationship management plan: sections, versions, approvals by each party, reviews."""
