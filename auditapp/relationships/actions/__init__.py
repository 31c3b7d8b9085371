"""Joint actions: what a meeting, an issue or a plan asks of somebody."""
