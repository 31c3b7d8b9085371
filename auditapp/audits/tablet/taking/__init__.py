"""Taking an audit along: what a tablet keeps for the way, and whether it is safe to leave."""
