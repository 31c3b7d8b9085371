"""Overview: pages that need several features: homes, set-up, history, the demonstration."""
