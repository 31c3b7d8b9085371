"""Documents made from what the features know: read only."""
