"""The life of an audit as one table. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from auditapp.kit.states import step
from auditapp.kit.text import Text

AGREE_BEFORE = timedelta(days=7)  # an agreed plan leaves the auditee a week to prepare
REPORT_WITHIN = timedelta(
    days=14
)  # from the closing meeting to the issued report, where no rule says otherwise
DECIDE_WITHIN = timedelta(days=60)  # from the issued report to follow-up or completion


class AuditStatus(StrEnum):
    """Where an audit stands."""

    PLANNED = "planned"
    SCHEDULED = "scheduled"  # team and plan agreed
    IN_PROGRESS = "in_progress"  # opening meeting held
    REPORTING = "reporting"  # closing meeting held
    ISSUED = "issued"
    FOLLOW_UP = "follow_up"
    COMPLETED = "completed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


STATUS_LABELS: Mapping[AuditStatus, Text] = {
    AuditStatus.PLANNED: Text("Planned"),
    AuditStatus.SCHEDULED: Text("Scheduled"),
    AuditStatus.IN_PROGRESS: Text("In progress"),
    AuditStatus.REPORTING: Text("Reporting"),
    AuditStatus.ISSUED: Text("Report issued"),
    AuditStatus.FOLLOW_UP: Text("Follow-up"),
    AuditStatus.COMPLETED: Text("Completed"),
    AuditStatus.POSTPONED: Text("Postponed"),
    AuditStatus.CANCELLED: Text("Cancelled"),
}
# For parts/status.html: on_track, attention, overdue, done, quiet.
STATUS_TONES: Mapping[AuditStatus, str] = {
    AuditStatus.PLANNED: "quiet",
    AuditStatus.SCHEDULED: "on_track",
    AuditStatus.IN_PROGRESS: "on_track",
    AuditStatus.REPORTING: "attention",
    AuditStatus.ISSUED: "done",
    AuditStatus.FOLLOW_UP: "attention",
    AuditStatus.COMPLETED: "done",
    AuditStatus.POSTPONED: "attention",
    AuditStatus.CANCELLED: "quiet",
}


class AuditVerb(StrEnum):
    """What can be done with an audit as a whole."""

    AGREE = "agree"  # the plan is agreed: planned -> scheduled
    REPLAN = "replan"  # the plan changed after agreement: back to planned
    OPEN = "open"  # opening meeting held
    CLOSE = "close"  # closing meeting held
    RESUME = "resume"  # back to the walk before the report is issued
    ISSUE = "issue"
    FOLLOW_UP = "follow_up"
    COMPLETE = "complete"
    POSTPONE = "postpone"
    RESCHEDULE = "reschedule"  # postponed -> planned with new dates
    CANCEL = "cancel"


S, V = AuditStatus, AuditVerb
STEPS: Mapping[tuple[AuditStatus, AuditVerb], AuditStatus] = {
    (S.PLANNED, V.AGREE): S.SCHEDULED,
    (S.PLANNED, V.REPLAN): S.PLANNED,
    (S.PLANNED, V.POSTPONE): S.POSTPONED,
    (S.PLANNED, V.CANCEL): S.CANCELLED,
    (S.SCHEDULED, V.REPLAN): S.PLANNED,
    (S.SCHEDULED, V.OPEN): S.IN_PROGRESS,
    (S.SCHEDULED, V.POSTPONE): S.POSTPONED,
    (S.SCHEDULED, V.CANCEL): S.CANCELLED,
    (S.IN_PROGRESS, V.CLOSE): S.REPORTING,
    (S.IN_PROGRESS, V.CANCEL): S.CANCELLED,
    (S.REPORTING, V.RESUME): S.IN_PROGRESS,
    (S.REPORTING, V.ISSUE): S.ISSUED,
    (S.ISSUED, V.FOLLOW_UP): S.FOLLOW_UP,
    (S.ISSUED, V.COMPLETE): S.COMPLETED,
    (S.FOLLOW_UP, V.COMPLETE): S.COMPLETED,
    (S.POSTPONED, V.RESCHEDULE): S.PLANNED,
    (S.POSTPONED, V.CANCEL): S.CANCELLED,
}

# Why a verb is refused in a status it has no step for: what stands in the way, and whose turn it is.
WHOSE_TURN: Mapping[AuditStatus, Text] = {
    S.PLANNED: Text("The plan is not agreed yet: the audit team leader sends it and the auditee answers."),
    S.SCHEDULED: Text(
        "The plan is agreed and the opening meeting comes next: it is the audit team leader's turn."
    ),
    S.IN_PROGRESS: Text(
        "The audit is being carried out: the audit team answers the questions and holds the closing meeting."
    ),
    S.REPORTING: Text(
        "The closing meeting was held: the audit team leader writes the conclusion and issues the report."
    ),
    S.ISSUED: Text(
        "The report is issued: the audit programme manager decides on follow-up or completes the audit."
    ),
    S.FOLLOW_UP: Text(
        "The audit is in follow-up: the audit programme manager completes it when the actions are verified."
    ),
    S.COMPLETED: Text("The audit is completed. A further audit is a new one."),
    S.POSTPONED: Text(
        "The audit is postponed: the audit team leader or the programme manager gives it new dates."
    ),
    S.CANCELLED: Text("The audit was cancelled. A further audit is a new one."),
}


def next_status(status: AuditStatus, verb: AuditVerb) -> AuditStatus:
    """The status that ``verb`` leads to; raises Refusal saying why not and whose turn it is."""
    refusal = Text(
        "This cannot be done while the audit is “%(status)s”. %(turn)s",
        status=STATUS_LABELS[status],
        turn=WHOSE_TURN[status],
    )
    return step(STEPS, status, verb, refusal)


class MemberRole(StrEnum):
    """What somebody does in one audit (ISO 19011 clause 3)."""

    LEADER = "leader"
    AUDITOR = "auditor"
    TECHNICAL_EXPERT = "technical_expert"
    OBSERVER = "observer"
    AUDITEE = "auditee"


MEMBER_LABELS: Mapping[MemberRole, Text] = {
    MemberRole.LEADER: Text("Audit team leader"),
    MemberRole.AUDITOR: Text("Auditor"),
    MemberRole.TECHNICAL_EXPERT: Text("Technical expert"),
    MemberRole.OBSERVER: Text("Observer"),
    MemberRole.AUDITEE: Text("Auditee"),
}
TEAM = frozenset({MemberRole.LEADER, MemberRole.AUDITOR})  # they answer questions and write findings


class AuditKind(StrEnum):
    """What the audit is for."""

    INTERNAL = "internal"
    GAP = "gap"
    HEALTH = "health"
    FOLLOW_UP = "follow_up"


KIND_LABELS: Mapping[AuditKind, Text] = {
    AuditKind.INTERNAL: Text("Internal audit"),
    AuditKind.GAP: Text("Gap analysis"),
    AuditKind.HEALTH: Text("Relationship health check"),
    AuditKind.FOLLOW_UP: Text("Follow-up audit"),
}
