"""What other rooms may do with an audit that is being carried out: every verb in one place."""

from auditapp.audits.execution.evidence.service import (
    add_address,
    add_coming_photo,
    add_file,
    annotate_evidence,
    arrive,
    change_evidence,
    remove_evidence,
    restore_evidence,
)
from auditapp.audits.execution.findings.service import (
    edit_finding,
    raise_finding,
    set_support,
    settle_finding,
    withdraw_finding,
)
from auditapp.audits.execution.opening.service import assign_chapter, open_audit
from auditapp.audits.execution.walk.service import save_answer, settle_conflict
from auditapp.kit.keeping import keep_file

__all__ = [
    "add_address",
    "add_coming_photo",
    "add_file",
    "annotate_evidence",
    "arrive",
    "assign_chapter",
    "change_evidence",
    "edit_finding",
    "keep_file",
    "open_audit",
    "raise_finding",
    "remove_evidence",
    "restore_evidence",
    "save_answer",
    "set_support",
    "settle_conflict",
    "settle_finding",
    "withdraw_finding",
]
