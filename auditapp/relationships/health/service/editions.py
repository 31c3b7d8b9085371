"""An organization words its own questions: each change is a new edition."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.health.model import HealthEdition
from auditapp.relationships.health.queries import current_edition
from auditapp.relationships.health.rules.questions import as_data, faults_of
from auditapp.trail.service import record


def new_edition(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    after_edition: int,
    data: Sequence[Mapping[str, Any]],
    note: str = "",
) -> HealthEdition | None:
    """Keep a new edition; checks that are open or closed keep theirs. ``None`` when nothing was changed.

    ``after_edition``: the one that was read. Raises Stale when there is a newer one.
    """
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("The questions are worded by the system manager."))
    current, _row = current_edition(session)
    if current.edition != after_edition:
        raise Stale(
            Text("There is a newer edition since you opened this page. Look at it, then change that one.")
        )
    wanted = [dict(one) for one in data]
    if faults := faults_of(wanted):
        raise Invalid(faults[0])
    if wanted == as_data(current):
        return None
    made = HealthEdition(
        number=current.edition + 1,
        questions=wanted,
        note=note.strip(),
        made_at=at,
        made_by_id=actor.person_id,
    )
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="health.questions_worded", thing_kind="health_edition",
        thing_id=made.id, thing_ref=str(made.number), after={"edition": made.number, "note": made.note},
    )  # fmt: skip
    return made
