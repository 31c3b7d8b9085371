"""The whole organization as one file, out of this installation and into an empty one."""
