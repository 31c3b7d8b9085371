"""Verifying what was done by others: single actions, the work as a whole, its effect; and who may."""

from auditapp.findings.verification.service.actions import reopen_action, return_action, verify_action
from auditapp.findings.verification.service.effect import confirm_effective, fail_effective
from auditapp.findings.verification.service.verifier import assign_verifier
from auditapp.findings.verification.service.work import return_work, verify_work

__all__ = [
    "assign_verifier",
    "confirm_effective",
    "fail_effective",
    "reopen_action",
    "return_action",
    "return_work",
    "verify_action",
    "verify_work",
]
