"""The jobs, their clock, and whether they are on time."""
