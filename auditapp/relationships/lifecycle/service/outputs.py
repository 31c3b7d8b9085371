"""What is said of an expected output: there, open, not applicable; and what shows it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Stale
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.lifecycle.model import StageOutput
from auditapp.relationships.lifecycle.queries import suggestions
from auditapp.relationships.lifecycle.rules import (
    OUTPUTS,
    Output,
    OutputState,
    must_have_something,
)
from auditapp.relationships.links.model import RecordLink
from auditapp.relationships.links.service import add_link, owns_links
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rmp.service import tick_stage
from auditapp.relationships.rules import STAGE_LABELS, Sharing, Stage
from auditapp.relationships.service import must_manage, must_run
from auditapp.trail.model import Fact
from auditapp.trail.service import reacts_to, record

KIND = "stage_output"


def save_output(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    key: str,
    version: int,
    state: OutputState,
    note: str,
    reason: str,
    sharing: Sharing,
) -> StageOutput:
    """Say where an output stands. ``version`` 0: the page showed one that nobody had touched.

    Raises Stale when somebody was faster, Invalid when nothing shows that it is there or nothing says why it does
    not apply.
    """
    found = _changeable(session, actor, relationship_id)
    wanted = _ticked_here(key)
    row = _row(session, found, wanted.key)
    if (row.version if row else 0) != version:
        raise Stale(Text("Somebody changed this output since you opened the page. Open it again and look."))
    note, reason = note.strip(), reason.strip()
    wrong = must_have_something(state, note=note, reason=reason, links=_links(session, row))
    if wrong is not None:
        raise Invalid(wrong[1], field=wrong[0])
    row = row or _new(session, actor, at, found, wanted.key)
    before = _plain(row)
    row.state, row.note, row.sharing = state, note, sharing
    row.reason = reason if state is OutputState.NOT_APPLICABLE else ""
    _tell(session, found, row, before, actor_id=actor.person_id, at=at)
    return row


def link_output(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    key: str,
    to: str,
    label: str = "",
) -> RecordLink:
    """Link an output to a record or an address; an open one is there from then on."""
    found = _changeable(session, actor, relationship_id)
    wanted = _ticked_here(key)
    row = _row(session, found, wanted.key) or _new(session, actor, at, found, wanted.key)
    return add_link(session, actor=actor, at=at, from_kind=KIND, from_id=row.id, to=to, label=label)


def take_suggestion(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, key: str, suggestion: str
) -> StageOutput:
    """Take what the system holds already as the output: its links, and its note where there is none yet."""
    found = _changeable(session, actor, relationship_id)
    wanted = _ticked_here(key)
    offered = suggestions(session, actor, found, [wanted.key]).get(wanted.key, [])
    taken = next((one for one in offered if one.key == suggestion), None)
    if taken is None:
        raise NotFound(Text("This is not to be found any more. Open the page again and look."))
    row = _row(session, found, wanted.key) or _new(session, actor, at, found, wanted.key)
    for ref in taken.refs:
        add_link(session, actor=actor, at=at, from_kind=KIND, from_id=row.id, to=ref)
    before = _plain(row)
    if taken.note and taken.note not in row.note:
        row.note = f"{row.note}\n{taken.note}".strip()
    row.state, row.reason = OutputState.THERE, ""
    _tell(session, found, row, before, actor_id=actor.person_id, at=at)
    return row


def tick_rmp(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, stage: Stage, note: str
) -> None:
    """The RMP was updated for a stage: recorded with the RMP, which may refuse it."""
    found = _changeable(session, actor, relationship_id)
    tick_stage(session, actor=actor, at=at, relationship_id=found.id, stage=stage, note=note)


@owns_links(KIND)
def owner_of_output(session: Session, actor: Principal, output_id: UUID) -> tuple[str, UUID | None]:
    """Who manages the relationship changes what an output is linked to."""
    row = session.get(StageOutput, output_id)
    if row is None:
        raise NotFound
    found = _changeable(session, actor, row.relationship_id)
    return f"{found.ref} {row.key}", found.id


@reacts_to("link.added", "link.removed")
def follow_the_links(session: Session, fact: Fact) -> None:
    """An open output is there as soon as something is linked, and open again when nothing shows it any more."""
    if fact.thing_kind != KIND or fact.actor_id is None:
        return
    row = session.get(StageOutput, UUID(fact.thing_id))
    if row is None:
        return
    linked = _links(session, row)
    state = row.state
    if state is OutputState.OPEN and linked:
        state = OutputState.THERE
    elif state is OutputState.THERE and not linked and not row.note:
        state = OutputState.OPEN
    if state is row.state:
        return
    found = session.get(Relationship, row.relationship_id)
    if found is None:
        return
    before = _plain(row)
    row.state = state
    _tell(session, found, row, before, actor_id=fact.actor_id, at=fact.at)


def _changeable(session: Session, actor: Principal, relationship_id: UUID) -> Relationship:
    found = relationship_of(session, actor, relationship_id)
    must_manage(actor, found.id)
    must_run(found)
    return found


def _ticked_here(key: str) -> Output:
    found = OUTPUTS.get(key)
    if found is None:
        raise NotFound
    if found.rmp:
        raise NotFound(
            Text(
                "The update of the RMP for %(stage)s is recorded with the RMP itself.",
                stage=STAGE_LABELS[found.stage],
            )
        )
    return found


def _row(session: Session, found: Relationship, key: str) -> StageOutput | None:
    return session.scalar(
        sa.select(StageOutput).where(StageOutput.relationship_id == found.id, StageOutput.key == key)
    )


def _new(session: Session, actor: Principal, at: datetime, found: Relationship, key: str) -> StageOutput:
    row = StageOutput(relationship_id=found.id, key=key, changed_at=at, changed_by_id=actor.person_id)
    session.add(row)
    session.flush()
    return row


def _links(session: Session, row: StageOutput | None) -> int:
    if row is None:
        return 0
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(RecordLink)
            .where(RecordLink.from_kind == KIND, RecordLink.from_id == row.id)
        )
        or 0
    )


def _plain(row: StageOutput) -> dict[str, object]:
    return {
        "state": row.state.value,
        "note": row.note,
        "reason": row.reason,
        "sharing": row.sharing.value,
    }


def _tell(
    session: Session,
    found: Relationship,
    row: StageOutput,
    before: dict[str, object],
    *,
    actor_id: UUID,
    at: datetime,
) -> None:
    after = _plain(row)
    if before == after:
        return
    row.changed_at, row.changed_by_id = at, actor_id
    record(
        session, actor_id=actor_id, at=at, verb="stage_output.changed", thing_kind="stage_output", thing_id=row.id,
        thing_ref=f"{found.ref} {row.key}", context_id=found.id, before=before, after=after,
    )  # fmt: skip
