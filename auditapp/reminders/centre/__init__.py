"""What somebody was told, in the site."""
