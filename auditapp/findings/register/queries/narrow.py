"""How an address narrows a register: conditions on what somebody may see."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from auditapp.audits.model import Audit
from auditapp.findings.model import (
    Action,
    ActionRequest,
    Cause,
    EffectivenessCheck,
    Nonconformity,
    NonconformityRequirement,
    Repeat,
)
from auditapp.findings.queries import visible_actions, visible_nonconformities
from auditapp.findings.register.rules.nonconformities import STAGES
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import ME, Wanted, span
from auditapp.findings.rules import action as action_rules
from auditapp.findings.rules import nonconformity as nc_rules
from auditapp.findings.rules.action import RequestKind, RequestStatus
from auditapp.findings.rules.nonconformity import CheckResult, NcStatus
from auditapp.kit.fulltext import matching
from auditapp.people.model import Person
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.model import Relationship

Condition = sa.ColumnElement[bool]
OPEN = sorted(nc_rules.OPEN)
ENDED = sorted(nc_rules.ENDED)
OPEN_ACTIONS = sorted(action_rules.OPEN)
ENDED_ACTIONS = sorted(action_rules.ENDED)
UNDONE = sorted(action_rules.UNDONE)
# Whose turn it is while a nonconformity stands there; implementing and the effectiveness check have more to them.
RESPONSIBLE_ACTS = [
    NcStatus.ISSUED,
    NcStatus.CONTAINMENT,
    NcStatus.CAUSE,
    NcStatus.PLANNING,
    NcStatus.PLAN_RETURNED,
]
VERIFIER_ACTS = [NcStatus.PLAN_SUBMITTED, NcStatus.VERIFICATION]
NOT_STANDING = [NcStatus.DRAFT, NcStatus.WITHDRAWN]
DAY = timedelta(days=1)
MANAGER_ACTS = [NcStatus.DRAFT, NcStatus.DISPUTED]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks, and the day it is in the organization's zone."""

    principal: Principal
    today: date
    zone: str = "UTC"


def narrowed(reader: Reader, wanted: Wanted) -> sa.Select[Any]:
    """What the reader may see and the address asks for: entities, unordered."""
    if wanted.spec.register is Register.ACTIONS:
        return visible_actions(reader.principal).where(*_of_actions(reader, wanted))
    return visible_nonconformities(reader.principal).where(*_of_nonconformities(reader, wanted))


def overdue(register: Register, today: date) -> Condition:
    """Whether a row of a register is overdue."""
    if register is Register.ACTIONS:
        return sa.and_(Action.status.in_(UNDONE), Action.due_on < today)
    return sa.and_(Nonconformity.status.not_in(ENDED), Nonconformity.turn_due_on < today)


def check_is_due(today: date) -> Condition:
    """Whether the day of the effectiveness check has come."""
    return sa.and_(
        Nonconformity.status == NcStatus.EFFECTIVENESS,
        Nonconformity.id.in_(
            sa.select(EffectivenessCheck.nonconformity_id).where(
                EffectivenessCheck.result == CheckResult.OPEN, EffectivenessCheck.not_before <= today
            )
        ),
    )


def my_turn(reader: Reader) -> Condition:
    """Whether a nonconformity waits for the reader."""
    me = reader.principal.person_id
    undone = sa.select(Action.nonconformity_id).where(Action.status.in_(UNDONE))
    responsible = sa.or_(Nonconformity.responsible_id == me, Nonconformity.deputy_id == me)
    ways = [
        sa.and_(responsible, Nonconformity.status.in_(RESPONSIBLE_ACTS)),
        sa.and_(responsible, Nonconformity.status == NcStatus.IMPLEMENTING, Nonconformity.id.not_in(undone)),
        sa.and_(
            Nonconformity.status == NcStatus.IMPLEMENTING,
            Nonconformity.id.in_(undone.where(sa.or_(Action.owner_id == me, Action.deputy_id == me))),
        ),
        sa.and_(Nonconformity.verifier_id == me, Nonconformity.status.in_(VERIFIER_ACTS)),
        sa.and_(Nonconformity.verifier_id == me, check_is_due(reader.today)),
    ]
    if reader.principal.can(Capability.MANAGE_PROGRAMME):
        ways.append(Nonconformity.status.in_(MANAGER_ACTS))
    return sa.or_(*ways)


def _of_nonconformities(reader: Reader, wanted: Wanted) -> list[Condition]:
    me = reader.principal.person_id
    shows = wanted.shows
    found: list[Condition] = []
    if ("open" in shows) != ("closed" in shows):
        # Said as “not ended”: the order of due dates leads to the first rows sooner than eleven statuses do.
        ended = Nonconformity.status.in_(ENDED)
        found.append(~ended if "open" in shows else ended)
    ways: dict[str, Callable[[], Condition]] = {
        "overdue": lambda: overdue(Register.NONCONFORMITIES, reader.today),
        "mine": lambda: sa.or_(
            Nonconformity.responsible_id == me,
            Nonconformity.deputy_id == me,
            Nonconformity.verifier_id == me,
        ),
        "turn": lambda: my_turn(reader),
        "check_due": lambda: check_is_due(reader.today),
        "reopened": lambda: Nonconformity.reopened > 0,
        "stands": lambda: Nonconformity.status.not_in(NOT_STANDING),
        "no_stage": lambda: Nonconformity.stage.not_in(STAGES),
        "no_relationship": lambda: Nonconformity.relationship_id.is_(None),
        "repeats": lambda: Nonconformity.id.in_(sa.select(Repeat.nonconformity_id)),
    }
    found += [way() for name, way in ways.items() if name in shows]
    for key, column in {
        "status": Nonconformity.status,
        "grade": Nonconformity.grade,
        "source": Nonconformity.source,
        "stage": Nonconformity.stage,
        "responsible": Nonconformity.responsible_id,
        "verifier": Nonconformity.verifier_id,
    }.items():
        found += _one_of(column, wanted, key, me)
    found += _by_number(wanted, "relationship", Nonconformity.relationship_id, Relationship)
    found += _by_number(wanted, "audit", Nonconformity.audit_id, Audit)
    if wanted.of("cause"):
        found.append(
            Nonconformity.id.in_(
                sa.select(Cause.nonconformity_id).where(Cause.category.in_(wanted.of("cause")))
            )
        )
    if wanted.of("clause"):
        clause = NonconformityRequirement.clause
        found.append(
            Nonconformity.id.in_(
                sa.select(NonconformityRequirement.nonconformity_id).where(
                    sa.or_(
                        *(
                            sa.or_(clause == one, clause.startswith(f"{one}.", autoescape=True))
                            for one in wanted.of("clause")
                        )
                    )
                )
            )
        )
    found += _of_figures(reader, wanted)
    if wanted.of("year"):
        found.append(
            sa.or_(
                *(
                    sa.and_(
                        Nonconformity.raised_at >= _new_year(int(year), reader.zone),
                        Nonconformity.raised_at < _new_year(int(year) + 1, reader.zone),
                    )
                    for year in wanted.of("year")
                )
            )
        )
    if wanted.before:
        found.append(Nonconformity.turn_due_on < wanted.before)
    if wanted.refs:
        found.append(Nonconformity.ref.in_(wanted.refs))
    if wanted.words:
        found.append(Nonconformity.id.in_(matching("nonconformity", wanted.words)))
    return found


def _of_figures(reader: Reader, wanted: Wanted) -> list[Condition]:
    """What only the links of figures ask for."""
    found: list[Condition] = []
    if wanted.of("root"):
        roots = sa.select(Cause.nonconformity_id).where(Cause.root, Cause.category.in_(wanted.of("root")))
        found.append(Nonconformity.id.in_(roots))
    if wanted.of("requirement"):
        spelled = NonconformityRequirement.standard + " " + NonconformityRequirement.clause
        found.append(
            Nonconformity.id.in_(
                sa.select(NonconformityRequirement.nonconformity_id).where(
                    spelled.in_(wanted.of("requirement"))
                )
            )
        )
    for key, column in {
        "raised": Nonconformity.raised_at,
        "acknowledged": Nonconformity.acknowledged_at,
        "planned": Nonconformity.plan_submitted_at,
        "closed": Nonconformity.closed_at,
    }.items():
        found += _between(column, wanted, key, reader.zone)
    if wanted.of("checked"):
        checks = sa.select(EffectivenessCheck.nonconformity_id).where(
            *_between(EffectivenessCheck.checked_at, wanted, "checked", reader.zone)
        )
        found.append(Nonconformity.id.in_(checks))
    return found


def _of_actions(reader: Reader, wanted: Wanted) -> list[Condition]:
    me = reader.principal.person_id
    shows = wanted.shows
    found: list[Condition] = []
    if ("open" in shows) != ("ended" in shows):
        ended = Action.status.in_(ENDED_ACTIONS)
        found.append(~ended if "open" in shows else ended)
    asked = sa.select(ActionRequest.action_id).where(ActionRequest.status == RequestStatus.OPEN)
    ways: dict[str, Callable[[], Condition]] = {
        "overdue": lambda: overdue(Register.ACTIONS, reader.today),
        "mine": lambda: sa.or_(Action.owner_id == me, Action.deputy_id == me),
        "requested": lambda: Action.id.in_(asked),
        "partner": lambda: Action.owner_id.in_(sa.select(Person.id).where(Person.partner_id.is_not(None))),
    }
    found += [way() for name, way in ways.items() if name in shows]
    for key, column in {
        "status": Action.status,
        "kind": Action.kind,
        "priority": Action.priority,
        "owner": Action.owner_id,
    }.items():
        found += _one_of(column, wanted, key, me)
    if wanted.of("request"):
        found.append(Action.id.in_(asked.where(ActionRequest.kind.in_(wanted.of("request")))))
    if wanted.of("extension"):
        asked = sa.select(ActionRequest.action_id).where(
            ActionRequest.kind == RequestKind.EXTENSION,
            *_between(ActionRequest.asked_at, wanted, "extension", reader.zone),
        )
        found.append(Action.id.in_(asked))
    of_parent = [
        *_one_of(Nonconformity.grade, wanted, "grade", me),
        *_by_number(wanted, "relationship", Nonconformity.relationship_id, Relationship),
        *([Nonconformity.ref.in_(wanted.of("nonconformity"))] if wanted.of("nonconformity") else []),
    ]
    if of_parent:
        found.append(Action.nonconformity_id.in_(sa.select(Nonconformity.id).where(*of_parent)))
    if wanted.before:
        found += [Action.due_on < wanted.before, Action.status.in_(UNDONE)]
    if wanted.refs:
        found.append(Action.ref.in_(wanted.refs))
    if wanted.words:
        found.append(Action.id.in_(matching("action", wanted.words)))
    return found


def _one_of(column: Any, wanted: Wanted, key: str, me: UUID) -> list[Condition]:
    values: Collection[Any] = wanted.of(key)
    if not values:
        return []
    if key in ("responsible", "verifier", "owner"):
        values = [me if one == ME else UUID(one) for one in values]
    return [column.in_(values)]


def _by_number(wanted: Wanted, key: str, column: Any, table: Any) -> list[Condition]:
    values = wanted.of(key)
    return [column.in_(sa.select(table.id).where(table.ref.in_(values)))] if values else []


def _between(column: Any, wanted: Wanted, key: str, zone: str) -> list[Condition]:
    """Whether a moment falls on a day of one of the spans, counted in the zone."""
    spans = [days for one in wanted.of(key) if (days := span(one)) is not None]
    if not spans:
        return []
    return [
        sa.or_(
            *(
                sa.and_(column >= _midnight(first, zone), column < _midnight(last + DAY, zone))
                for first, last in spans
            )
        )
    ]


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _new_year(year: int, zone: str) -> datetime:
    return datetime(year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
