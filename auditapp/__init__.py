"""auditapp: internal audits and nonconformities for collaborative business relationships."""
