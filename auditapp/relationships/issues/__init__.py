"""Issues between the parties, the ladder they climb and the clock of each level."""
