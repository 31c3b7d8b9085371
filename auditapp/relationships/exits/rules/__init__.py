"""What an exit strategy holds and the lives of its versions, triggers and of the exit itself. Pure."""
