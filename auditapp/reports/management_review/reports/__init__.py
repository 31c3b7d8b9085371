"""The two papers of a review: the input pack, and the minutes."""
