"""What a programme's audits have looked at and will look at. Bounded: the number of statements never grows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from auditapp.audits.execution.model import Answer, AuditQuestion
from auditapp.audits.execution.rules import Result
from auditapp.audits.model import Audit, AuditEdition, AuditRelationship, Programme
from auditapp.audits.plan.rules import stages_in_scope
from auditapp.audits.programme.rules import Heading, Pair, Target
from auditapp.audits.rules import AuditStatus
from auditapp.checklists.model import Edition
from auditapp.checklists.queries import current_editions, libraries
from auditapp.checklists.rules import Kind, Library, Scope, merge
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import STAGE_LABELS, Stage

S = AuditStatus
ISSUED = frozenset({S.ISSUED, S.FOLLOW_UP, S.COMPLETED})
# A postponed audit has no date that anybody stands by, so it covers nothing.
COMING = frozenset({S.PLANNED, S.SCHEDULED, S.IN_PROGRESS, S.REPORTING})
LOOKED_AT = frozenset(Result) - {Result.NOT_ASKED, Result.NOT_VERIFIED}
MOST_RELATIONSHIPS = 300
MOST_AUDITS = 2000  # of one programme


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """An audit of the programme, as coverage needs it."""

    id: UUID
    status: AuditStatus
    year: int
    stages: frozenset[str]
    relationship_ids: tuple[UUID, ...]
    edition_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class RelationshipLine:
    """A relationship that the programme can look at."""

    id: UUID
    ref: str
    name: str


@dataclass(kw_only=True)
class Coverage:
    """Pairs of subject and target with the years in which they are done or planned.

    ``subjects``: what there is to look at and for whom (``True``: each relationship; ``False``: the system).
    """

    labels: dict[str, str] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)  # for lists: a clause by its number alone
    scopes: dict[str, set[bool]] = field(default_factory=dict)
    done: dict[Pair, set[int]] = field(default_factory=dict)
    planned: dict[Pair, set[int]] = field(default_factory=dict)
    relationships: list[RelationshipLine] = field(default_factory=list)

    def targets(self, subject: str) -> list[Target]:
        """For whom the subject is looked at: the system, the relationships, or both."""
        found: list[Target] = [None] if False in self.scopes[subject] else []
        return found + ([one.id for one in self.relationships] if True in self.scopes[subject] else [])

    def pairs(self) -> list[Pair]:
        """Everything there is to look at, by subject."""
        return [(subject, target) for subject in self.labels for target in self.targets(subject)]

    def by_subject(self, only: Collection[Target] | None = None) -> list[Heading]:
        """A heading per subject; ``only`` narrows it to some targets."""
        return [
            Heading(
                key=subject,
                label=label,
                pairs=[(subject, one) for one in self.targets(subject) if only is None or one in only],
            )
            for subject, label in self.labels.items()
        ]

    def by_target(self, system: str) -> list[Heading]:
        """A heading for the system (called ``system``), and one per relationship."""
        whole = self.pairs()
        return [
            Heading(key="", label=system, pairs=[pair for pair in whole if pair[1] is None]),
            *(
                Heading(key=one.ref, label=one.name, pairs=[pair for pair in whole if pair[1] == one.id])
                for one in self.relationships
            ),
        ]


def audits_of(session: Session, programme: Programme) -> list[AuditLine]:
    """The audits of a programme that were not cancelled. Three statements."""
    rows = session.execute(
        sa.select(Audit.id, Audit.status, Audit.starts_on, Audit.ends_on, Audit.stages)
        .where(Audit.programme_id == programme.id, Audit.status != S.CANCELLED)
        .order_by(Audit.starts_on, Audit.ref)
        .limit(MOST_AUDITS)
    ).all()
    mine = sa.select(Audit.id).where(Audit.programme_id == programme.id)
    sampled: dict[UUID, list[UUID]] = {}
    for audit_id, relationship_id in session.execute(
        sa.select(AuditRelationship.audit_id, AuditRelationship.relationship_id).where(
            AuditRelationship.audit_id.in_(mine)
        )
    ):
        sampled.setdefault(audit_id, []).append(relationship_id)
    used: dict[UUID, list[UUID]] = {}
    for audit_id, edition_id in session.execute(
        sa.select(AuditEdition.audit_id, AuditEdition.edition_id)
        .where(AuditEdition.audit_id.in_(mine))
        .order_by(AuditEdition.audit_id, AuditEdition.position)
    ):
        used.setdefault(audit_id, []).append(edition_id)
    return [
        AuditLine(
            id=row.id,
            status=row.status,
            year=(row.ends_on or row.starts_on or programme.starts_on).year,
            stages=stages_in_scope(row.stages),
            relationship_ids=tuple(sampled.get(row.id, ())),
            edition_ids=tuple(used.get(row.id, ())),
        )
        for row in rows
    ]


def clause_editions(session: Session, audits: Sequence[AuditLine]) -> list[Edition]:
    """The clause checklists of a programme: those its audits use, newest edition of each; else what is current."""
    ids = {edition_id for one in audits for edition_id in one.edition_ids}
    if ids:
        rows = session.scalars(
            sa.select(Edition)
            .where(Edition.id.in_(ids), Edition.kind == Kind.CLAUSE)
            .order_by(Edition.title, Edition.released_at)
        ).all()
        if rows:
            return list({one.library_key: one for one in rows}.values())
    return [one for one in current_editions(session) if one.kind == Kind.CLAUSE]


def relationships_of(session: Session, audits: Sequence[AuditLine], today: date) -> list[RelationshipLine]:
    """Relationships that have not ended, and those that the programme looked at before they did."""
    seen = {one for audit in audits for one in audit.relationship_ids}
    rows = session.execute(
        sa.select(Relationship.id, Relationship.ref, Relationship.name)
        .where(
            sa.or_(Relationship.ended_on.is_(None), Relationship.ended_on > today, Relationship.id.in_(seen))
        )
        .order_by(Relationship.ref)
        .limit(MOST_RELATIONSHIPS)
    )
    return [RelationshipLine(id=row.id, ref=row.ref, name=row.name) for row in rows]


def stage_coverage(session: Session, programme: Programme, today: date) -> Coverage:
    """Coverage with the stages as subjects. Eight statements at most."""
    audits = audits_of(session, programme)
    editions = clause_editions(session, audits)
    found = Coverage(relationships=relationships_of(session, audits, today))
    universe = libraries(session, [one.id for one in editions]) if editions else []
    scopes: dict[str, set[bool]] = {}
    for library in universe:
        stages = {clause.ref: clause.stage.value for clause in library.clauses}
        for question in library.questions:
            scopes.setdefault(stages[question.clause], set()).add(question.scope is Scope.RELATIONSHIP)
    for stage in Stage:
        if stage.value in scopes:
            found.labels[stage.value] = found.short[stage.value] = str(STAGE_LABELS[stage])
            found.scopes[stage.value] = scopes[stage.value]
    years = {one.id: one.year for one in audits}
    for audit_id, target, stage_slug in _answered(session, programme, AuditQuestion.stage):
        if audit_id in years:
            found.done.setdefault((stage_slug, target), set()).add(years[audit_id])
    for one in audits:
        if one.status in COMING:
            _plan(found, one, [(slug, scopes.get(slug, set())) for slug in one.stages])
    return found


def clause_coverage(session: Session, programme: Programme, library_key: str, today: date) -> Coverage:
    """Coverage with the clauses of one checklist as subjects. Ten statements at most."""
    audits = audits_of(session, programme)
    editions = {one.library_key: one for one in clause_editions(session, audits)}
    found = Coverage(relationships=relationships_of(session, audits, today))
    if library_key not in editions:
        return found
    shown = libraries(session, [editions[library_key].id])[0]
    for question in shown.questions:
        for clause in question.clauses:
            found.scopes.setdefault(clause, set()).add(question.scope is Scope.RELATIONSHIP)
    found.labels = {one.ref: f"{one.label} {one.title}" for one in shown.clauses if one.ref in found.scopes}
    found.short = {one.ref: one.label for one in shown.clauses if one.ref in found.scopes}
    by_edition = _libraries_by_edition(session, audits)
    lines = {one.id: one for one in audits}
    clauses_of: dict[tuple[UUID, ...], dict[str, set[str]]] = {}
    for audit_id, target, key in _answered(session, programme, AuditQuestion.key):
        line = lines.get(audit_id)
        if line is None:
            continue
        if line.edition_ids not in clauses_of:
            clauses_of[line.edition_ids] = _clauses_by_key(
                [by_edition[one] for one in line.edition_ids], library_key
            )
        for clause in clauses_of[line.edition_ids].get(key, ()):
            found.done.setdefault((clause, target), set()).add(line.year)
    for line in audits:
        if line.status in COMING:
            for edition_id in line.edition_ids:
                library = by_edition[edition_id]
                if library.id == library_key:
                    _plan(found, line, _scopes_by_clause(library, line.stages).items())
    return found


def _answered(
    session: Session, programme: Programme, subject: InstrumentedAttribute[str]
) -> Iterable[tuple[UUID, Target, str]]:
    """(audit, target, subject) of every answer in an issued audit that really looked. One statement."""
    rows = session.execute(
        sa.select(AuditQuestion.audit_id, AuditQuestion.relationship_id, subject)
        .join(Audit, Audit.id == AuditQuestion.audit_id)
        .join(Answer, Answer.question_id == AuditQuestion.id)
        .where(Audit.programme_id == programme.id, Audit.status.in_(ISSUED), Answer.result.in_(LOOKED_AT))
        .distinct()
    )
    return ((row[0], row[1], row[2]) for row in rows)


def _plan(found: Coverage, line: AuditLine, subjects: Iterable[tuple[str, set[bool]]]) -> None:
    for subject, scopes in subjects:
        targets: list[Target] = [None] if False in scopes else []
        targets += list(line.relationship_ids) if True in scopes else []
        for target in targets:
            found.planned.setdefault((subject, target), set()).add(line.year)


def _libraries_by_edition(session: Session, audits: Sequence[AuditLine]) -> dict[UUID, Library]:
    ids = sorted({edition_id for one in audits for edition_id in one.edition_ids})
    return dict(zip(ids, libraries(session, ids), strict=True)) if ids else {}


def _clauses_by_key(found: Sequence[Library], library_key: str) -> dict[str, set[str]]:
    """Which clauses of one library the answer to a frozen question counts for, by the question's key."""
    clauses: dict[str, set[str]] = {}
    for item in merge(found):
        counted = {place.clause for place in item.counts_for if place.library == library_key}
        clauses[item.key] = counted
        clauses[item.question] = clauses.get(item.question, set()) | counted
    return clauses


def _scopes_by_clause(library: Library, stages: Collection[str]) -> dict[str, set[bool]]:
    home = {clause.ref: clause.stage.value for clause in library.clauses}
    scopes: dict[str, set[bool]] = {}
    for question in library.questions:
        if home[question.clause] in stages:
            for clause in question.clauses:
                scopes.setdefault(clause, set()).add(question.scope is Scope.RELATIONSHIP)
    return scopes
