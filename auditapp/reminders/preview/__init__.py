"""What a policy would do in the next thirty days."""
