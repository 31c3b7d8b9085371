"""What stands open and what is on record: nonconformities, the body's findings, documents, duties, the gap analysis."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import Nonconformity, NonconformityRequirement
from auditapp.findings.register.queries.narrow import MANAGER_ACTS, RESPONSIBLE_ACTS
from auditapp.findings.rules.nonconformity import ENDED, NcStatus
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.certification.model import Certificate, CertificateFinding
from auditapp.relationships.certification.queries import UNSETTLED, visible
from auditapp.relationships.certification.rules import FindingKind, FindingStatus, Scheme
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.queries import REVIEW, visible_documents
from auditapp.relationships.documents.rules import VersionStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import rules as duties
from auditapp.relationships.obligations.rules import WHOSE_LABELS, State
from auditapp.reports.readiness.model import GapEntry
from auditapp.reports.readiness.rules import Concern, Finding, Gap, Paper, Record

SHOWN = 3  # nonconformities named for a clause; the others are counted
MOST = 5_000  # documents, or findings of the body, of one report
GRADES = (Grade.MAJOR, Grade.MINOR)
OPEN = tuple(
    status for status in NcStatus if status not in ENDED
)  # what is named is looked up in an index, what is excluded is not


@dataclass(kw_only=True)
class OpenFindings:
    """Open nonconformities of a clause: all are counted, the heaviest shown."""

    majors: int
    minors: int
    shown: list[Finding]


def open_findings(session: Session, standard: str) -> dict[str, OpenFindings]:
    """By the clause as it is written in the nonconformity. Two statements, two rows for each clause and those that are shown."""
    nc, against = Nonconformity, NonconformityRequirement
    # An outer join, and a condition that looks through it: SQLite then begins with the open ones, which an index holds
    # whole, and not with every requirement that there ever was.
    ranked = (
        sa.select(
            against.clause,
            nc.grade,
            nc.ref,
            sa.func.row_number()
            .over(partition_by=[against.clause, nc.grade], order_by=[nc.turn_due_on.nulls_last(), nc.ref])
            .label("place"),
        )
        .select_from(nc)
        .outerjoin(against, sa.and_(against.nonconformity_id == nc.id, against.standard == standard))
        .where(nc.status.in_(OPEN), nc.grade.in_(GRADES), sa.func.coalesce(against.clause, "") != "")
    ).subquery()
    # The last place is how many there are: a window that counts would go through all of them once more.
    pressing = [
        sa.func.max(sa.case((ranked.c.place == place, ranked.c.ref))) for place in range(1, SHOWN + 1)
    ]
    groups = session.execute(
        sa.select(ranked.c.clause, ranked.c.grade, sa.func.max(ranked.c.place), *pressing)
        .group_by(ranked.c.clause, ranked.c.grade)
        .order_by(ranked.c.clause, ranked.c.grade)
    ).all()
    named = _named(session, {ref for row in groups for ref in row[3:] if ref})
    found: dict[str, OpenFindings] = {}
    for clause, grade, count, *refs in groups:
        one = found.setdefault(clause, OpenFindings(majors=0, minors=0, shown=[]))
        if grade is Grade.MAJOR:
            one.majors = int(count)
        else:
            one.minors = int(count)
        one.shown += [named[ref] for ref in refs if ref]
    return found


def _named(session: Session, refs: set[str]) -> dict[str, Finding]:
    """Nonconformities by their number, with whose turn it is. One statement."""
    responsible, verifier = aliased(Person), aliased(Person)
    nc = Nonconformity
    rows = session.execute(
        sa.select(
            nc.ref, nc.grade, nc.status, nc.turn_due_on, responsible.name.label("responsible"), verifier.name.label("verifier")
        )
        .outerjoin(responsible, responsible.id == nc.responsible_id)
        .outerjoin(verifier, verifier.id == nc.verifier_id)
        .where(nc.ref.in_(refs))
    )  # fmt: skip
    return {
        row.ref: Finding(
            ref=row.ref,
            grade=row.grade,
            status=row.status,
            who=_turn(row.status, row.responsible or "", row.verifier or ""),
            due=row.turn_due_on,
        )
        for row in rows
    }


def _turn(status: NcStatus, responsible: str, verifier: str) -> str:
    """Whose turn it is by name; empty: the programme manager's, or nobody is named."""
    if status in MANAGER_ACTS:
        return ""
    return responsible if status in {*RESPONSIBLE_ACTS, NcStatus.IMPLEMENTING} else verifier


def open_counts(session: Session, standard: str) -> dict[Grade, int]:
    """Open nonconformities against a standard, or against none that is named; each once. One statement."""
    named = sa.exists().where(NonconformityRequirement.nonconformity_id == Nonconformity.id)
    rows = session.execute(
        sa.select(Nonconformity.grade, sa.func.count())
        .where(
            Nonconformity.status.in_(OPEN),
            Nonconformity.grade.in_(GRADES),
            sa.or_(
                named.where(NonconformityRequirement.standard == standard),
                ~named,
            ),
        )
        .group_by(Nonconformity.grade)
    )
    return {row[0]: row[1] for row in rows}


def concerns(session: Session, principal: Principal, scheme: Scheme | None) -> list[tuple[str, Concern]]:
    """(clause as written, concern or finding of the body) that it has not accepted, of running certificates. One statement."""
    query = (
        visible(principal, sa.select(CertificateFinding))
        .join(Certificate, Certificate.id == CertificateFinding.certificate_id)
        .outerjoin(Person, Person.id == CertificateFinding.owner_id)
        .where(
            CertificateFinding.status.in_(UNSETTLED),
            CertificateFinding.kind != FindingKind.OPPORTUNITY,
            Certificate.ended_on.is_(None),
            Certificate.scheme == scheme if scheme else sa.true(),
        )
        .order_by(CertificateFinding.ref)
        .limit(MOST)
        .add_columns(Person.name)
    )
    return [
        (
            found.clause,
            Concern(
                ref=found.ref, kind=found.kind, statement=found.statement, owner=name or "", due=found.due_on,
                answered=found.status is FindingStatus.ANSWERED,
            ),
        )
        for found, name in session.execute(query)
    ]  # fmt: skip


def papers(session: Session, principal: Principal) -> list[tuple[str, Paper]]:
    """(clauses as written, document) of every document that was not withdrawn. One statement."""
    owner, approver = aliased(Person), aliased(Person)
    approved = aliased(DocumentVersion)

    def waits() -> sa.ColumnElement[bool]:
        return sa.exists().where(
            DocumentVersion.document_id == Document.id, DocumentVersion.status == VersionStatus.IN_REVIEW
        )

    query = (
        visible_documents(principal)
        .join(owner, owner.id == Document.owner_id)
        .join(approver, approver.id == Document.approver_id)
        .outerjoin(Relationship, Relationship.id == Document.relationship_id)
        .outerjoin(
            approved,
            sa.and_(approved.document_id == Document.id, approved.status == VersionStatus.APPROVED),
        )
        .outerjoin(
            Obligation,
            sa.and_(
                Obligation.key == REVIEW,
                Obligation.state == State.OPEN,
                Obligation.thing_ref == Document.ref,
                Obligation.extra == "",
            ),
        )
        .where(Document.withdrawn_on.is_(None))
        .order_by(Document.ref)
        .limit(MOST)
        .with_only_columns(
            Document.ref, Document.title, Document.clauses, owner.name.label("owner"),
            approver.name.label("approver"), approved.number, waits().label("waits"), Obligation.due_on,
            Relationship.ref.label("where"),
        )
    )  # fmt: skip
    return [
        (
            row.clauses,
            Paper(
                ref=row.ref, title=row.title, owner=row.owner, approver=row.approver, number=row.number,
                waits=bool(row.waits), review_on=row.due_on, where=row.where or "",
            ),
        )
        for row in session.execute(query)
    ]  # fmt: skip


def records(session: Session, today: date) -> list[tuple[str, Record]]:
    """(clauses of ISO 44001 as the duty names them, record) of every duty that runs. Two statements."""
    late = sa.and_(Obligation.state == State.OPEN, Obligation.due_on < today)
    rows = {
        row.key: row
        for row in session.execute(
            sa.select(
                Obligation.key,
                sa.func.max(sa.case((Obligation.state == State.DONE, Obligation.ended_on))).label("last_on"),
                _count(Obligation.state == State.DONE).label("done"),
                _count(late).label("overdue"),
                sa.func.min(sa.case((Obligation.state == State.OPEN, Obligation.due_on))).label("next_on"),
            ).group_by(Obligation.key)
        )
    }
    return [
        (
            rule.iso,
            Record(
                key=rule.key, title=rule.title, whose=_whose(rule.whose), last_on=_value(rows, rule.key, "last_on"),
                done=_value(rows, rule.key, "done") or 0, overdue=_value(rows, rule.key, "overdue") or 0,
                next_on=_value(rows, rule.key, "next_on"),
            ),
        )
        for rule in duties(session)
        if rule.active
    ]  # fmt: skip


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _value(rows: dict[str, Any], key: str, column: str) -> Any:
    return getattr(rows[key], column) if key in rows else None


def _whose(whose: Any) -> Text:
    return WHOSE_LABELS[whose[0]] if whose else Text("System manager")


def gaps(session: Session, library_key: str) -> dict[str, Gap]:
    """The gap analysis of a standard, by clause. One statement."""
    owner, by = aliased(Person), aliased(Person)
    rows = session.execute(
        sa.select(GapEntry, owner.name, by.name)
        .outerjoin(owner, owner.id == GapEntry.owner_id)
        .join(by, by.id == GapEntry.assessed_by_id)
        .where(GapEntry.library_key == library_key)
    )
    return {
        one.clause: Gap(
            state=one.state, on=one.assessed_on, by=assessed_by, gap=one.gap, action=one.action,
            owner=owner_name or "", due=one.due_on, present=one.present, missing=one.missing, owner_id=one.owner_id, version=one.version,
        )
        for one, owner_name, assessed_by in rows
    }  # fmt: skip


def placed(rows: list[tuple[str, Any]], of: Callable[[str], list[str]]) -> dict[str, list[Any]]:
    """Things by the clauses that their texts mean."""
    found: dict[str, list[Any]] = {}
    for text, thing in rows:
        for ref in of(text):
            found.setdefault(ref, []).append(thing)
    return found
