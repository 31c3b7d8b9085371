"""A relationship on one page: how it stands, what is open, what comes, and the people of both sides."""
