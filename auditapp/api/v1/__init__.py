"""Version 1 of the interface, a file for each subject. Importing one declares its operations."""
