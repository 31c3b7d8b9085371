"""The communications plan."""
