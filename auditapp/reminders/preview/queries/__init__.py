"""Thinking ahead: a copy of what the engine reads, and the engine run on it."""
