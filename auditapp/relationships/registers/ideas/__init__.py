"""Ideas that create value: from the idea over the decision to the value measured per party."""
