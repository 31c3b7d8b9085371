"""The life of one reminder: told, answered, climbing, ended."""
