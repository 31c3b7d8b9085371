"""The management review: planned, prepared from what the site knows, held, its minutes issued, its actions followed."""
