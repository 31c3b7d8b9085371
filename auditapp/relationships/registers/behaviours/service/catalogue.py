"""The organization's own catalogue of what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.registers.behaviours.model import BehaviourItem
from auditapp.relationships.registers.behaviours.queries import item_by_key
from auditapp.relationships.registers.behaviours.rules import EXPECTED, LEVELS, ItemKind
from auditapp.relationships.registers.service import fresh
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """Something that is expected: of each role so much. ``active`` false: no longer, but what was assessed stays."""

    kind: ItemKind
    name: str
    text: str
    expected: Mapping[str, int]
    active: bool = True


def must_keep_catalogue(actor: Principal) -> None:
    """Refuse whoever does not keep the catalogue: the system manager does, for all relationships."""
    if not actor.can(Capability.MANAGE_RELATIONSHIPS):
        raise NotAllowed(Text("The catalogue holds for all relationships: the system manager keeps it."))


def keep_item(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    expectation: Expectation,
    key: str = "",
    version: int = 0,
) -> str:
    """Add something expected (``key`` empty), or change it; gives its key."""
    must_keep_catalogue(actor)
    if not expectation.name.strip():
        raise Invalid(Text("Name it."), field="name")
    for role, level in expectation.expected.items():
        if role not in EXPECTED or (level and level not in LEVELS):
            raise Invalid(Text("Choose a level from 1 to 4."), field=f"level_{role}")
    if key:
        fresh(version, item_by_key(session, key).version)
    else:
        key = f"own-{new_id().hex[-8:]}"
    row = session.get(BehaviourItem, key)
    if row is None:
        row = BehaviourItem(key=key, kind=expectation.kind, name="", expected={})
        session.add(row)
    row.kind, row.name, row.text = expectation.kind, expectation.name.strip()[:120], expectation.text.strip()
    row.expected, row.active = dict(expectation.expected), expectation.active
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="behaviour.expectation_kept", thing_kind="behaviour",
        thing_id=key, thing_ref=row.name[:60],
        after={"kind": row.kind.value, "expected": row.expected, "active": row.active},
    )  # fmt: skip
    return key
