"""What the office sees of an audit's tablets: who has one, what is not sent, what was not taken and why."""
