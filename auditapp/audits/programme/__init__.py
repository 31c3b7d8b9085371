"""Programme: the audits of a period, what they cover, and what is still uncovered."""
