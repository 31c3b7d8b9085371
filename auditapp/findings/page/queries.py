"""All that stands on the page of one nonconformity, in a number of statements that does not grow with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.model import Finding
from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import visible_audits
from auditapp.findings.causes.queries import Place, causes_of, extent_of
from auditapp.findings.model import (
    Action,
    ActionRequest,
    CarryOver,
    Cause,
    Dispute,
    EffectivenessCheck,
    Nonconformity,
    NonconformityRequirement,
    Repeat,
    Verification,
)
from auditapp.findings.page.rules import by_round, earlier_rounds
from auditapp.findings.queries import requirements_of, visible_nonconformities
from auditapp.findings.rules.action import RequestKind, RequestStatus
from auditapp.people.queries import names_of
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from auditapp.trail.model import Fact
from auditapp.trail.queries import facts_of, parsed

MOST = 200  # of anything on one page; the registers show all
REGRADING = ("nonconformity.regraded", "nonconformity.dispute_upheld")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where it comes from. The audit and its finding are links only for whoever may see them."""

    relationship_ref: str | None = None
    relationship_name: str | None = None
    audit_ref: str | None = None
    audit_title: str | None = None
    finding_ref: str | None = None
    audit_seen: bool = False


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """An action with what its owner asks for."""

    action: Action
    asks: RequestKind | None

    @property
    def round(self) -> int:
        """The round it belongs to."""
        return self.action.round


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """A check of the extent, with its round."""

    place: Place

    @property
    def round(self) -> int:
        """The round it belongs to."""
        return self.place.check.round


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a verifier said, of an action or of the work as a whole."""

    row: Verification
    action_ref: str | None

    @property
    def round(self) -> int:
        """The round it belongs to."""
        return self.row.round


@dataclass(frozen=True, kw_only=True)
class Other:
    """Another nonconformity that this one repeats, or that repeats this one."""

    row: Nonconformity
    note: str


@dataclass(frozen=True, kw_only=True)
class Regrade:
    """A grade that was changed."""

    before: Grade
    after: Grade
    reason: str
    actor_id: UUID | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Whole:
    """Everything about one nonconformity; what belongs to a round stands under its number."""

    requirements: Sequence[NonconformityRequirement]
    origin: Origin
    disputes: Sequence[Dispute]
    causes: Mapping[int, Sequence[Cause]]
    places: Mapping[int, Sequence[PlaceLine]]
    actions: Mapping[int, Sequence[ActionLine]]
    verdicts: Mapping[int, Sequence[Verdict]]
    checks: Mapping[int, Sequence[EffectivenessCheck]]
    earlier_rounds: Sequence[int]
    repeats: Sequence[Other]
    repeated_by: Sequence[Other]
    carried: CarryOver | None
    carried_audit: str | None
    regrades: Sequence[Regrade]
    names: Mapping[UUID, str]


def whole(session: Session, principal: Principal, nc: Nonconformity) -> Whole:
    """Read it all. Fifteen statements at most, whatever hangs on it."""
    causes = by_round(causes_of(session, nc))
    places = by_round(PlaceLine(place=one) for one in extent_of(session, nc))
    actions = by_round(actions_of(session, nc))
    verdicts = by_round(verdicts_of(session, nc))
    checks = by_round(checks_of(session, nc))
    disputes = disputes_of(session, nc)
    carried = session.execute(
        sa.select(CarryOver, Audit.ref)
        .join(Audit, Audit.id == CarryOver.audit_id)
        .where(CarryOver.nonconformity_id == nc.id)
    ).first()
    regrades = regrades_of(session, nc)
    people: list[UUID | None] = [carried[0].by_id if carried else None, *(one.actor_id for one in regrades)]
    for action in (one.action for rows in actions.values() for one in rows):
        people += [action.owner_id, action.deputy_id]
    people += [one.row.by_id for rows in verdicts.values() for one in rows]
    for check in (one for rows in checks.values() for one in rows):
        people += [check.criteria_by_id, check.checked_by_id]
    for one in disputes:
        people += [one.raised_by_id, one.answered_by_id, one.decided_by_id]
    people += [line.place.check.checked_by_id for rows in places.values() for line in rows]
    return Whole(
        requirements=requirements_of(session, [nc.id])[nc.id],
        origin=origin_of(session, principal, nc),
        disputes=disputes,
        causes=causes,
        places=places,
        actions=actions,
        verdicts=verdicts,
        checks=checks,
        earlier_rounds=earlier_rounds(nc.round, causes, places, actions, verdicts, checks),
        repeats=_related(session, principal, Repeat.earlier_id, Repeat.nonconformity_id == nc.id),
        repeated_by=_related(session, principal, Repeat.nonconformity_id, Repeat.earlier_id == nc.id),
        carried=carried[0] if carried else None,
        carried_audit=carried[1] if carried else None,
        regrades=regrades,
        names=names_of(session, people),
    )


def origin_of(session: Session, principal: Principal, nc: Nonconformity) -> Origin:
    """The audit with its finding, and the relationship. One statement."""
    seen = visible_audits(principal).with_only_columns(Audit.id).order_by(None)
    row = session.execute(
        sa.select(
            Relationship.ref,
            Relationship.name,
            Audit.ref,
            Audit.title,
            Finding.ref,
            sa.case((Audit.id.in_(seen), 1), else_=0),
        )
        .select_from(Nonconformity)
        .outerjoin(Relationship, Relationship.id == Nonconformity.relationship_id)
        .outerjoin(Audit, Audit.id == Nonconformity.audit_id)
        .outerjoin(Finding, Finding.id == Nonconformity.finding_id)
        .where(Nonconformity.id == nc.id)
    ).one()
    return Origin(
        relationship_ref=row[0],
        relationship_name=row[1],
        audit_ref=row[2],
        audit_title=row[3],
        finding_ref=row[4],
        audit_seen=bool(row[5]),
    )


def actions_of(session: Session, nc: Nonconformity) -> list[ActionLine]:
    """Its actions by number, with the request that is open. One statement."""
    rows = session.execute(
        sa.select(Action, ActionRequest.kind)
        .outerjoin(
            ActionRequest,
            sa.and_(ActionRequest.action_id == Action.id, ActionRequest.status == RequestStatus.OPEN),
        )
        .where(Action.nonconformity_id == nc.id)
        .order_by(Action.number)
        .limit(MOST)
    )
    return [ActionLine(action=row[0], asks=row[1]) for row in rows]


def verdicts_of(session: Session, nc: Nonconformity) -> list[Verdict]:
    """What verifiers said, newest first. One statement."""
    rows = session.execute(
        sa.select(Verification, Action.ref)
        .outerjoin(Action, Action.id == Verification.action_id)
        .where(Verification.nonconformity_id == nc.id)
        .order_by(Verification.at.desc(), Verification.id.desc())
        .limit(MOST)
    )
    return [Verdict(row=row[0], action_ref=row[1]) for row in rows]


def checks_of(session: Session, nc: Nonconformity) -> Sequence[EffectivenessCheck]:
    """The effectiveness checks, one per round. One statement."""
    return session.scalars(
        sa.select(EffectivenessCheck)
        .where(EffectivenessCheck.nonconformity_id == nc.id)
        .order_by(EffectivenessCheck.round.desc())
        .limit(MOST)
    ).all()


def disputes_of(session: Session, nc: Nonconformity) -> Sequence[Dispute]:
    """The disputes, newest first. One statement."""
    return session.scalars(
        sa.select(Dispute)
        .where(Dispute.nonconformity_id == nc.id)
        .order_by(Dispute.raised_at.desc(), Dispute.id.desc())
        .limit(MOST)
    ).all()


def regrades_of(session: Session, nc: Nonconformity) -> list[Regrade]:
    """How its grade changed, newest first, from the trail. One statement."""
    found = []
    for fact in session.scalars(
        facts_of(thing_kind="nonconformity", thing_id=nc.id).where(Fact.verb.in_(REGRADING)).limit(MOST)
    ):
        before, after = parsed(fact.before) or {}, parsed(fact.after) or {}
        if before.get("grade") != after.get("grade"):
            found.append(
                Regrade(
                    before=Grade(before["grade"]),
                    after=Grade(after["grade"]),
                    reason=after.get("reason", ""),
                    actor_id=fact.actor_id,
                    at=fact.at,
                )
            )
    return found


def _related(
    session: Session, principal: Principal, other: Any, condition: sa.ColumnElement[bool]
) -> list[Other]:
    rows = session.execute(
        visible_nonconformities(principal)
        .join(Repeat, other == Nonconformity.id)
        .add_columns(Repeat.note)
        .where(condition)
        .order_by(Nonconformity.raised_at.desc(), Nonconformity.id.desc())
        .limit(MOST)
    )
    return [Other(row=row[0], note=row[1]) for row in rows]
