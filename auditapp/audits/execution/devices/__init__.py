"""The tablets that hold a copy of an audit: what each has brought, and what it still holds."""
