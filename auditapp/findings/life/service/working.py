"""What the responsible person does: correction and containment, criteria of the check, submitted work, replies."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.life.queries import check_of
from auditapp.findings.life.service.base import (
    allowed,
    check_version,
    count_turn,
    just_done,
    put,
    standing,
    tell,
    today,
    touch,
    written,
)
from auditapp.findings.model import Action, ActionRequest, EffectivenessCheck, Nonconformity
from auditapp.findings.rules.action import UNDONE, ActionStatus, RequestStatus
from auditapp.findings.rules.nonconformity import NcVerb, Source
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal

MOST_NAMED = 20


def contain(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    correction: str,
    containment: str,
    version: int | None = None,
) -> None:
    """What was put right at once, and what keeps it from doing harm meanwhile. One of the two has to be written."""
    correction, containment = correction.strip(), containment.strip()
    if just_done(session, nc.id, "nonconformity.contained", actor) and (
        (nc.correction, nc.containment) == (correction, containment)
    ):
        return
    status = allowed(session, nc, NcVerb.CONTAIN, actor=actor, version=version)
    if not correction and not containment:
        raise Invalid(
            Text(
                "Write what was put right at once, or what keeps it from doing harm. “None needed, because …” is "
                "an answer too."
            ),
            field="correction",
        )
    before = standing(nc)
    nc.correction = correction
    nc.containment = containment
    nc.contained_at = at
    put(session, nc, status, at=at)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.contained", before=before)


def set_criteria(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    criteria: str,
    not_before: date | None,
    version: int | None = None,
) -> None:
    """By what the effect will be judged, written in advance, and from which day on it can be seen."""
    allowed(session, nc, NcVerb.SET_CRITERIA, actor=actor)
    row = check_of(session, nc)
    if row is not None and (row.criteria, row.not_before) == (criteria.strip(), not_before):
        return
    check_version(session, nc, version)
    criteria = written(
        criteria, Text("Write by what somebody else can see whether the actions worked."), field="criteria"
    )
    if not_before is None or not_before <= today(session, at):
        raise Invalid(Text("Give a day after today: before it, no effect can be seen."), field="not_before")
    before = standing(nc)
    if row is None:
        row = EffectivenessCheck(nonconformity_id=nc.id, round=nc.round)
        session.add(row)
    row.criteria = criteria
    row.criteria_by_id = actor.person_id
    row.criteria_at = at
    row.not_before = not_before
    touch(nc)
    count_turn(session, nc)
    tell(session, nc, actor=actor, at=at, verb="nonconformity.criteria_set", before=before)


def submit_work(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    note: str = "",
    version: int | None = None,
) -> None:
    """Every action is done or ended: the verifier looks at the work. Raises Refusal naming what is still open."""
    if just_done(session, nc.id, "nonconformity.work_submitted", actor):
        return
    status = allowed(session, nc, NcVerb.SUBMIT_WORK, actor=actor, version=version)
    require_done(session, nc)
    before = standing(nc)
    put(session, nc, status, at=at)
    tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.work_submitted",
        before=before,
        reason=note.strip(),
    )


def record_reply(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    nc: Nonconformity,
    replied_on: date | None,
    version: int | None = None,
) -> None:
    """The certification body was answered on a day."""
    allowed(session, nc, NcVerb.RECORD_REPLY, actor=actor)
    if replied_on is not None and nc.replied_on == replied_on:
        return
    check_version(session, nc, version)
    if nc.source is not Source.CERTIFICATION_BODY:
        raise Refusal(
            Text("%(ref)s does not come from a certification body: there is nobody to reply to.", ref=nc.ref)
        )
    if replied_on is None or replied_on > today(session, at):
        raise Invalid(Text("Give the day of the reply: today or earlier."), field="replied_on")
    before = standing(nc)
    nc.replied_on = replied_on
    tell(session, nc, actor=actor, at=at, verb="nonconformity.replied", before=before)


def require_done(session: Session, nc: Nonconformity) -> None:
    """Raises Refusal naming what of the work is still open. At most three statements."""
    session.flush()
    undone = session.execute(
        sa.select(Action.ref, Person.name)
        .join(Person, Person.id == Action.owner_id)
        .where(Action.nonconformity_id == nc.id, Action.status.in_(UNDONE))
        .order_by(Action.number)
        .limit(MOST_NAMED)
    ).all()
    if undone:
        raise Refusal(
            Text(
                "The work cannot be submitted yet. These actions are not done: %(actions)s.",
                actions=", ".join(f"{ref} ({name})" for ref, name in undone),
            )
        )
    asked = session.scalars(
        sa.select(Action.ref)
        .join(ActionRequest, ActionRequest.action_id == Action.id)
        .where(Action.nonconformity_id == nc.id, ActionRequest.status == RequestStatus.OPEN)
        .order_by(Action.number)
        .limit(MOST_NAMED)
    ).all()
    if asked:
        raise Refusal(
            Text(
                "The work cannot be submitted yet. Something is asked for these actions and not decided: "
                "%(actions)s.",
                actions=", ".join(asked),
            )
        )
    kept = sorted((frozenset(ActionStatus) - UNDONE) - {ActionStatus.CANCELLED})
    if not session.scalar(
        sa.select(sa.func.count())
        .select_from(Action)
        .where(Action.nonconformity_id == nc.id, Action.round == nc.round, Action.status.in_(kept))
    ):
        raise Refusal(
            Text("There is no work to verify: every action was cancelled. Take the plan back and change it.")
        )
