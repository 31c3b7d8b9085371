"""The audit programme as a report: what was planned, done, late and moved, what is covered, who audited, what came of it."""
