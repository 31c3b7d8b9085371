"""Changing policies. What runs keeps the policy it began with."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, Stale
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.reminders.policies.labels import name_of
from auditapp.reminders.policies.model import ReminderPolicy
from auditapp.reminders.policies.queries import with_policy
from auditapp.reminders.policies.rules import Policy, checked, default_policy, resolve, tidied
from auditapp.reminders.rules import Kind, Severity
from auditapp.trail.service import record


def may_change(actor: Principal) -> bool:
    """Whether somebody may change policies: the system manager and the audit programme manager."""
    return actor.can(Capability.MANAGE_SETTINGS) or actor.can(Capability.MANAGE_PROGRAMME)


def must_change(actor: Principal) -> None:
    """Refuse whoever may not change policies. Raises NotAllowed."""
    if not may_change(actor):
        raise NotAllowed(
            Text("The system manager and the audit programme manager decide how people are reminded.")
        )


def set_policy(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    kind: Kind,
    severity: Severity | None,
    policy: Policy,
    version: int,
) -> Policy:
    """Let a policy hold from now on for what begins; gives it as kept. ``severity`` ``None``: for every severity.

    ``version`` is that of the policy which was looked at, 0 for the suggested one. Set twice, it is one change.
    Raises NotAllowed, Invalid (naming the field) and Stale.
    """
    must_change(actor)
    policy = tidied(checked(policy))
    row = with_policy(session, kind, severity)
    if row is not None and Policy.from_json(row.settings) == policy:
        return policy
    _must_be_fresh(row, version)
    before = _holds(session, kind, severity)
    kept = policy.to_json()
    if row is None:
        row = ReminderPolicy(
            kind=kind, severity=severity.value if severity else "", settings=kept, changed_at=at,
            changed_by_id=actor.person_id,
        )  # fmt: skip
        session.add(row)
    else:
        row.settings, row.changed_at, row.changed_by_id = kept, at, actor.person_id
    _say(session, actor, at, kind, severity, verb="reminder_policy.changed", before=before, after=policy)
    return policy


def reset_policy(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    kind: Kind,
    severity: Severity | None,
    version: int,
) -> Policy:
    """Take the change of a policy back; gives the one that holds then: of its kind, or as suggested.

    Where nobody changed it, nothing happens. Raises NotAllowed and Stale.
    """
    must_change(actor)
    row = with_policy(session, kind, severity)
    if row is None:
        return _holds(session, kind, severity)
    _must_be_fresh(row, version)
    before = Policy.from_json(row.settings)
    session.delete(row)
    session.flush()
    after = _holds(session, kind, severity)
    _say(session, actor, at, kind, severity, verb="reminder_policy.reset", before=before, after=after)
    return after


def _must_be_fresh(row: ReminderPolicy | None, version: int) -> None:
    if version != (row.version if row is not None else 0):
        raise Stale(
            Text(
                "Somebody changed this policy since you opened the page. What you typed is still here: "
                "open the page again in another window, compare, and save once more from there."
            )
        )


def _holds(session: Session, kind: Kind, severity: Severity | None) -> Policy:
    rows = session.scalars(sa.select(ReminderPolicy).where(ReminderPolicy.kind == kind))
    changed = {
        (kind, Severity(row.severity) if row.severity else None): Policy.from_json(row.settings)
        for row in rows
    }
    return resolve(changed, kind, severity) if changed else default_policy(kind, severity or Severity.NORMAL)


def _say(
    session: Session,
    actor: Principal,
    at: datetime,
    kind: Kind,
    severity: Severity | None,
    *,
    verb: str,
    before: Policy,
    after: Policy,
) -> None:
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="reminder_policy",
        thing_id=thing_id(kind, severity), thing_ref=str(name_of(kind, severity)),
        before=before.to_json(), after=after.to_json(),
    )  # fmt: skip


def thing_id(kind: Kind, severity: Severity | None) -> str:
    """How the trail calls a policy."""
    return f"{kind.value}:{severity.value}" if severity else kind.value
