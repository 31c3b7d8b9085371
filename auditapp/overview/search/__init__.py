"""Finding things by their number or a word."""
