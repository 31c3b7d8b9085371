"""What people say and hand in: comments with mentions, files; on a nonconformity or on one of its actions."""
