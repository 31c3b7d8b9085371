"""Trail: append-only, hash-chained facts: who did what to which thing, when, and how it was before and after."""
