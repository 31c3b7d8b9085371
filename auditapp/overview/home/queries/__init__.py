"""What home pages read: a fixed number of statements, however much there is."""
