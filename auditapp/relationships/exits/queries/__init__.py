"""Reading exit strategies and exits."""
