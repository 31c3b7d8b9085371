"""The eight stages: what each is expected to bring, moving on, and deciding not to collaborate."""
