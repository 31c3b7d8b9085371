"""What is due, for whoever looks: a page and a command."""
