"""Judging a clause in the gap analysis."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Stale
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.reports.readiness.model import GapEntry
from auditapp.reports.readiness.queries.picture import may_judge, shelf_of
from auditapp.reports.readiness.rules import State, leaves
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class GapInput:
    """What somebody says of a clause."""

    state: State
    present: str = ""
    missing: str = ""
    gap: str = ""
    action: str = ""
    owner_id: UUID | None = None
    due_on: date | None = None


def judge_clause(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    standard: str,
    ref: str,
    said: GapInput,
    version: int = 0,
) -> GapEntry:
    """Let the word on a clause be this one from today. ``version``: of the entry that was looked at, 0 for none.

    Said twice it is one change. Raises NotAllowed, NotFound, Invalid (naming the field) and Stale.
    """
    if not may_judge(actor):
        raise NotAllowed(Text("The system manager and the audit programme manager keep the gap analysis."))
    shelf = shelf_of(session)
    library = shelf.standard(standard)
    if ref not in {one.ref for one in leaves(library)}:
        raise NotFound
    _must_hold(session, said)
    today = at.astimezone(ZoneInfo(shelf.zone)).date()
    row = session.scalar(
        sa.select(GapEntry).where(GapEntry.library_key == library.id, GapEntry.clause == ref)
    )
    after = _plain(said)
    if row is not None and _plain(_input(row)) == after and row.assessed_on == today:
        return row
    if version != (row.version if row is not None else 0):
        raise Stale(Text("Somebody judged this clause meanwhile. Look at what they wrote, then save again."))
    before = _plain(_input(row)) if row is not None else None
    if row is None:
        row = GapEntry(
            library_key=library.id, clause=ref, state=said.state, assessed_on=today, assessed_by_id=actor.person_id
        )  # fmt: skip
        session.add(row)
    row.state, row.present, row.missing = said.state, said.present, said.missing
    row.gap, row.action, row.owner_id, row.due_on = said.gap, said.action, said.owner_id, said.due_on
    row.assessed_on, row.assessed_by_id = today, actor.person_id
    record(
        session, actor_id=actor.person_id, at=at, verb="gap.judged", thing_kind="gap", thing_id=row.id,
        thing_ref=library.clause(ref).label, before=before, after=after,
    )  # fmt: skip
    return row


def _must_hold(session: Session, said: GapInput) -> None:
    if said.state is State.NOT_APPLICABLE and not said.gap:
        raise Invalid(Text("Say why it does not apply."), field="gap")
    if said.state in {State.NOT, State.PARTIAL} and not said.gap:
        raise Invalid(Text("Say what the gap is."), field="gap")
    if said.due_on is not None and not said.action:
        raise Invalid(Text("Say what is to be done by that day."), field="action")
    if said.owner_id is not None:
        owner = session.get(Person, said.owner_id)
        if owner is None or not owner.active or owner.partner_id is not None:
            raise Invalid(Text("Choose an active person of our own organization."), field="owner_id")


def _input(row: GapEntry) -> GapInput:
    return GapInput(
        state=row.state, present=row.present, missing=row.missing, gap=row.gap, action=row.action,
        owner_id=row.owner_id, due_on=row.due_on,
    )  # fmt: skip


def _plain(said: GapInput) -> dict[str, str]:
    return {
        "state": said.state.value, "present": said.present, "missing": said.missing, "gap": said.gap,
        "action": said.action, "owner_id": str(said.owner_id or ""),
        "due_on": said.due_on.isoformat() if said.due_on else "",
    }  # fmt: skip
