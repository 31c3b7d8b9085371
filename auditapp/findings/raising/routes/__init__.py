"""Pages of this room."""

from auditapp.findings.raising.routes import handing, raising, repeats

__all__ = ["handing", "raising", "repeats"]
