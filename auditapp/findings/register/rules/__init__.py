"""What registers are made of: their columns, filters and sorts, and what an address asks of them. Pure."""
