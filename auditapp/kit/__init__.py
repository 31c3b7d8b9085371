"""Kit: what every room leans on and what leans on nothing: database and commit, clock, ids, errors, texts, storage."""
