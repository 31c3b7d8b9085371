"""The pages of the verbs of an action."""

from auditapp.findings.actions.routes import asking, doing, planning

__all__ = ["asking", "doing", "planning"]
