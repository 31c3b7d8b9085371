"""Execution: the walk, answers, evidence, findings."""
