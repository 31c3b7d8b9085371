"""Health check and maturity: both sides answer the same questions."""
