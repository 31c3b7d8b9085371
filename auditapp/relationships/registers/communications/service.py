"""What can be done with the communications plan."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.registers.communications.model import Communication, CommunicationLog
from auditapp.relationships.registers.communications.queries import communication_by_id, newest_entries
from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften, next_on
from auditapp.relationships.registers.rules import keeps
from auditapp.relationships.registers.service import fresh, must_be_of, past, reviewed, running
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record

REVIEW = "communications_review"
AND_THE_ONE_BEFORE = 2


@dataclass(frozen=True, kw_only=True)
class Content:
    """What somebody writes about a row of the plan. ``first_on``: the day from which the others are counted."""

    what: str
    audience: Audience
    channel: Channel
    how_often: HowOften
    first_on: date
    purpose: str = ""
    audience_roles: str = ""
    owner_id: UUID | None = None
    confidentiality: str = ""
    sharing: Sharing = Sharing.INTERNAL


def may_log(actor: Principal, row: Communication) -> bool:
    """Whether somebody may say that it was done: its owner, on either side, and who keeps the relationship."""
    return actor.person_id == row.owner_id or keeps(actor, row.relationship_id)


def add_communication(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, content: Content
) -> Communication:
    """A new row of the plan."""
    must_manage(actor, relationship_id)
    running(session, actor, relationship_id)
    _fits(session, relationship_id, content)
    made = Communication(
        relationship_id=relationship_id, what=content.what, audience=content.audience, channel=content.channel,
        how_often=content.how_often, first_on=content.first_on,
        next_on=next_on(content.how_often, content.first_on), created_at=at,
    )  # fmt: skip
    _write(made, content)
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="communication.added", thing_kind="communication",
        thing_id=made.id, thing_ref=made.what[:60], context_id=relationship_id, after=_plain(made),
    )  # fmt: skip
    return made


def edit_communication(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    communication_id: UUID,
    version: int,
    content: Content,
) -> Communication:
    """Change a row. When how often or the first day changes, the next is counted anew."""
    found = communication_by_id(session, actor, communication_id)
    must_manage(actor, found.relationship_id)
    running(session, actor, found.relationship_id)
    fresh(version, found.version)
    _fits(session, found.relationship_id, content)
    before = _plain(found)
    if (content.how_often, content.first_on) != (found.how_often, found.first_on):
        found.how_often, found.first_on = content.how_often, content.first_on
        found.next_on = next_on(content.how_often, content.first_on, done=found.last_on)
    _write(found, content)
    session.flush()
    if before != (after := _plain(found)):
        record(
            session, actor_id=actor.person_id, at=at, verb="communication.changed", thing_kind="communication",
            thing_id=found.id, thing_ref=found.what[:60], context_id=found.relationship_id, before=before, after=after,
        )  # fmt: skip
    return found


def set_active(
    session: Session, *, actor: Principal, at: datetime, communication_id: UUID, version: int, active: bool
) -> Communication:
    """Stop a row, or begin with it again. What was done stays."""
    found = communication_by_id(session, actor, communication_id)
    must_manage(actor, found.relationship_id)
    running(session, actor, found.relationship_id)
    fresh(version, found.version)
    if found.active is active:
        return found
    found.active = active
    session.flush()
    if active:
        record(
            session, actor_id=actor.person_id, at=at, verb="communication.resumed", thing_kind="communication",
            thing_id=found.id, thing_ref=found.what[:60], context_id=found.relationship_id,
        )  # fmt: skip
    else:
        record(
            session, actor_id=actor.person_id, at=at, verb="communication.stopped", thing_kind="communication",
            thing_id=found.id, thing_ref=found.what[:60], context_id=found.relationship_id,
        )  # fmt: skip
    return found


def log_done(
    session: Session, *, actor: Principal, at: datetime, communication_id: UUID, done_on: date, note: str = ""
) -> CommunicationLog:
    """It was done; the next day is counted from the intended one."""
    found = communication_by_id(session, actor, communication_id)
    if not may_log(actor, found):
        raise NotAllowed(Text("Its owner, and who keeps the relationship, can say that it was done."))
    running(session, actor, found.relationship_id)
    if not found.active:
        raise Refusal(Text("This has been stopped. Begin with it again first."))
    past(session, at, done_on, "done_on")
    made = CommunicationLog(
        communication_id=found.id, done_on=done_on, for_on=found.next_on, note=note.strip(), by_id=actor.person_id,
        created_at=at,
    )  # fmt: skip
    session.add(made)
    found.next_on = next_on(found.how_often, found.first_on, was=found.next_on, done=done_on)
    found.last_on = max(one for one in (found.last_on, done_on) if one is not None)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="communication.done", thing_kind="communication",
        thing_id=found.id, thing_ref=found.what[:60], context_id=found.relationship_id,
        after={"on": done_on.isoformat(), "next": found.next_on.isoformat() if found.next_on else ""},
    )  # fmt: skip
    return made


def take_back_last(session: Session, *, actor: Principal, at: datetime, communication_id: UUID) -> None:
    """The last entry of the log was a slip: it no longer counts, and what was due then is due again."""
    found = communication_by_id(session, actor, communication_id)
    if not may_log(actor, found):
        raise NotAllowed(Text("Its owner, and who keeps the relationship, can say that it was done."))
    running(session, actor, found.relationship_id)
    entries = newest_entries(session, found.id, most=AND_THE_ONE_BEFORE)
    if not entries:
        return
    entries[0].taken_back = True
    found.next_on = entries[0].for_on
    found.last_on = entries[1].done_on if len(entries) == AND_THE_ONE_BEFORE else None
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="communication.taken_back", thing_kind="communication",
        thing_id=found.id, thing_ref=found.what[:60], context_id=found.relationship_id,
        before={"on": entries[0].done_on.isoformat()},
    )  # fmt: skip


def review_plan(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, on: date, outcome: str
) -> None:
    """The communications plan was reviewed."""
    found = reviewed(
        session, actor=actor, at=at, key=REVIEW, relationship_id=relationship_id, on=on, outcome=outcome
    )
    record(
        session, actor_id=actor.person_id, at=at, verb="communication.plan_reviewed", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        after={"on": on.isoformat(), "reason": outcome.strip()},
    )  # fmt: skip


def _fits(session: Session, relationship_id: UUID, content: Content) -> None:
    if not content.what.strip():
        raise Invalid(Text("Say what is told."), field="what")
    own = True if content.sharing is Sharing.INTERNAL else None  # nobody owns what they do not read
    must_be_of(session, relationship_id, content.owner_id, own=own, field="owner")


def _write(row: Communication, content: Content) -> None:
    row.what, row.purpose = content.what.strip(), content.purpose
    row.audience, row.audience_roles = content.audience, content.audience_roles.strip()
    row.channel, row.owner_id = content.channel, content.owner_id
    row.confidentiality, row.sharing = content.confidentiality, content.sharing


def _plain(row: Communication) -> dict[str, object]:
    return {
        "what": row.what,
        "audience": row.audience.value,
        "channel": row.channel.value,
        "how_often": row.how_often.value,
        "first_on": row.first_on.isoformat(),
        "owner_id": str(row.owner_id or ""),
        "sharing": row.sharing.value,
        "confidentiality": row.confidentiality,
    }
