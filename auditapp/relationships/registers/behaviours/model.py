"""Tables of behaviours."""
