"""What is known of one clause. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from auditapp.audits.execution.rules import Grade, Result
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.text import Text
from auditapp.relationships.certification.rules import FindingKind
from auditapp.relationships.rules import Stage


class State(StrEnum):
    """How a clause stands, the best first."""

    CONFORM = "conform"
    ARRANGED = "arranged"
    PARTIAL = "partial"
    NOT = "not"
    NOT_ASSESSED = "not_assessed"
    NOT_APPLICABLE = "not_applicable"


STATE_LABELS: Mapping[State, Text] = {
    State.CONFORM: Text("Conforms"),
    State.ARRANGED: Text("Arrangement only"),
    State.PARTIAL: Text("Partial"),
    State.NOT: Text("Does not conform"),
    State.NOT_ASSESSED: Text("Not assessed"),
    State.NOT_APPLICABLE: Text("Not applicable"),
}
# For parts/status.html.
STATE_TONES: Mapping[State, str] = {
    State.CONFORM: "done",
    State.ARRANGED: "on_track",
    State.PARTIAL: "attention",
    State.NOT: "overdue",
    State.NOT_ASSESSED: "quiet",
    State.NOT_APPLICABLE: "quiet",
}


Link = tuple[str, Mapping[str, str]]  # an endpoint and its values
NOWHERE: Link = ("", {})


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the latest answers say of a clause.

    Of the nonconforming ones, ``failing``: no nonconformity came of it; ``pending``: it is open; ``put_right``: closed.
    """

    asked: int = 0  # of the clause's questions, those that were answered anywhere
    results: Mapping[Result, int] = field(default_factory=dict)
    failing: int = 0
    pending: int = 0
    put_right: int = 0
    on: date | None = None  # the newest report
    audit: str = ""
    relationships: int = 0  # how many were looked at
    self_assessed: bool = False  # from a gap analysis held as an audit


@dataclass(frozen=True, kw_only=True)
class Finding:
    """An open nonconformity on a clause; ``who``: whose turn it is by name, empty when nobody is named."""

    ref: str
    grade: Grade
    status: NcStatus
    who: str = ""
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A controlled document that serves a clause."""

    ref: str
    title: str
    owner: str = ""
    approver: str = ""
    number: int | None = None  # of the approved version
    waits: bool = False  # a version waits for approval
    review_on: date | None = None
    where: str = ""  # the relationship's number; empty: of the system


@dataclass(frozen=True, kw_only=True)
class Record:
    """A recurring duty that serves a clause: last done, how many are overdue now, and who is reminded."""

    key: str
    title: Text | str
    whose: Text
    last_on: date | None = None
    done: int = 0
    overdue: int = 0
    next_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Concern:
    """A concern or finding of the certification body that it has not accepted yet."""

    ref: str
    kind: FindingKind
    statement: str = ""
    owner: str = ""
    due: date | None = None
    answered: bool = False


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What our own gap analysis says of a clause."""

    state: State
    on: date
    by: str = ""
    gap: str = ""
    action: str = ""
    owner: str = ""
    due: date | None = None
    present: str = ""
    missing: str = ""
    owner_id: UUID | None = None
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Everything that is known of one clause. ``majors`` and ``minors`` count all; ``findings`` shows the first."""

    ref: str
    label: str
    title: str
    stage: Stage
    questions: int = 1
    seen: Seen = Seen()
    majors: int = 0
    minors: int = 0
    findings: Sequence[Finding] = ()
    papers: Sequence[Paper] = ()
    expected: Text | None = None  # the document that auditors ask for here
    records: Sequence[Record] = ()
    concerns: Sequence[Concern] = ()
    gap: Gap | None = None
