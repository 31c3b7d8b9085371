"""The verbs of the protocol."""

from auditapp.audits.tablet.sync.service.bringing import Outcome, Receipt, Tablet, bring
from auditapp.audits.tablet.sync.service.photos import attach

__all__ = ["Outcome", "Receipt", "Tablet", "attach", "bring"]
