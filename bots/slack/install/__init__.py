"""How a workspace is joined, how its token is kept alive, and how it ends."""
