"""The rules of home pages: whose turn it is, and what that means for the person who looks. Pure."""
