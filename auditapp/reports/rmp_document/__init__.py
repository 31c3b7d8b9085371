"""A relationship management plan as a document: PDF and Word, from the same content."""
