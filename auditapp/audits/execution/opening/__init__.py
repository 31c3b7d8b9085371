"""The opening meeting: the questions are frozen and shared out."""
