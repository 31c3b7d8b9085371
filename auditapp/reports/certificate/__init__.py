"""What a certification body waits for: the tracker of Stage 1 concerns, and how each certificate stands."""
