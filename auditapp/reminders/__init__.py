"""What is due, who is told, and when."""
