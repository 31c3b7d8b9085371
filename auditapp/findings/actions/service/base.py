"""What all verbs of an action share: who may, where it leads, what else it moves, what the trail keeps."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from auditapp.findings import queries
from auditapp.findings.actions.queries import open_request, partner_takes_part, today_of
from auditapp.findings.life.service.base import count_turn, just_done
from auditapp.findings.model import Action, ActionRequest, Nonconformity
from auditapp.findings.rules.action import (
    ActionStatus,
    ActionVerb,
    RequestVerb,
    next_status,
    request_step,
    require_may,
    require_while,
)
from auditapp.kit.errors import Invalid, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.trail import service as trail
from auditapp.trail.queries import facts_of

__all__ = [
    "about",
    "add_worker",
    "allowed",
    "check_owner",
    "check_version",
    "day_to_come",
    "just_done",
    "nonconformity_of",
    "overtake",
    "put",
    "said",
    "standing",
    "tell",
    "touch",
]


def nonconformity_of(session: Session, action: Action) -> Nonconformity:
    """What an action belongs to."""
    return session.get_one(Nonconformity, action.nonconformity_id)


def allowed(
    session: Session,
    action: Action,
    nc: Nonconformity,
    verb: ActionVerb,
    *,
    actor: Principal,
    version: int | None = None,
) -> ActionStatus:
    """The status that ``verb`` leads to. Raises NotAllowed, Stale or Refusal; changes nothing."""
    require_may(verb, queries.parts(session, actor, nc, action))
    check_version(session, action, version)
    require_while(verb, nc.status)
    return next_status(action.status, verb)


def check_version(session: Session, action: Action, version: int | None) -> None:
    """Raises Stale, naming who was faster, when the page was made from an older version. ``None``: no page."""
    if version is None or version == action.version:
        return
    fact = session.scalars(facts_of(thing_kind="action", thing_id=action.id).limit(1)).first()
    who = session.get(Person, fact.actor_id) if fact is not None and fact.actor_id is not None else None
    raise Stale(
        Text(
            "%(name)s changed %(ref)s since you opened the page. Look at what is new, then do it again; "
            "what you typed is still here.",
            name=who.name if who else Text("Somebody"),
            ref=action.ref,
        )
    )


def put(session: Session, action: Action, nc: Nonconformity, status: ActionStatus, *, at: datetime) -> None:
    """Bring it into a status, and count anew when the nonconformity's own step is due."""
    if status is not action.status:
        action.status = status
        action.status_since = at
    count_turn(session, nc)


def touch(action: Action) -> None:
    """Count the version up although only rows around it changed."""
    flag_modified(action, "title")


def add_worker(action: Action, *person_ids: UUID | None) -> None:
    """Remember who worked on it: none of them may verify it."""
    new = {str(one) for one in person_ids if one is not None} - set(action.worked_ids)
    if new:
        action.worked_ids = [*action.worked_ids, *sorted(new)]


def overtake(session: Session, action: Action, *, at: datetime) -> dict[str, Any]:
    """An open request that nobody needs an answer to any more; gives what the fact adds about it."""
    request = open_request(session, action.id)
    if request is None:
        return {}
    request.status = request_step(request.status, RequestVerb.OVERTAKE)
    request.decided_at = at
    return {"request": request_values(request)}


def request_values(request: ActionRequest) -> dict[str, Any]:
    """A request as JSON values."""
    return {
        "id": str(request.id),
        "kind": request.kind.value,
        "status": request.status.value,
        "level": request.level,
        "wanted_on": request.wanted_on.isoformat() if request.wanted_on else None,
    }


def check_owner(session: Session, nc: Nonconformity, person_id: UUID, *, field: str) -> Person:
    """Somebody who can own an action or stand in for its owner. Raises Invalid saying why not."""
    person = session.get(Person, person_id)
    if person is None or not person.active:
        raise Invalid(Text("Choose somebody who is active."), field=field)
    if person_id in {nc.verifier_id, nc.verifier_reviewer_id}:
        raise Invalid(
            Text(
                "%(name)s verifies this nonconformity, and nobody verifies their own work. Choose somebody else.",
                name=person.name,
            ),
            field=field,
        )
    if person.partner_id is not None and not partner_takes_part(session, nc, person):
        raise Invalid(
            Text(
                "%(name)s belongs to a partner that is not in the relationship this nonconformity is about.",
                name=person.name,
            ),
            field=field,
        )
    return person


def day_to_come(session: Session, day: date, *, at: datetime, field: str) -> date:
    """The same day. Raises Invalid when it is over."""
    if day < today_of(session, at):
        raise Invalid(Text("This day is over. Choose today or a day to come."), field=field)
    return day


def said(text: str, *, field: str = "reason", wanted: Text | None = None) -> str:
    """The same text without blanks around it. Raises Invalid when there is none."""
    if not text.strip():
        raise Invalid(wanted or Text("Say why."), field=field)
    return text.strip()


def refuse_second(request: ActionRequest | None) -> None:
    """Raises Refusal while something else is asked for."""
    if request is not None:
        raise Refusal(
            Text("Something is asked for already and waits for its decision. Take it back to ask anew.")
        )


def about(action: Action) -> dict[str, Any]:
    """How the trail names an action: within its nonconformity."""
    return {
        "thing_kind": "action",
        "thing_id": action.id,
        "thing_ref": action.ref,
        "context_id": action.nonconformity_id,
    }


def standing(action: Action) -> dict[str, Any]:
    """How it stands, as JSON values: what every fact about it keeps before and after, and what a replay gives back."""
    return {
        "status": action.status.value,
        "owner": str(action.owner_id),
        "deputy": str(action.deputy_id) if action.deputy_id else None,
        "due_on": action.due_on.isoformat(),
        "first_due_on": action.first_due_on.isoformat(),
        "worked": sorted(action.worked_ids),
        "done": action.done_at is not None,
        "verified": action.verified_at is not None,
        "cancelled": action.cancelled_at is not None,
    }


def tell(
    session: Session,
    action: Action,
    nc: Nonconformity,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
    before: dict[str, Any],
    reason: str = "",
    **more: Any,
) -> None:
    """Record one fact about it: ``before`` is what :func:`standing` gave before the change.

    ``reason`` is shown in the history. The fact also keeps ``turn_due_on``, when the nonconformity's own step is due
    now. Pass the verb as a literal.
    """
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb=verb,
        **about(action),
        before=before,
        after=standing(action)
        | {"turn_due_on": nc.turn_due_on.isoformat() if nc.turn_due_on else None}
        | ({"reason": reason} if reason else {})
        | more,
    )
