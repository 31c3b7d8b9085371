"""The verbs of the exchange: say something and take it back; add a file, remove it with a reason, bring it back."""

from auditapp.findings.exchange.service.comments import comment, remove_comment
from auditapp.findings.exchange.service.files import add_address, add_file, remove_file, restore_file

__all__ = ["add_address", "add_file", "comment", "remove_comment", "remove_file", "restore_file"]
