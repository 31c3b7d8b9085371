"""What all of reminders speaks of: due items, their kinds, the levels they climb, the answers they take. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from auditapp.kit.text import Text


class Kind(StrEnum):
    """What sort of thing is due. Policies are chosen by it, feeds are narrowed by it."""

    AUDIT_PREPARATION = "audit_preparation"  # the plan is sent and agreed before the first day
    AUDIT_ANSWER = "audit_answer"  # an auditee answers the plan
    AUDIT = "audit"  # the days of the audit itself
    AUDIT_REPORT = "audit_report"
    AUDIT_FOLLOW_UP = "audit_follow_up"
    NONCONFORMITY = "nonconformity"  # the step that a nonconformity stands in
    EXTENT_CHECK = "extent_check"
    EFFECTIVENESS_CHECK = "effectiveness_check"
    ACTION = "action"
    ACTION_VERIFICATION = "action_verification"
    ACTION_REQUEST = "action_request"  # somebody decides on more time, on handing it on …
    BODY_REPLY = "body_reply"  # what the certification body waits for
    ISSUE_LEVEL = "issue_level"
    ISSUE_ANSWER = "issue_answer"  # a proposal or a resolution waits for the other party
    JOINT_ACTION = "joint_action"
    RISK_TREATMENT = "risk_treatment"
    RMP_REVIEW = "rmp_review"
    EXIT_REVIEW = "exit_review"
    TRIGGER_WATCH = "trigger_watch"
    CONTINUITY_TEST = "continuity_test"
    EXIT_STEP = "exit_step"  # a step of an exit that has begun
    HEALTH_CHECK = "health_check"
    MEETING = "meeting"
    DOCUMENT_REVIEW = "document_review"
    MANAGEMENT_REVIEW = "management_review"
    CERTIFICATE = "certificate"  # visits of the body, recertification, Stage 1 concerns
    TRAINING = "training"  # a training or a competence expires
    INDUCTION = "induction"  # steps of an induction, plans to develop a behaviour
    OBLIGATION = "obligation"  # every other recurring obligation


KIND_LABELS: Mapping[Kind, Text] = {
    Kind.AUDIT_PREPARATION: Text("Preparation of an audit"),
    Kind.AUDIT_ANSWER: Text("Answer to an audit plan"),
    Kind.AUDIT: Text("Audit"),
    Kind.AUDIT_REPORT: Text("Audit report"),
    Kind.AUDIT_FOLLOW_UP: Text("Follow-up of an audit"),
    Kind.NONCONFORMITY: Text("Nonconformity"),
    Kind.EXTENT_CHECK: Text("Check of the extent"),
    Kind.EFFECTIVENESS_CHECK: Text("Effectiveness check"),
    Kind.ACTION: Text("Action"),
    Kind.ACTION_VERIFICATION: Text("Verification of an action"),
    Kind.ACTION_REQUEST: Text("Decision on a request"),
    Kind.BODY_REPLY: Text("Reply to the certification body"),
    Kind.ISSUE_LEVEL: Text("Level of an issue"),
    Kind.ISSUE_ANSWER: Text("Answer in an issue"),
    Kind.JOINT_ACTION: Text("Joint action"),
    Kind.RISK_TREATMENT: Text("Treatment of a risk"),
    Kind.RMP_REVIEW: Text("RMP review"),
    Kind.EXIT_REVIEW: Text("Exit strategy review"),
    Kind.TRIGGER_WATCH: Text("Watch of the exit triggers"),
    Kind.CONTINUITY_TEST: Text("Continuity test"),
    Kind.EXIT_STEP: Text("Step of an exit"),
    Kind.HEALTH_CHECK: Text("Relationship health check"),
    Kind.MEETING: Text("Meeting"),
    Kind.DOCUMENT_REVIEW: Text("Document review"),
    Kind.MANAGEMENT_REVIEW: Text("Management review"),
    Kind.CERTIFICATE: Text("Certification"),
    Kind.TRAINING: Text("Training and competence"),
    Kind.INDUCTION: Text("Induction and development"),
    Kind.OBLIGATION: Text("Recurring obligation"),
}


WEBHOOK = "webhook"  # the sort of a notice about how the site does: nothing that is due, so no kind


def sort_label(value: str) -> Text | None:
    """What a notice is about, in words; ``None`` when that is not known any more."""
    if value == WEBHOOK:
        return Text("Webhook")
    return KIND_LABELS[Kind(value)] if value in set(Kind) else None


class Severity(StrEnum):
    """How much hangs on it: a major nonconformity and a critical issue are critical."""

    NORMAL = "normal"
    SERIOUS = "serious"
    CRITICAL = "critical"


SEVERITY_LABELS: Mapping[Severity, Text] = {
    Severity.NORMAL: Text("Normal"),
    Severity.SERIOUS: Text("Serious"),
    Severity.CRITICAL: Text("Critical"),
}


class Level(IntEnum):
    """Who is asked after whom."""

    OWNER = 0
    DEPUTY = 1
    RELATIONSHIP = 2  # owner and manager of the relationship
    PROGRAMME = 3  # audit programme manager
    SER = 4
    JOINT_BOARD = 5  # joint management team


LEVEL_LABELS: Mapping[Level, Text] = {
    Level.OWNER: Text("Owner"),
    Level.DEPUTY: Text("Deputy"),
    Level.RELATIONSHIP: Text("Relationship owner and manager"),
    Level.PROGRAMME: Text("Audit programme manager"),
    Level.SER: Text("Senior Executive Responsible"),
    Level.JOINT_BOARD: Text("Joint management team"),
}


class Answer(StrEnum):
    """What somebody can say to a reminder."""

    ACKNOWLEDGE = "acknowledge"  # it is in hand
    SNOOZE = "snooze"  # ask me again then
    NOT_MINE = "not_mine"
    BLOCKED = "blocked"  # it waits for somebody else
    EXTEND = "extend"  # another day is asked for, where the thing has that
    DONE = "done"  # leads to the page where it is said with its record


ANSWER_LABELS: Mapping[Answer, Text] = {
    Answer.ACKNOWLEDGE: Text("It is in hand"),
    Answer.SNOOZE: Text("Remind me later"),
    Answer.NOT_MINE: Text("This is not mine"),
    Answer.BLOCKED: Text("I wait for somebody"),
    Answer.EXTEND: Text("Ask for more time"),
    Answer.DONE: Text("It is done"),
}


@dataclass(frozen=True, kw_only=True)
class DueItem:
    """One thing that is due. ``key`` stays the same while it is the same step of the same thing.

    ``owners``: whose turn it is; ``deputies``: who stands in for them. ``above``: who holds each level over them, as
    far as anybody does. ``due_on`` is a day of ``zone``; ``due_at`` the exact moment where there is one. ``leads``:
    days before, where the thing has its own instead of the policy's. ``version`` changes when what is owed, or the
    day, changes: reminders begin anew then. ``changed_at`` is when its record last changed, as far as that is known.
    """

    key: str  # action:<id>
    kind: Kind
    ref: str
    title: str
    step: Text  # what is to be done: "Accept the action plan, or return it and say why."
    why: Text  # why it is theirs: "You are its verifier."
    due_on: date
    version: str
    owners: tuple[UUID, ...]
    endpoint: str  # the page where it is done
    args: Mapping[str, str] = field(default_factory=dict)
    thing_kind: str = ""  # as the trail calls it
    thing_id: str = ""
    severity: Severity = Severity.NORMAL
    due_at: datetime | None = None
    starts_on: date | None = None  # of something that lasts: its first day; ``due_on`` is then its last
    zone: str = "UTC"
    deputies: tuple[UUID, ...] = ()
    above: Mapping[Level, tuple[UUID, ...]] = field(default_factory=dict)
    relationship_id: UUID | None = None
    programme_id: UUID | None = None
    audit_id: UUID | None = None
    shared: bool = False  # a partner's contact of the relationship may see it
    leads: tuple[int, ...] | None = None
    held_until: date | None = None  # somebody decides about it until then: nobody is reminded meanwhile
    changed_at: datetime | None = None
    answers: frozenset[Answer] = frozenset(
        {Answer.ACKNOWLEDGE, Answer.SNOOZE, Answer.NOT_MINE, Answer.BLOCKED}
    )

    @property
    def holders(self) -> Mapping[Level, tuple[UUID, ...]]:
        """Everybody by level, the owners first."""
        return {Level.OWNER: self.owners, Level.DEPUTY: self.deputies, **self.above}
