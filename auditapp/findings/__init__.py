"""Nonconformities: from finding to a closure that holds; their causes, actions, verification and registers."""
