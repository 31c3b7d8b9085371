"""Pages of registers."""

from auditapp.findings.register.routes import bulk, files, registers, views

__all__ = ["bulk", "files", "registers", "views"]
