"""Reading what readiness is judged by."""
