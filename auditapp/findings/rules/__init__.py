"""The rules of nonconformities and their actions. Pure."""
