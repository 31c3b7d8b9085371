"""Rules of health checks, by subject."""
