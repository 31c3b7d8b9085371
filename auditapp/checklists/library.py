"""What a clause library is once it has been read: frozen, free of files and of the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from auditapp.kit.text import Text

FORMAT = "auditapp-checklist/1"


class Kind(StrEnum):
    """What a library is for."""

    CLAUSE = "clause"
    GAP = "gap"
    HEALTH = "health"


class Scope(StrEnum):
    """Whether a question is asked once or for each sampled relationship."""

    SYSTEM = "system"
    RELATIONSHIP = "relationship"


class Stage(StrEnum):
    """The eight stages of a relationship's life, and the system around them."""

    AWARENESS = "awareness"
    KNOWLEDGE = "knowledge"
    INTERNAL_ASSESSMENT = "internal_assessment"
    PARTNER_SELECTION = "partner_selection"
    WORKING_TOGETHER = "working_together"
    VALUE_CREATION = "value_creation"
    STAYING_TOGETHER = "staying_together"
    EXIT_STRATEGY = "exit_strategy"
    MANAGEMENT_SYSTEM = "management_system"


class NumberStatus(StrEnum):
    """How far a clause's number and title are confirmed."""

    PUBLIC = "public"
    HLS = "hls"
    RECALLED = "recalled"
    OWN = "own"
    CONFIRMED = "confirmed"


class StandardStatus(StrEnum):
    """Where the standard itself stands."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"


KIND_LABELS: dict[Kind, Text] = {
    Kind.CLAUSE: Text("Clause checklist"),
    Kind.GAP: Text("Gap analysis"),
    Kind.HEALTH: Text("Relationship health check"),
}
SCOPE_LABELS: dict[Scope, Text] = {
    Scope.SYSTEM: Text("Asked once for the system"),
    Scope.RELATIONSHIP: Text("Asked for each sampled relationship"),
}
STAGE_LABELS: dict[Stage, Text] = {
    Stage.AWARENESS: Text("Awareness"),
    Stage.KNOWLEDGE: Text("Knowledge"),
    Stage.INTERNAL_ASSESSMENT: Text("Internal assessment"),
    Stage.PARTNER_SELECTION: Text("Partner selection"),
    Stage.WORKING_TOGETHER: Text("Working together"),
    Stage.VALUE_CREATION: Text("Value creation"),
    Stage.STAYING_TOGETHER: Text("Staying together"),
    Stage.EXIT_STRATEGY: Text("Exit strategy"),
    Stage.MANAGEMENT_SYSTEM: Text("Management system"),
}
NUMBER_STATUS_LABELS: dict[NumberStatus, Text] = {
    NumberStatus.PUBLIC: Text("Number and title confirmed by public pages"),
    NumberStatus.HLS: Text("Common management-system structure, not checked against a licensed copy"),
    NumberStatus.RECALLED: Text("Number and title not confirmed"),
    NumberStatus.OWN: Text("Our own heading, no number of the standard"),
    NumberStatus.CONFIRMED: Text("Checked against a licensed copy"),
}
STANDARD_STATUS_LABELS: dict[StandardStatus, Text] = {
    StandardStatus.CURRENT: Text("Current"),
    StandardStatus.SUPERSEDED: Text("Superseded"),
    StandardStatus.WITHDRAWN: Text("Withdrawn"),
    StandardStatus.DRAFT: Text("Draft"),
}


@dataclass(frozen=True, slots=True)
class Standard:
    """The document whose clauses a library follows: facts about it, never its sentences."""

    code: str
    title: str
    edition: str
    status: StandardStatus
    superseded_by: str | None = None
    source: str | None = None
    numbering_note: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One section: `ref` is ours and stable, `number` is what the standard prints, if known."""

    ref: str
    number: str | None
    title: str
    number_status: NumberStatus
    stage: Stage
    parent: str | None = None

    @property
    def label(self) -> str:
        """What is printed before the title: the number, or our own ref where no number is known."""
        return self.number or self.ref

    @property
    def unconfirmed(self) -> bool:
        """True when a person should check the number and title against a licensed copy."""
        return self.number_status in {NumberStatus.RECALLED, NumberStatus.HLS}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing an auditor asks; `clause` is where it stands, `also_clauses` what else it speaks for."""

    id: str
    clause: str
    text: str
    scope: Scope
    evidence: tuple[str, ...]
    roles: tuple[str, ...]
    guidance: str | None = None
    weight: int = 1
    also_clauses: tuple[str, ...] = ()
    maps_to: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()

    @property
    def clauses(self) -> tuple[str, ...]:
        """Every clause ref the answer speaks for, the home clause first."""
        return (self.clause, *self.also_clauses)


@dataclass(frozen=True, slots=True)
class Library:
    """One edition of one clause library, in reading order."""

    id: str
    edition: str
    title: str
    language: str
    kind: Kind
    roles: Mapping[str, str]
    clauses: tuple[Clause, ...]
    questions: tuple[Question, ...]
    note: str | None = None
    standard: Standard | None = None
    stages: Mapping[str, str] = field(default_factory=dict)
    bullets: Mapping[str, str] = field(default_factory=dict)
    tips: Mapping[str, str] = field(default_factory=dict)

    def clause(self, ref: str) -> Clause:
        """The clause named `ref`; KeyError if there is none. For loops, use :meth:`clause_map`."""
        return self.clause_map()[ref]

    def clause_map(self) -> dict[str, Clause]:
        """Clauses by ref."""
        return {clause.ref: clause for clause in self.clauses}

    def questions_by_clause(self) -> dict[str, list[Question]]:
        """Questions by the clause they stand in; clauses without one are left out."""
        found: dict[str, list[Question]] = {}
        for question in self.questions:
            found.setdefault(question.clause, []).append(question)
        return found

    def tree(self) -> Iterator[tuple[int, Clause]]:
        """Clauses depth first as (depth from 0, clause), siblings in file order."""
        children: dict[str | None, list[Clause]] = {}
        for clause in self.clauses:
            children.setdefault(clause.parent, []).append(clause)
        waiting = [(0, clause) for clause in reversed(children.get(None, []))]
        while waiting:
            depth, clause = waiting.pop()
            yield depth, clause
            waiting.extend((depth + 1, child) for child in reversed(children.get(clause.ref, [])))

    def to_check(self) -> list[Clause]:
        """Clauses of a standard whose number or title still waits for the licensed copy, own headings included."""
        if self.kind is not Kind.CLAUSE:
            return []
        settled = {NumberStatus.CONFIRMED, NumberStatus.PUBLIC}
        return [clause for _depth, clause in self.tree() if clause.number_status not in settled]

    def counts(self) -> dict[str, int]:
        """How much is in it."""
        system = sum(question.scope is Scope.SYSTEM for question in self.questions)
        return {
            "clauses": len(self.clauses),
            "questions": len(self.questions),
            "system": system,
            "relationship": len(self.questions) - system,
            "bullets": len(self.bullets),
            "tips": len(self.tips),
        }
