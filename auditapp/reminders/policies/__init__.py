"""Who is told how long before and how often after, and who comes next: chosen in the site."""
