"""Reading what verification needs: what is still open, the check of a round, what was said before, who waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.model import (
    Action,
    ActionRequest,
    EffectivenessCheck,
    ExtentCheck,
    Nonconformity,
    Verification,
)
from auditapp.findings.rules.action import ENDED, ActionStatus, RequestStatus
from auditapp.findings.rules.nonconformity import AT_WORK, ExtentResult, NcStatus
from auditapp.findings.verification.rules import Gate
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal

MOST_WAITING = 100
MOST_TRIES = 20
MOST_ACTIONS = 200


def check_of(session: Session, nc: Nonconformity) -> EffectivenessCheck | None:
    """The effectiveness check of the present round."""
    return session.scalar(
        sa.select(EffectivenessCheck).where(
            EffectivenessCheck.nonconformity_id == nc.id, EffectivenessCheck.round == nc.round
        )
    )


def gate_of(session: Session, nc: Nonconformity) -> Gate:
    """What of a nonconformity is still open, in every round. Three statements."""
    session.flush()
    actions = session.scalars(
        sa.select(Action.ref)
        .where(Action.nonconformity_id == nc.id, Action.status.not_in(ENDED))
        .order_by(Action.number)
    ).all()
    requests = session.scalars(
        sa.select(Action.ref)
        .join(ActionRequest, ActionRequest.action_id == Action.id)
        .where(Action.nonconformity_id == nc.id, ActionRequest.status == RequestStatus.OPEN)
        .order_by(Action.number)
    ).all()
    extents = session.scalar(
        sa.select(sa.func.count())
        .select_from(ExtentCheck)
        .where(ExtentCheck.nonconformity_id == nc.id, ExtentCheck.result == ExtentResult.OPEN)
    )
    return Gate(open_actions=actions, open_requests=requests, open_extents=extents or 0)


def tries_of(
    session: Session, nc: Nonconformity, action: Action | None = None, *, most: int = MOST_TRIES
) -> Sequence[Any]:
    """What was said of an action, or of the work as a whole, newest first: rows of (Verification, name)."""
    return session.execute(
        sa.select(Verification, Person.name)
        .join(Person, Person.id == Verification.by_id)
        .where(
            Verification.nonconformity_id == nc.id,
            Verification.action_id == action.id if action else Verification.action_id.is_(None),
        )
        .order_by(Verification.at.desc(), Verification.id.desc())
        .limit(most)
    ).all()


def actions_of(session: Session, nc: Nonconformity, *, most: int = MOST_ACTIONS) -> Sequence[Any]:
    """The actions of a nonconformity: rows of (Action, owner's name), those of the present round first."""
    return session.execute(
        sa.select(Action, Person.name)
        .join(Person, Person.id == Action.owner_id)
        .where(Action.nonconformity_id == nc.id)
        .order_by(Action.round.desc(), Action.number)
        .limit(most)
    ).all()


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits for a verifier: what it is, what is to be done, and until when."""

    thing: Literal["nonconformity", "action"]
    ref: str
    title: str
    endpoint: str  # where it is done, with ``ref``
    what: Text
    due: date | None
    overdue: bool
    ready: bool = True  # else it begins later, see ``since``
    since: date | None = None  # the first day of an effectiveness check


_TO_DO = {
    NcStatus.PLAN_SUBMITTED: ("findings.show", Text("Accept or return the action plan")),
    NcStatus.VERIFICATION: ("findings.verify", Text("Verify the work")),
    NcStatus.EFFECTIVENESS: ("findings.check_effect", Text("Check the effect")),
}


def waiting_for(
    session: Session, principal: Principal, at: datetime, *, most: int = MOST_WAITING
) -> list[Waiting]:
    """What waits for somebody as verifier: plans, work, effects, and actions that are done; the most urgent first.

    At most five statements. An effectiveness check whose day has not come is there too, not ``ready``.
    """
    today = day_in(queries.zone_of(session), at)
    checks = {
        (row[0], row[1]): row[2]
        for row in session.execute(
            sa.select(
                EffectivenessCheck.nonconformity_id, EffectivenessCheck.round, EffectivenessCheck.not_before
            )
            .join(Nonconformity, Nonconformity.id == EffectivenessCheck.nonconformity_id)
            .where(
                Nonconformity.verifier_id == principal.person_id,
                Nonconformity.status == NcStatus.EFFECTIVENESS,
                EffectivenessCheck.round == Nonconformity.reopened + 1,
            )
            .limit(most)
        )
    }
    found = [
        _nonconformity(nc, checks.get((nc.id, nc.round)), today)
        for nc in session.scalars(
            sa.select(Nonconformity)
            .where(Nonconformity.verifier_id == principal.person_id, Nonconformity.status.in_(_TO_DO))
            .order_by(Nonconformity.turn_due_on, Nonconformity.id)
            .limit(most)
        )
    ]
    done = session.scalars(
        sa.select(Action)
        .join(Nonconformity, Nonconformity.id == Action.nonconformity_id)
        .where(
            Nonconformity.verifier_id == principal.person_id,
            Nonconformity.status.in_(AT_WORK),
            Action.status == ActionStatus.DONE,
        )
        .order_by(Action.status_since, Action.id)
        .limit(most)
    ).all()
    if done:
        days, within = queries.working_days(session), queries.policy(session).verify_days
        zone = queries.zone_of(session)
        for action in done:
            due = days(day_in(zone, action.status_since), within)
            found.append(
                Waiting(
                    thing="action",
                    ref=action.ref,
                    title=action.title,
                    endpoint="findings.verify_action",
                    what=Text("Verify the action"),
                    due=due,
                    overdue=due < today,
                )
            )
    found.sort(key=lambda one: (not one.ready, one.due or date.max, one.ref))
    return found[:most]


def _nonconformity(nc: Nonconformity, not_before: date | None, today: date) -> Waiting:
    endpoint, what = _TO_DO[nc.status]
    return Waiting(
        thing="nonconformity",
        ref=nc.ref,
        title=nc.title,
        endpoint=endpoint,
        what=what,
        due=nc.turn_due_on,
        overdue=nc.turn_due_on is not None and nc.turn_due_on < today,
        ready=not_before is None or not_before <= today,
        since=not_before,
    )
