"""Closing an audit: conclusion, closing meeting, issued report and corrections, follow-up, completion."""

from auditapp.audits.report.service.after import complete_audit, start_follow_up
from auditapp.audits.report.service.closing import (
    conclusion_version,
    record_closing_meeting,
    resume_audit,
    save_conclusion,
)
from auditapp.audits.report.service.divergence import clear_divergence, set_divergence
from auditapp.audits.report.service.issue import (
    CORRECTABLE,
    FindingCorrection,
    correct_report,
    draft,
    issue_report,
)

__all__ = [
    "CORRECTABLE",
    "FindingCorrection",
    "clear_divergence",
    "complete_audit",
    "conclusion_version",
    "correct_report",
    "draft",
    "issue_report",
    "record_closing_meeting",
    "resume_audit",
    "save_conclusion",
    "set_divergence",
    "start_follow_up",
]
