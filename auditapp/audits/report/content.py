"""What an issued audit report says, frozen: plain values with no ties to the tables they came from.

ISO 19011:2018, 6.5.1 names what a report holds (its items a to k, and those it leaves to choice); each class
says which item it carries. Codes (grades, results, stages, roles) stay codes and are put into words where
they are shown. ``format`` is raised when an old report could no longer be read.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from auditapp.audits.report import codec
from auditapp.kit.strokes import read as read_strokes

FORMAT = "auditapp-report/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """The newest row of the trail when the report was issued: a cut trail shows against it."""

    seq: int
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that a revision changed. ``chapter``, ``stage`` and ``field`` are codes; ``item`` names the thing."""

    kind: str  # added | removed | changed
    chapter: str
    item: str = ""
    stage: str = ""
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """Who issued the report, when, and by which act."""

    name: str
    role: str
    signed_at: datetime
    statement: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The control block: number, revision, language, signature, anchor, what changed and why."""

    number: str
    revision: int
    organization: str
    language: str
    zone: str
    issued_at: datetime
    signature: Signature | None = None  # None only in a draft
    anchor: Anchor | None = None
    reason: str = ""  # why this revision was made; empty in the first
    supersedes: str = ""  # SHA-256 of the revision before
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Relationship:
    """A sampled relationship (item b)."""

    code: str
    name: str
    stage: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Item b: the organization, its functions and processes, and the sampled relationships."""

    text: str = ""
    organization: str = ""
    functions: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()  # empty: all
    relationships: tuple[Relationship, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """Item f: one set of audit criteria, a clause library in the edition it was frozen on."""

    library: str
    code: str
    title: str
    edition: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Item d, audit team: leader, auditor, technical expert or observer."""

    name: str
    role: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """Item d, for the auditee: who took part, and in what."""

    name: str
    function: str = ""
    organization: str = ""
    opening: bool = False
    closing: bool = False
    interviewed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a pen: its ink by name, and x, y, x, y, … in thousandths of the width (auditapp/kit/strokes.py)."""

    ink: str
    points: tuple[int, ...]


def lines_of(strokes: object) -> tuple[Line, ...]:
    """What a pen drew, from the JSON that is kept of it; whatever is no stroke is left out."""
    return tuple(
        Line(ink=each.ink, points=tuple(number for point in each.points for number in point))
        for each in read_strokes(strokes)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """Somebody who signed a meeting; without lines by typing the name."""

    name: str
    lines: tuple[Line, ...] = ()


def signed_of(signatures: Iterable[Mapping[str, Any]]) -> tuple[Signed, ...]:
    """Who signed, from the JSON that is kept of it."""
    return tuple(Signed(name=str(one["name"]), lines=lines_of(one.get("strokes"))) for one in signatures)


def named_lines(participants: str) -> list[tuple[str, str]]:
    """Names and functions, one person a line: ``Dana Demo, Relationship owner``."""
    parted = [line.partition(",") for line in participants.splitlines() if line.strip()]
    return [(name.strip(), function.strip()) for name, _, function in parted]


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """The opening or the closing meeting (item e). ``kind`` is ``opening`` or ``closing``."""

    kind: str
    held_at: datetime
    note: str = ""
    signed: tuple[Signed, ...] = field(default=(), metadata=codec.LATER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """One session of the agenda (item e, and the plan with its schedule)."""

    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    with_whom: str = ""
    auditors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ClauseRef:
    """A requirement: which standard, which clause, what it is called."""

    code: str
    number: str
    title: str = ""
    confirmed: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class DegreeRow:
    """Item i: how far one stage fulfils one standard. Shares are whole percent; ``None`` where nothing stands."""

    code: str
    stage: str
    word: str
    asked: int  # questions in the checklist
    judged: int
    fulfilled: int
    unfulfilled: int
    arranged: int
    not_applicable: int
    not_verified: int
    not_asked: int
    fulfilled_share: int | None
    looked_share: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Item g: one audit finding with its objective evidence."""

    number: str
    grade: str
    title: str
    statement: str
    evidence: str
    requirements: tuple[ClauseRef, ...] = ()
    relationship: str = ""
    auditee: str = ""
    status: str = ""
    status_reason: str = ""
    raised_by: str = ""
    raised_at: datetime | None = None
    stage: str = ""
    answers: tuple[str, ...] = ()
    exhibits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerRow:
    """One line of the answer table."""

    ref: str
    section: str
    stage: str
    question: str
    result: str
    clauses: tuple[ClauseRef, ...] = ()
    relationship: str = ""
    reason: str = ""
    note: str = ""
    evidence: str = ""
    interviewees: str = ""
    sample: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    exhibits: tuple[str, ...] = ()
    weight: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Exhibit:
    """A photo, a file, a link or a reference to a document held elsewhere. ``kind`` says which."""

    ref: str
    kind: str  # photo | file | link | reference
    caption: str
    sha256: str = ""
    preview_sha256: str = ""
    name: str = ""
    target: str = ""  # address of a link, or where the document is held
    evidence_date: date | None = None
    added_by: str = ""
    added_at: datetime | None = None
    supports: tuple[str, ...] = ()
    # From a tablet: the camera's own file, when it was taken, when the photo came, what was drawn over it.
    original_sha256: str = field(default="", metadata=codec.LATER)
    captured_at: datetime | None = field(default=None, metadata=codec.LATER)
    received_at: datetime | None = field(default=None, metadata=codec.LATER)
    coming: bool = field(default=False, metadata=codec.LATER)  # its bytes are still on a tablet
    drawing: tuple[Line, ...] = field(default=(), metadata=codec.LATER)


@dataclass(frozen=True, kw_only=True, slots=True)
class NotCovered:
    """A question of the scope that the audit gives no judgement on, and why."""

    ref: str
    question: str
    result: str
    reason: str
    clauses: tuple[ClauseRef, ...] = ()
    relationship: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """An auditor who was not independent of what was audited, the reason, and who reviewed in compensation."""

    auditor: str
    conflict: str
    reason: str
    reviewer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CompetenceNote:
    """An auditor whose competence was missing or expired when the audit was planned."""

    auditor: str
    warning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Divergence:
    """Item j: a finding on which auditee and audit team differ, both views, and the decision if there is one."""

    number: str  # of the finding
    auditee_view: str
    team_view: str = ""
    decision: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conclusion:
    """Items h, j and k, and the chapters that the standard leaves to choice."""

    text: str = ""
    objectives_met: str = ""  # yes | partly | no
    objectives_note: str = ""
    process_summary: str = ""
    obstacles: str = ""
    not_covered: str = ""
    main_findings: str = ""
    good_practices: str = ""
    diverging: str = ""
    sampling: str = ""
    follow_up: str = ""
    programme: str = ""
    confidentiality: str = ""
    distribution: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditReport:
    """The whole report."""

    format: str = field(default=FORMAT)
    document: Document
    audit_number: str
    title: str
    objectives: str
    client: str
    scope: Scope
    criteria: tuple[Criterion, ...]
    conclusion: Conclusion
    other_criteria: str = ""
    plan_note: str = ""
    team: tuple[Member, ...] = ()
    participants: tuple[Participant, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    locations: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    agenda: tuple[Sitting, ...] = ()
    degrees: tuple[DegreeRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()
    independence: tuple[Override, ...] = ()
    competence: tuple[CompetenceNote, ...] = ()
    answers: tuple[AnswerRow, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    divergences: tuple[Divergence, ...] = field(default=(), metadata=codec.LATER)

    def to_json(self) -> bytes:
        """Canonical JSON in UTF-8."""
        return codec.dump(self)

    @classmethod
    def from_json(cls, data: bytes) -> "AuditReport":
        """Read a report back. Raises :class:`codec.Unreadable` for another format or a damaged one."""
        report = codec.load(cls, data)
        if report.format != FORMAT:
            raise codec.Unreadable(f"format {report.format!r}; this program reads {FORMAT!r}")
        return report

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON, in hex: what the trail and the PDF name this report by."""
        return hashlib.sha256(self.to_json()).hexdigest()

    @property
    def body_sha256(self) -> str:
        """SHA-256 of everything but the control block: what somebody read and is about to sign."""
        blank = Document(
            number="",
            revision=0,
            organization="",
            language="",
            zone="",
            issued_at=datetime(1970, 1, 1, tzinfo=UTC),
        )
        return self.with_document(blank).sha256

    def with_document(self, document: Document) -> "AuditReport":
        """The same content under another control block."""
        return replace(self, document=document)

    def with_conclusion(self, conclusion: Conclusion) -> "AuditReport":
        """The same content with another conclusion."""
        return replace(self, conclusion=conclusion)
