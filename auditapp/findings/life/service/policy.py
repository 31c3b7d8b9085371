"""The figures of the deadlines."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.rules.policy import SETTING, Policy
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text
from auditapp.people.model import Setting
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.trail import service as trail


def may_set_policy(actor: Principal) -> bool:
    """Whether somebody chooses how long each step may take."""
    return actor.can(Capability.MANAGE_SETTINGS) or actor.can(Capability.MANAGE_PROGRAMME)


def set_policy(session: Session, *, actor: Principal, at: datetime, policy: Policy) -> None:
    """From now on each next step of a nonconformity is counted with these figures. Raises NotAllowed or Invalid."""
    if not may_set_policy(actor):
        raise NotAllowed(Text("Deadlines are set by the audit programme manager or the system manager."))
    policy.checked()
    before = queries.policy(session)
    if policy == before:
        return
    row = session.get(Setting, SETTING)
    if row is None:
        session.add(Setting(key=SETTING, value=policy.to_json()))
    else:
        row.value = policy.to_json()
    own = organization(session)
    old, new = before.to_json(), policy.to_json()
    changed = [name for name in new if new[name] != old[name]]
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="nonconformity.policy_set",
        thing_kind="organization",
        thing_id="1",
        thing_ref=own.name if own else "",
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
    )
