"""Reading registers: how an address narrows them, how they are sorted, what a row holds."""
