"""What a row of a register holds: plain values, read for a page (or a piece of an export) at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from auditapp.audits.model import Audit
from auditapp.findings.model import Action, ActionRequest, Nonconformity, NonconformityRequirement
from auditapp.findings.register.queries.narrow import OPEN, OPEN_ACTIONS, UNDONE, Reader, narrowed, overdue
from auditapp.findings.register.queries.order import order_by
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import Wanted
from auditapp.findings.rules.action import RequestStatus
from auditapp.kit.paging import PER_PAGE, Page
from auditapp.people.model import Person
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship

Line = Mapping[str, Any]
"""A row: values by column key, ``id``, and ``overdue``."""
Columns = sa.Select[*tuple[Any, ...]]
MOST_PAGES = 1_000_000
PIECE = 500  # rows read at once while exporting

_Responsible, _Deputy, _Verifier, _Raiser = (
    aliased(Person, name=name) for name in ("responsible", "deputy", "verifier", "raiser")
)
_Owner, _StandIn = aliased(Person, name="owner"), aliased(Person, name="stand_in")


def register_page(session: Session, reader: Reader, wanted: Wanted, *, page: int) -> tuple[Page[Line], int]:
    """One page of a register, and how many of all its rows are overdue. Two to four statements, whatever the size.

    A page number past the end is brought back to the last page there is.
    """
    table = _table(wanted)
    matching = narrowed(reader, wanted)
    ordered = matching.with_only_columns(table.id).order_by(*order_by(wanted.spec.register, wanted.sort))
    late = sa.func.count(sa.case((overdue(wanted.spec.register, reader.today), 1)))
    number = min(max(1, page), MOST_PAGES)
    total, overdue_count, ids = 0, 0, list[UUID]()
    if _looked_up(reader, wanted):
        # What is costly to find is found once, counted on the way.
        at_once = ordered.add_columns(sa.func.count().over(), late.over())
        rows = session.execute(at_once.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
        if rows:
            total, overdue_count, ids = rows[0][1], rows[0][2], [row[0] for row in rows]
    if not total and (number > 1 or not _looked_up(reader, wanted)):
        total, overdue_count = session.execute(
            matching.with_only_columns(sa.func.count(), late).select_from(table)
        ).one()
        number = min(number, max(1, -(-total // PER_PAGE)))
        ids = list(session.scalars(ordered.limit(PER_PAGE).offset((number - 1) * PER_PAGE)))
    shown = lines(session, reader, wanted, ids)
    return Page(rows=shown, number=number, per_page=PER_PAGE, total=total), overdue_count


def _looked_up(reader: Reader, wanted: Wanted) -> bool:
    """Whether it takes a look into other tables to know which rows are meant."""
    return (
        bool(wanted.words)
        or not reader.principal.can(Capability.VIEW_AUDITS)
        or not wanted.shows.isdisjoint({"turn", "check_due"})
    )


def every_line(session: Session, reader: Reader, wanted: Wanted) -> Iterator[Line]:
    """All rows that the address asks for, in its order, read in pieces: memory does not grow with the register."""
    ids = session.scalars(
        narrowed(reader, wanted)
        .with_only_columns(_table(wanted).id)
        .order_by(*order_by(wanted.spec.register, wanted.sort))
        .execution_options(yield_per=PIECE)
    )
    for piece in ids.partitions():
        yield from lines(session, reader, wanted, piece)


def lines(session: Session, reader: Reader, wanted: Wanted, ids: Sequence[UUID]) -> list[Line]:
    """The rows with these ids, in this order. One or two statements."""
    if not ids:
        return []
    if wanted.spec.register is Register.ACTIONS:
        query = _actions(wanted.columns, reader.today).where(Action.id.in_(ids))
    else:
        query = _nonconformities(wanted.columns, reader.today).where(Nonconformity.id.in_(ids))
    found = {row["id"]: dict(row) for row in session.execute(query).mappings()}
    if "clauses" in wanted.columns and wanted.spec.register is Register.NONCONFORMITIES:
        for one in found.values():
            one["clauses"] = []
        for nc_id, clause in session.execute(
            sa.select(NonconformityRequirement.nonconformity_id, NonconformityRequirement.clause)
            .where(NonconformityRequirement.nonconformity_id.in_(ids))
            .order_by(NonconformityRequirement.nonconformity_id, NonconformityRequirement.position)
        ):
            found[nc_id]["clauses"].append(clause)
        for one in found.values():
            one["clauses"] = ", ".join(dict.fromkeys(one["clauses"]))
    return [found[one] for one in ids if one in found]


def _table(wanted: Wanted) -> Any:
    return Action if wanted.spec.register is Register.ACTIONS else Nonconformity


def _nonconformities(columns: Sequence[str], today: date) -> Columns:
    query: Columns = (
        sa.select(
            Nonconformity.id,
            Nonconformity.ref,
            Nonconformity.title,
            Nonconformity.grade,
            Nonconformity.status,
            Nonconformity.turn_due_on.label("due"),
            Nonconformity.stage,
            Nonconformity.source,
            Nonconformity.raised_at.label("raised"),
            Nonconformity.closed_at.label("closed"),
            Nonconformity.reopened,
            Nonconformity.body_ref,
            Nonconformity.reply_due_on.label("reply_due"),
            Nonconformity.close_due_on.label("close_due"),
            _Responsible.name.label("responsible"),
            Relationship.ref.label("relationship"),
            sa.case(
                (sa.and_(Nonconformity.status.in_(OPEN), Nonconformity.turn_due_on < today), 1), else_=0
            ).label("overdue"),
        )
        .outerjoin(_Responsible, _Responsible.id == Nonconformity.responsible_id)
        .outerjoin(Relationship, Relationship.id == Nonconformity.relationship_id)
    )
    for key, table, foreign in (
        ("deputy", _Deputy, Nonconformity.deputy_id),
        ("verifier", _Verifier, Nonconformity.verifier_id),
        ("raised_by", _Raiser, Nonconformity.raised_by_id),
    ):
        if key in columns:
            query = query.outerjoin(table, table.id == foreign).add_columns(table.name.label(key))
    if "audit" in columns:
        query = query.outerjoin(Audit, Audit.id == Nonconformity.audit_id).add_columns(
            Audit.ref.label("audit")
        )
    if "statement" in columns:
        query = query.add_columns(Nonconformity.statement)
    counted = sa.select(sa.func.count()).where(Action.nonconformity_id == Nonconformity.id)
    if "actions" in columns:
        query = query.add_columns(counted.scalar_subquery().label("actions"))
    if "open_actions" in columns:
        still = counted.where(Action.status.in_(OPEN_ACTIONS))
        query = query.add_columns(still.scalar_subquery().label("open_actions"))
    return query


def _actions(columns: Sequence[str], today: date) -> Columns:
    query: Columns = (
        sa.select(
            Action.id,
            Action.ref,
            Action.title,
            Action.status,
            Action.kind,
            Action.priority,
            Action.due_on.label("due"),
            Action.first_due_on.label("first_due"),
            Action.proposed_at.label("proposed"),
            Action.done_at.label("done"),
            Action.verified_at.label("verified"),
            _Owner.name.label("owner"),
            _Owner.partner_id,
            Nonconformity.ref.label("nonconformity"),
            Nonconformity.title.label("nonconformity_title"),
            Nonconformity.grade,
            Relationship.ref.label("relationship"),
            sa.case((sa.and_(Action.status.in_(UNDONE), Action.due_on < today), 1), else_=0).label("overdue"),
        )
        .join(Nonconformity, Nonconformity.id == Action.nonconformity_id)
        .outerjoin(_Owner, _Owner.id == Action.owner_id)
        .outerjoin(Relationship, Relationship.id == Nonconformity.relationship_id)
    )
    if "deputy" in columns:
        query = query.outerjoin(_StandIn, _StandIn.id == Action.deputy_id).add_columns(
            _StandIn.name.label("deputy")
        )
    if "request" in columns:
        query = query.outerjoin(
            ActionRequest,
            sa.and_(ActionRequest.action_id == Action.id, ActionRequest.status == RequestStatus.OPEN),
        ).add_columns(ActionRequest.kind.label("request"))
    if "description" in columns:
        query = query.add_columns(Action.description)
    if "result" in columns:
        query = query.add_columns(Action.result)
    return query
