"""Pages of comments and files, of nonconformities and of actions alike."""

from auditapp.findings.exchange.routes import adding, comments, files

__all__ = ["adding", "comments", "files"]
