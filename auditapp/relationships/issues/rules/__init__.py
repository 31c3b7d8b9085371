"""What holds for issues, their ladder and its clock. Pure."""
