"""Reading policies: the one that holds for a due item, and all of them for their page."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.memory import once
from auditapp.kit.orm import Json
from auditapp.people.model import Person
from auditapp.reminders.policies.model import ReminderPolicy
from auditapp.reminders.policies.rules import Policy, default_policy, resolve
from auditapp.reminders.rules import Kind, Severity

Changed = Mapping[tuple[Kind, Severity | None], Policy]
# The room above this one, where reminders run: only how many, and by which policy, is read.
_RUN = sa.table(
    "reminder_run",
    sa.column("kind", sa.String()),
    sa.column("severity", sa.String()),
    sa.column("policy", Json()),
    sa.column("ended_at"),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A policy as it holds. ``severity`` ``None``: for every one that has none of its own. ``version`` 0: as suggested.

    ``running``: reminders that it decides about or would, were they to begin now; ``older``: those of them that go on
    with the policy they began with, which was another one.
    """

    kind: Kind
    severity: Severity | None
    policy: Policy
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""
    running: int = 0
    older: int = 0


def _severity(kept: str) -> Severity | None:
    return Severity(kept) if kept else None


def _changed(session: Session) -> Changed:
    return {
        (row.kind, _severity(row.severity)): Policy.from_json(row.settings)
        for row in session.execute(
            sa.select(ReminderPolicy.kind, ReminderPolicy.severity, ReminderPolicy.settings)
        )
    }


def policies(session: Session) -> Callable[[Kind, Severity], Policy]:
    """What holds now, to ask for each due item. One statement."""
    changed = once(session, "policies", lambda: _changed(session))
    return lambda kind, severity: resolve(changed, kind, severity)


@dataclass(frozen=True, kw_only=True)
class _Kept:
    policy: Policy
    version: int
    changed_at: datetime
    changed_by: str


def _kept(session: Session) -> dict[tuple[Kind, Severity | None], _Kept]:
    rows = session.execute(
        sa.select(ReminderPolicy, Person.name).outerjoin(Person, Person.id == ReminderPolicy.changed_by_id)
    )
    return {
        (row.kind, _severity(row.severity)): _Kept(
            policy=Policy.from_json(row.settings),
            version=row.version,
            changed_at=row.changed_at,
            changed_by=name or "",
        )
        for row, name in rows
    }


def _decides(
    kept: Mapping[tuple[Kind, Severity | None], _Kept], kind: Kind, severity: Severity
) -> Severity | None:
    """Under which of the lines of a kind a severity falls."""
    if (kind, severity) in kept:
        return severity
    differs = default_policy(kind, severity) != default_policy(kind, Severity.NORMAL)
    return severity if differs and (kind, None) not in kept else None


def lines(session: Session) -> list[Line]:
    """Every policy in the order of the kinds: that of the kind, then those of severities that differ. Two statements."""
    kept = _kept(session)
    changed: Changed = {key: one.policy for key, one in kept.items()}
    running: Counter[tuple[Kind, Severity | None]] = Counter()
    older: Counter[tuple[Kind, Severity | None]] = Counter()
    for row in session.execute(
        sa.select(_RUN.c.kind, _RUN.c.severity, _RUN.c.policy, sa.func.count().label("many"))
        .where(_RUN.c.ended_at.is_(None))
        .group_by(_RUN.c.kind, _RUN.c.severity, _RUN.c.policy)
    ):
        kind, severity, count = Kind(row.kind), Severity(row.severity), int(row.many)
        key = (kind, _decides(kept, kind, severity))
        running[key] += count
        if Policy.from_json(row.policy) != resolve(changed, kind, severity):
            older[key] += count
    found = []
    for kind in Kind:
        for severity in (None, *Severity):
            if severity is not None and _decides(kept, kind, severity) is None:
                continue
            own = kept.get((kind, severity))
            found.append(
                Line(
                    kind=kind,
                    severity=severity,
                    policy=resolve(changed, kind, severity),
                    version=own.version if own else 0,
                    changed_at=own.changed_at if own else None,
                    changed_by=own.changed_by if own else "",
                    running=running[kind, severity],
                    older=older[kind, severity],
                )
            )
    return found


def line(session: Session, kind: Kind, severity: Severity | None) -> Line:
    """One policy as it holds, also where it holds only because the kind's does. Two statements."""
    found = lines(session)
    own = _named(found, kind, severity)
    if own is not None:
        return own
    general = _named(found, kind, None)
    policy = general.policy if general is not None else default_policy(kind, severity or Severity.NORMAL)
    return Line(kind=kind, severity=severity, policy=policy)


def _named(found: Sequence[Line], kind: Kind, severity: Severity | None) -> Line | None:
    return next((one for one in found if (one.kind, one.severity) == (kind, severity)), None)


def with_policy(session: Session, kind: Kind, severity: Severity | None) -> ReminderPolicy | None:
    """The row of a policy that somebody changed."""
    return session.get(ReminderPolicy, (kind, severity.value if severity else ""))
