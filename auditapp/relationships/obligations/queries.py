"""Reading rules and what is due."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.relationships.obligations.model import Obligation, ObligationRule
from auditapp.relationships.obligations.rules import DEFAULTS, Scope, Source, State, Whose

SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An obligation as it holds here: the default, or as somebody changed it. ``version`` 0: nobody changed it."""

    key: str
    title: Text | str
    scope: Scope
    source: Source
    whose: tuple[Whose, ...]
    months: int
    days: int
    lead_days: tuple[int, ...]
    bs: str
    iso: str
    active: bool
    version: int


def _rule(key: str, row: ObligationRule | None) -> Rule:
    default = DEFAULTS.get(key)
    if row is None:
        default = DEFAULTS[key]
        return Rule(
            key=key, title=default.title, scope=default.scope, source=default.source, whose=default.whose,
            months=default.months, days=default.days, lead_days=default.lead_days, bs=default.bs,
            iso=default.iso, active=True, version=0,
        )  # fmt: skip
    return Rule(
        key=key, title=row.title or (default.title if default else ""), scope=row.scope,
        source=default.source if default else Source.INTERVAL, whose=tuple(Whose(one) for one in row.whose),
        months=row.months, days=row.days, lead_days=tuple(row.lead_days), bs=row.bs, iso=row.iso,
        active=row.active, version=row.version,
    )  # fmt: skip


def rule_of(session: Session, key: str) -> Rule:
    """One rule. Raises KeyError for a key that is neither a default nor somebody's own. One statement."""
    return _rule(key, session.get(ObligationRule, key))


def rules(session: Session) -> list[Rule]:
    """Every rule: the 26 in the order of the field, then one's own by title. One statement."""
    rows: Mapping[str, ObligationRule] = {row.key: row for row in session.scalars(sa.select(ObligationRule))}
    own = sorted((row for key, row in rows.items() if key not in DEFAULTS), key=lambda row: row.title)
    return [_rule(key, rows.get(key)) for key in DEFAULTS] + [_rule(row.key, row) for row in own]


def open_one(session: Session, key: str, subject: UUID | str) -> Obligation | None:
    """The regular time that is open for a rule and its subject."""
    return session.scalar(
        sa.select(Obligation).where(
            Obligation.key == key,
            Obligation.subject == str(subject),
            Obligation.state == State.OPEN,
            Obligation.extra == "",
        )
    )


def open_extras(session: Session, key: str, subject: UUID | str) -> list[Obligation]:
    """The extra times that are open for a rule and its subject, the first due first."""
    return list(
        session.scalars(
            sa.select(Obligation)
            .where(
                Obligation.key == key,
                Obligation.subject == str(subject),
                Obligation.state == State.OPEN,
                Obligation.extra != "",
            )
            .order_by(Obligation.due_on)
        )
    )


def next_due(session: Session, key: str, subjects: Collection[UUID | str]) -> dict[str, date]:
    """When a rule is next due for several subjects, extra times included; by subject. One statement."""
    return {
        row[0]: row[1]
        for row in session.execute(
            sa.select(Obligation.subject, sa.func.min(Obligation.due_on))
            .where(
                Obligation.key == key,
                Obligation.subject.in_([str(one) for one in subjects]),
                Obligation.state == State.OPEN,
            )
            .group_by(Obligation.subject)
        )
    }
