"""What has to be done again and again: rules, and each time one of them falls due."""
