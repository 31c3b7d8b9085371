"""Cause and extent: five whys that branch, the Ishikawa picture, where else it may occur."""
