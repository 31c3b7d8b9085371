"""What can be done with joint actions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.actions.model import JointAction, JointNote
from auditapp.relationships.actions.rules import SETTLED, STEPS, ActionStatus, ActionVerb
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_run
from auditapp.trail.service import record


def may_run(session: Session, actor: Principal, relationship_id: UUID) -> bool:
    """Whether somebody may ask for actions: who runs the relationship, and its members on either side."""
    if actor.can(Capability.MANAGE_RELATIONSHIPS, relationship_id):
        return True
    return (
        session.scalar(
            sa.select(RelationshipMember.id)
            .where(
                RelationshipMember.relationship_id == relationship_id,
                RelationshipMember.person_id == actor.person_id,
                RelationshipMember.until.is_(None),
            )
            .limit(1)
        )
        is not None
    )


def add_action(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    title: str,
    owner_id: UUID,
    due_on: date,
    sharing: Sharing,
    source_kind: str = "",
    source_ref: str = "",
    text: str = "",
) -> JointAction:
    """Ask somebody of either side for something. What a partner's contact asks for, or is to do, is shared."""
    found = relationship_of(session, actor, relationship_id)
    if not may_run(session, actor, relationship_id):
        raise NotAllowed(Text("Whoever runs this relationship, or is a member of it, asks for actions."))
    must_run(found)
    owner = _owner(session, relationship_id, owner_id)
    if not title.strip():
        raise Invalid(Text("Say what is to be done."), field="title")
    if actor.partner_id is not None or owner.partner_id is not None:
        sharing = Sharing.SHARED
    made = JointAction(
        id=new_id(),
        ref=f"JA-{at.year}-{next_number(session, f'JA-{at.year}'):03d}",
        relationship_id=relationship_id,
        title=title.strip()[:200],
        text=text.strip(),
        owner_id=owner_id,
        due_on=due_on,
        sharing=sharing,
        party_id=actor.partner_id,
        asked_by_id=actor.person_id,
        source_kind=source_kind,
        source_ref=source_ref,
        created_at=at,
    )
    session.add(made)
    _tell(session, made, actor=actor, at=at, verb="joint_action.added",
          after={"title": made.title, "owner_id": str(owner_id), "due_on": due_on.isoformat(), "from": source_ref})  # fmt: skip
    return made


def _owner(session: Session, relationship_id: UUID, owner_id: UUID) -> Person:
    """Somebody active of our own organization, or a member of the partner's side."""
    person = session.get(Person, owner_id)
    if person is None or not person.active:
        raise Invalid(Text("Choose somebody who is active."), field="owner")
    if person.partner_id is not None and not session.scalar(
        sa.select(RelationshipMember.id).where(
            RelationshipMember.relationship_id == relationship_id,
            RelationshipMember.person_id == owner_id,
            RelationshipMember.until.is_(None),
        )
    ):
        raise Invalid(
            Text("They are no member of this relationship. Name them on its page People first."),
            field="owner",
        )
    return person


def _mine(actor: Principal, action: JointAction) -> None:
    """Refuse whoever neither owns it, nor asked for it, nor runs the relationship."""
    if actor.person_id in {action.owner_id, action.asked_by_id}:
        return
    if not actor.can(Capability.MANAGE_RELATIONSHIPS, action.relationship_id):
        raise NotAllowed(Text("Its owner, who asked for it, or whoever runs the relationship can do this."))


def _asks(actor: Principal, action: JointAction) -> None:
    """Refuse whoever neither asked for it nor runs the relationship."""
    if actor.person_id != action.asked_by_id and not actor.can(
        Capability.MANAGE_RELATIONSHIPS, action.relationship_id
    ):
        raise NotAllowed(Text("Who asked for it, or whoever runs the relationship, can do this."))


def finish(session: Session, *, actor: Principal, at: datetime, action: JointAction, note: str) -> None:
    """It is done. The same again is a silent success."""
    _mine(actor, action)
    if action.status is ActionStatus.DONE:
        return
    action.status = step(STEPS, action.status, ActionVerb.FINISH, SETTLED)
    action.settled_on, action.settled_note = today_of(session, at), note.strip()
    action.wanted_on, action.wanted_reason = None, ""
    _tell(session, action, actor=actor, at=at, verb="joint_action.done", after={"note": note})


def drop(session: Session, *, actor: Principal, at: datetime, action: JointAction, reason: str) -> None:
    """It is not needed after all."""
    _asks(actor, action)
    if not reason.strip():
        raise Invalid(Text("Say why it is not needed."), field="reason")
    action.status = step(STEPS, action.status, ActionVerb.DROP, SETTLED)
    action.settled_on, action.settled_note = today_of(session, at), reason.strip()
    action.wanted_on, action.wanted_reason = None, ""
    _tell(session, action, actor=actor, at=at, verb="joint_action.dropped", after={"reason": reason})


def reopen(session: Session, *, actor: Principal, at: datetime, action: JointAction, reason: str) -> None:
    """It is not settled after all."""
    _mine(actor, action)
    if not reason.strip():
        raise Invalid(Text("Say why it is opened again."), field="reason")
    action.status = step(
        STEPS, action.status, ActionVerb.REOPEN, Text("This action is open. There is nothing to reopen.")
    )
    action.settled_on, action.settled_note = None, ""
    _tell(session, action, actor=actor, at=at, verb="joint_action.reopened", after={"reason": reason})


def change(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    action: JointAction,
    version: int,
    title: str,
    text: str,
    owner_id: UUID,
    due_on: date,
    sharing: Sharing,
) -> None:
    """Change what is asked, of whom, until when, and who reads it. A new date answers what its owner asked for."""
    _asks(actor, action)
    step(STEPS, action.status, ActionVerb.CHANGE, SETTLED)
    if action.version != version:
        raise Stale(Text("Somebody changed this action since you opened it. Open it again and look."))
    owner = _owner(session, action.relationship_id, owner_id)
    if not title.strip():
        raise Invalid(Text("Say what is to be done."), field="title")
    if owner.partner_id is not None or action.party_id is not None:
        sharing = Sharing.SHARED
    before = _plain(action)
    if due_on != action.due_on:
        action.wanted_on, action.wanted_reason = None, ""
    action.title, action.text, action.owner_id, action.due_on = (
        title.strip()[:200],
        text.strip(),
        owner_id,
        due_on,
    )
    action.sharing = sharing
    after = _plain(action)
    if before != after:
        _tell(session, action, actor=actor, at=at, verb="joint_action.changed", before=before, after=after)


def ask_for_time(
    session: Session, *, actor: Principal, at: datetime, action: JointAction, until: date, reason: str
) -> None:
    """Its owner asks for another date; who asked for the action answers."""
    if actor.person_id != action.owner_id:
        raise NotAllowed(Text("Its owner asks for more time."))
    step(STEPS, action.status, ActionVerb.ASK, SETTLED)
    if until <= action.due_on:
        raise Invalid(Text("Ask for a day after the one it is due."), field="until")
    if not reason.strip():
        raise Invalid(Text("Say why more time is needed."), field="reason")
    action.wanted_on, action.wanted_reason = until, reason.strip()
    _tell(session, action, actor=actor, at=at, verb="joint_action.time_asked",
          after={"until": until.isoformat(), "reason": reason})  # fmt: skip


def answer_time(
    session: Session, *, actor: Principal, at: datetime, action: JointAction, granted: bool, note: str
) -> None:
    """Grant or refuse the time that was asked for."""
    _asks(actor, action)
    if actor.person_id == action.owner_id and not granted:
        granted = False
    elif actor.person_id == action.owner_id:
        raise NotAllowed(Text("Somebody else grants more time than the one who asks for it."))
    if action.wanted_on is None:
        raise Invalid(Text("Nothing is asked for any more. Open the action again and look."))
    if not granted and not note.strip():
        raise Invalid(Text("Say why not."), field="note")
    until = action.wanted_on
    if granted:
        action.due_on = until
    action.wanted_on, action.wanted_reason = None, ""
    _tell(session, action, actor=actor, at=at, verb="joint_action.time_answered",
          after={"granted": granted, "until": until.isoformat(), "note": note})  # fmt: skip


def say(
    session: Session, *, actor: Principal, at: datetime, action: JointAction, text: str, sharing: Sharing
) -> JointNote:
    """A word on an action. A partner's contact's is shared; on an internal action everything stays internal."""
    if not text.strip():
        raise Invalid(Text("Write something first."), field="text")
    if actor.partner_id is not None:
        sharing = Sharing.SHARED
    elif action.sharing is Sharing.INTERNAL:
        sharing = Sharing.INTERNAL
    made = JointNote(
        action_id=action.id, person_id=actor.person_id, party_id=actor.partner_id, sharing=sharing,
        text=text.strip(), at=at,
    )  # fmt: skip
    session.add(made)
    _tell(
        session, action, actor=actor, at=at, verb="joint_action.commented", after={"sharing": sharing.value}
    )
    return made


@owns_links("joint_action")
def may_link(session: Session, actor: Principal, action_id: UUID) -> tuple[str, UUID | None]:
    """Its owner, who asked for it, and who runs the relationship link it; a contact only what they may see."""
    action = session.get(JointAction, action_id)
    if action is None or (actor.partner_id is not None and action.sharing is not Sharing.SHARED):
        raise NotFound
    relationship_of(session, actor, action.relationship_id)
    _mine(actor, action)
    return action.ref, action.relationship_id


def _plain(action: JointAction) -> dict[str, Any]:
    return {
        "title": action.title, "owner_id": str(action.owner_id), "due_on": action.due_on.isoformat(),
        "sharing": action.sharing.value,
    }  # fmt: skip


def _tell(
    session: Session,
    action: JointAction,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
    before: Any = None,
    after: Any = None,
) -> None:
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="joint_action", thing_id=action.id,
        thing_ref=action.ref, context_id=action.relationship_id, before=before, after=after,
    )  # fmt: skip
