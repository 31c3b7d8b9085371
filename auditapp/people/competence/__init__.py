"""Training and competence of the people who audit (ISO 19011 clause 7)."""
