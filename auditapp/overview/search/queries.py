"""Looking for words among everything that a person may see: one statement per kind, a few rows of each."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.audits.model import Audit, Programme
from auditapp.audits.plan.queries import visible_audits
from auditapp.audits.rules import STATUS_LABELS as AUDIT_LABELS
from auditapp.audits.rules import AuditStatus
from auditapp.checklists.queries import current_editions, libraries
from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.queries import visible_actions, visible_nonconformities
from auditapp.findings.rules.action import ACTION_STATUS_LABELS, ActionStatus
from auditapp.findings.rules.nonconformity import STATUS_LABELS as NC_LABELS
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.fulltext import has_all, joined, pieces, ranked
from auditapp.kit.text import Text
from auditapp.overview.search.rules import LONGEST, MOST, Group, Hit, Kind
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Partner, Relationship
from auditapp.relationships.queries import visible_partners, visible_relationships
from auditapp.relationships.rules import STAGE_LABELS, Stage

# A partner's contact reads findings in the issued report, and nothing of nonconformities or people.
FOR_PARTNERS = frozenset({Kind.ACTION, Kind.AUDIT, Kind.RELATIONSHIP, Kind.PARTNER})
_KEPT = 64
# Edition -> (joined text, ref, number, title) of each clause. A released edition never changes.
_clauses: OrderedDict[UUID, list[tuple[str, str, str, str]]] = OrderedDict()


def search(session: Session, principal: Principal, words: str, *, most: int = MOST) -> list[Group]:
    """What has all the words, by kind: numbers first, then titles, then texts. At most eleven statements."""
    words = words.strip().replace("\0", "")[:LONGEST]
    if not pieces(words):
        return []
    inside = principal.can(Capability.VIEW_ORGANIZATION)
    found = [
        _group(session, kind, source, words, most)
        for kind, source in _sources(principal).items()
        if inside or kind in FOR_PARTNERS
    ]
    if inside:
        found.append(_clauses_with(session, words, most))
    return [group for group in found if group.hits]


Source = tuple[sa.Select[Any], Sequence[Any], Mapping[Any, Text]]


def _sources(principal: Principal) -> dict[Kind, Source]:
    """Kind -> what may be seen of it, its columns (id, address, number, name, about), words for the last of them."""
    no_number = sa.literal("")
    return {
        Kind.NONCONFORMITY: (
            visible_nonconformities(principal),
            (
                Nonconformity.id,
                Nonconformity.ref,
                Nonconformity.ref,
                Nonconformity.title,
                Nonconformity.status,
            ),
            {status: NC_LABELS[status] for status in NcStatus},
        ),
        Kind.ACTION: (
            visible_actions(principal),
            (Action.id, Action.ref, Action.ref, Action.title, Action.status),
            {status: ACTION_STATUS_LABELS[status] for status in ActionStatus},
        ),
        Kind.AUDIT: (
            visible_audits(principal),
            (Audit.id, Audit.ref, Audit.ref, Audit.title, Audit.status),
            {status: AUDIT_LABELS[status] for status in AuditStatus},
        ),
        Kind.FINDING: (
            sa.select(Finding).where(
                Finding.audit_id.in_(visible_audits(principal).with_only_columns(Audit.id))
            ),
            (Finding.id, Finding.ref, Finding.ref, Finding.statement, Finding.grade),
            {grade: GRADE_LABELS[grade] for grade in Grade},
        ),
        Kind.RELATIONSHIP: (
            visible_relationships(principal),
            (Relationship.id, Relationship.ref, Relationship.ref, Relationship.name, Relationship.stage),
            {stage: STAGE_LABELS[stage] for stage in Stage},
        ),
        Kind.PARTNER: (
            visible_partners(principal),
            (Partner.id, Partner.id, no_number, Partner.name, Partner.sector),
            {},
        ),
        Kind.PERSON: (
            sa.select(Person).where(Person.active),
            (Person.id, Person.id, no_number, Person.name, Person.job_title),
            {},
        ),
        Kind.PROGRAMME: (
            sa.select(Programme),
            (Programme.id, Programme.ref, Programme.ref, Programme.title, no_number),
            {},
        ),
    }


def _group(session: Session, kind: Kind, source: Source, words: str, most: int) -> Group:
    query, (thing_id, key, ref, name, about), labels = source
    index = ranked(kind.value, words)
    rows = session.execute(
        query.with_only_columns(key, ref, name, about, sa.func.count().over())
        .join(index, index.c.thing_id == thing_id)
        .order_by(sa.case((ref == words.upper(), 0), else_=1), index.c.tier, index.c.at.desc(), thing_id)
        .limit(most)
    ).all()
    hits = [
        Hit(kind=kind, key=str(row[0]), ref=row[1], name=row[2], about=labels.get(row[3], row[3]))
        for row in rows
    ]
    return Group(kind=kind, hits=hits, total=int(rows[0][4]) if rows else 0)


def _clauses_with(session: Session, words: str, most: int) -> Group:
    """Clauses of the newest released edition of each library, the numbers that begin with the words first."""
    editions = current_editions(session)
    unknown = [edition.id for edition in editions if edition.id not in _clauses]
    for edition_id, library in zip(unknown, libraries(session, unknown) if unknown else [], strict=True):
        _clauses[edition_id] = [
            (joined(f"{clause.number or ''} {clause.title}"), clause.ref, clause.label, clause.title)
            for clause in library.clauses
        ]
        while len(_clauses) > _KEPT:
            _clauses.popitem(last=False)
    found = []
    for edition in editions:
        for position, (text, ref, number, title) in enumerate(_clauses.get(edition.id, ())):
            if has_all(text, words):
                rank = (not has_all(joined(number), words), number.casefold() != words.casefold())
                hit = Hit(
                    kind=Kind.CLAUSE,
                    key=f"{edition.library_key}/{edition.edition}",
                    ref=number,
                    name=title,
                    about=edition.title,
                    fragment=f"c-{ref}",
                )
                found.append((*rank, edition.title, position, hit))
    found.sort(key=lambda one: one[:4])
    return Group(kind=Kind.CLAUSE, hits=[one[4] for one in found[:most]], total=len(found))
