"""The verbs of a nonconformity's own life, and its page."""
