"""Certificates, the body's decisions, visits and findings."""

from auditapp.relationships.certification.service.certificates import (
    add_certificate,
    correct_decision,
    edit_certificate,
    end_certificate,
    record_decision,
    resume_certificate,
)
from auditapp.relationships.certification.service.findings import (
    answer_finding,
    change_finding,
    owner_of_finding,
    raise_finding,
    settle_finding,
)
from auditapp.relationships.certification.service.visits import cancel_visit, change_visit, plan_visit

__all__ = [
    "add_certificate",
    "answer_finding",
    "cancel_visit",
    "change_finding",
    "change_visit",
    "correct_decision",
    "edit_certificate",
    "end_certificate",
    "owner_of_finding",
    "plan_visit",
    "raise_finding",
    "record_decision",
    "resume_certificate",
    "settle_finding",
]
