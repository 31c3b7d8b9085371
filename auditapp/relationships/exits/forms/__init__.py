"""Forms of exits."""
