"""The page of one nonconformity: how it stands, whose turn it is, and everything that was done about it."""
