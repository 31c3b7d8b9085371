"""What registers do: keep views, change many at once, hand out files."""
