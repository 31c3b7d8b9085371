"""The page of one nonconformity."""

from auditapp.findings.queries import nonconformity_by_ref

__all__ = ["nonconformity_by_ref"]
