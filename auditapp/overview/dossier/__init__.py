"""The dossier of a relationship: everything that matters about it on one page, from every room."""
