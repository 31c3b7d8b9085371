"""What happened that somebody should know, though nothing is asked of them."""
