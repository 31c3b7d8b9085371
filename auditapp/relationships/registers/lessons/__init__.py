"""Knowledge and lessons."""
