"""Whether a photo, an export or the chain of a tablet is what it says."""
