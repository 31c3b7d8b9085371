"""Where what is due comes from: one file per feature. Each reads a fixed number of statements, bounded by day."""
