"""Evidence: photos, files, links, references to documents held elsewhere."""
