"""What all verbs of a nonconformity share: who may, where it leads, when the next step is due, what the trail keeps."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from auditapp.findings import queries
from auditapp.findings.model import Action, EffectivenessCheck, Nonconformity
from auditapp.findings.rules import action as action_rules
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb, next_status, require_may
from auditapp.findings.rules.policy import turn_due
from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, Stale
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.trail import service as trail
from auditapp.trail.queries import facts_of, parsed


def allowed(
    session: Session, nc: Nonconformity, verb: NcVerb, *, actor: Principal, version: int | None = None
) -> NcStatus:
    """The status that ``verb`` leads to. Raises Stale, NotAllowed or Refusal; changes nothing."""
    check_version(session, nc, version)
    require_may(verb, queries.parts(session, actor, nc))
    return next_status(nc.status, verb)


def check_version(session: Session, nc: Nonconformity, version: int | None) -> None:
    """Raises Stale, naming who was faster, when the page was made from an older version. ``None``: no page."""
    if version is None or version == nc.version:
        return
    fact = session.scalars(facts_of(context_id=nc.id).limit(1)).first()
    who = session.get(Person, fact.actor_id) if fact is not None and fact.actor_id is not None else None
    raise Stale(
        Text(
            "%(name)s changed %(ref)s since you opened the page. Look at what is new, then do it again; "
            "what you typed is still here.",
            name=who.name if who else Text("Somebody"),
            ref=nc.ref,
        )
    )


def just_done(session: Session, thing_id: UUID, fact_verb: str, actor: Principal) -> bool:
    """Whether the newest fact about a thing is this one, by this person: a command that came twice.

    Such a command is a silent success. Use it before ``allowed``, for verbs that take no other input.
    """
    kind = fact_verb.partition(".")[0]  # the index needs it
    fact = session.scalars(facts_of(thing_kind=kind, thing_id=thing_id).limit(1)).first()
    return fact is not None and fact.verb == fact_verb and fact.actor_id == actor.person_id


def put(session: Session, nc: Nonconformity, status: NcStatus, *, at: datetime) -> None:
    """Bring it into a status; what is owed next, and when, is counted anew."""
    if status is not nc.status:
        nc.status = status
        nc.status_since = at
    count_turn(session, nc)


def count_turn(session: Session, nc: Nonconformity) -> None:
    """Set ``turn_due_on`` from what is true now: call it when an action's due date or the check's day changed."""
    session.flush()
    last_action = session.scalar(
        sa.select(sa.func.max(Action.due_on)).where(
            Action.nonconformity_id == nc.id, Action.status.in_(action_rules.UNDONE)
        )
    )
    check_on = session.scalar(
        sa.select(EffectivenessCheck.not_before).where(
            EffectivenessCheck.nonconformity_id == nc.id, EffectivenessCheck.round == nc.round
        )
    )
    nc.turn_due_on = turn_due(
        nc.status,
        grade=nc.grade,
        since=day_in(queries.zone_of(session), nc.status_since),
        policy=queries.policy(session),
        days=queries.working_days(session),
        last_action=last_action,
        check_on=check_on,
    )


def touch(nc: Nonconformity) -> None:
    """Count the version up although only rows around it changed."""
    flag_modified(nc, "title")


def about(nc: Nonconformity) -> dict[str, Any]:
    """How the trail names a nonconformity. Facts about its actions have the same ``context_id``."""
    return {
        "thing_kind": "nonconformity",
        "thing_id": nc.id,
        "thing_ref": nc.ref,
        "context_id": nc.id,
    }


def standing(nc: Nonconformity) -> dict[str, Any]:
    """How it stands, as JSON values: what every fact about it keeps before and after, and what a replay gives back."""
    return {
        "status": nc.status.value,
        "grade": nc.grade.value,
        "reopened": nc.reopened,
        "responsible": _id(nc.responsible_id),
        "deputy": _id(nc.deputy_id),
        "verifier": _id(nc.verifier_id),
        "relationship": _id(nc.relationship_id),
        "turn_due_on": _day(nc.turn_due_on),
        "replied_on": _day(nc.replied_on),
        "closed": nc.closed_at is not None,
    }


def tell(
    session: Session,
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

    ``reason`` is shown in the history. Pass the verb as a literal.
    """
    session.flush()
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb=verb,
        **about(nc),
        before=before,
        after=standing(nc) | ({"reason": reason} if reason else {}) | more,
    )


def repeated(session: Session, nc: Nonconformity, fact_verb: str, actor: Principal, reason: str) -> bool:
    """Like :func:`just_done`, for a command with a reason: it came twice with the same words."""
    fact = session.scalars(facts_of(thing_kind="nonconformity", thing_id=nc.id).limit(1)).first()
    if fact is None or fact.verb != fact_verb or fact.actor_id != actor.person_id:
        return False
    return bool((parsed(fact.after) or {}).get("reason", "") == reason.strip())


def written(value: str, missing: Text, *, field: str) -> str:
    """The text without space around it. Raises Invalid with ``missing`` when nothing is left."""
    value = value.strip()
    if not value:
        raise Invalid(missing, field=field)
    return value


def today(session: Session, at: datetime) -> date:
    """The organization's day at a moment."""
    return day_in(queries.zone_of(session), at)


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
