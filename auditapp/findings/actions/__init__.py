"""Actions: accepted, carried out, asked about; “my actions”, comments, files."""
