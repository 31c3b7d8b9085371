"""The verbs of a nonconformity's own life."""
