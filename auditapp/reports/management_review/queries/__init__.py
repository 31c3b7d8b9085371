"""What is read: the reviews themselves, and the figures that go into the pack."""
