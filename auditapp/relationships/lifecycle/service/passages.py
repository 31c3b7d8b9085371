"""From stage to stage: on, back, out of it by the decision not to collaborate, and back into it."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.relationships.lifecycle.model import StageOutput, StagePassage
from auditapp.relationships.lifecycle.queries import is_declined, last_passage
from auditapp.relationships.lifecycle.rules import (
    OutputState,
    PassageKind,
    earlier_stages,
    must_be_early,
    next_stage,
    outputs_of,
    readiness,
)
from auditapp.relationships.links.model import RecordLink
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rmp.queries import updated_for_stage
from auditapp.relationships.rules import STAGE_LABELS, Stage
from auditapp.relationships.service import must_manage, must_run
from auditapp.trail.model import Fact
from auditapp.trail.service import reacts_to, record


def move_on(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, version: int, reason: str = ""
) -> StagePassage:
    """Move to the next stage. What is missing has to be overridden with a reason, which is kept.

    Raises Invalid (field ``reason``) that names what is missing, Refusal at the last stage, Stale when somebody
    changed the relationship meanwhile.
    """
    found = _taken(session, actor, relationship_id, version)
    must_run(found)
    to_stage = next_stage(found.stage)
    passage = _passage(
        session, found, actor=actor, at=at, kind=PassageKind.ON, to_stage=to_stage, reason=reason
    )
    if passage.missing and not passage.reason:
        raise Invalid(
            Text(
                "Missing for %(stage)s: %(missing)s. Bring them, or say why the relationship moves on without.",
                stage=STAGE_LABELS[found.stage],
                missing=", ".join(passage.missing),
            ),
            field="reason",
        )
    if not passage.missing:
        passage.reason = ""
    _move(session, actor, at, found, passage)
    return passage


def go_back(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    version: int,
    to_stage: Stage,
    reason: str,
) -> StagePassage:
    """Go back to an earlier stage, with a reason. What was said of outputs stays."""
    found = _taken(session, actor, relationship_id, version)
    must_run(found)
    if to_stage not in earlier_stages(found.stage):
        raise Invalid(Text("Choose one of the stages before this one."), field="to_stage")
    _say_why(reason, Text("Say why it goes back. The reason stays on record."))
    passage = _passage(
        session, found, actor=actor, at=at, kind=PassageKind.BACK, to_stage=to_stage, reason=reason
    )
    _move(session, actor, at, found, passage)
    return passage


def decline(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, version: int, reason: str
) -> StagePassage:
    """Decide not to collaborate: the relationship ends today, in the stage where it stands."""
    found = _taken(session, actor, relationship_id, version)
    must_run(found)
    must_be_early(found.stage)
    _say_why(reason, Text("Say why you decided not to collaborate. The reason stays on record."))
    passage = _passage(
        session, found, actor=actor, at=at, kind=PassageKind.DECLINED, to_stage=found.stage, reason=reason
    )
    session.add(passage)
    own = organization(session)
    found.ended_on = day_in(own.zone if own else "UTC", at)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.declined", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        after={"stage": found.stage.value, "reason": passage.reason, "ended_on": found.ended_on.isoformat()},
    )  # fmt: skip
    return passage


def reopen(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, version: int, reason: str
) -> StagePassage:
    """Take the decision not to collaborate back: the relationship goes on in the stage where it stood."""
    found = _taken(session, actor, relationship_id, version)
    if not is_declined(found, last_passage(session, found.id)):
        raise Refusal(
            Text(
                "This relationship did not end by the decision not to collaborate, so there is none to take back."
            )
        )
    _say_why(reason, Text("Say what has changed. The reason stays on record."))
    passage = _passage(
        session, found, actor=actor, at=at, kind=PassageKind.REOPENED, to_stage=found.stage, reason=reason
    )
    session.add(passage)
    before = found.ended_on.isoformat() if found.ended_on else ""
    found.ended_on = None
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.stage_reopened", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id, before={"ended_on": before},
        after={"stage": found.stage.value, "reason": passage.reason},
    )  # fmt: skip
    return passage


@reacts_to("relationship.changed")
def keep_the_decision(session: Session, fact: Fact) -> None:
    """Who empties the last day of a relationship that was declined would take the decision back without a reason."""
    found = session.get(Relationship, UUID(fact.thing_id))
    before = json.loads(fact.before or "{}").get("ended_on", "")
    last = last_passage(session, found.id) if found is not None and before else None
    if (
        found is not None
        and found.ended_on is None
        and last is not None
        and last.kind is PassageKind.DECLINED
    ):
        raise Refusal(
            Text("This ended by the decision not to collaborate. Reopen it among its stages, with a reason.")
        )


def _taken(session: Session, actor: Principal, relationship_id: UUID, version: int) -> Relationship:
    found = relationship_of(session, actor, relationship_id)
    must_manage(actor, found.id)
    if found.version != version:
        raise Stale(
            Text("Somebody changed this relationship since you opened the page. Open it again and look.")
        )
    return found


def _say_why(reason: str, refusal: Text) -> None:
    if not reason.strip():
        raise Invalid(refusal, field="reason")


def _passage(
    session: Session,
    found: Relationship,
    *,
    actor: Principal,
    at: datetime,
    kind: PassageKind,
    to_stage: Stage,
    reason: str,
) -> StagePassage:
    """The passage as it would be now, with the outputs of the stage left as they are; not added yet."""
    wanted = outputs_of(found.stage)
    rows = {
        row.key: row
        for row in session.scalars(
            sa.select(StageOutput).where(
                StageOutput.relationship_id == found.id, StageOutput.key.in_([one.key for one in wanted])
            )
        )
    }
    linked: dict[UUID, list[str]] = {row.id: [] for row in rows.values()}
    for link in session.scalars(
        sa.select(RecordLink)
        .where(RecordLink.from_kind == "stage_output", RecordLink.from_id.in_(linked))
        .order_by(RecordLink.added_at)
    ):
        linked[link.from_id].append(link.to_ref or link.label or link.url)
    rmp_updated = updated_for_stage(session, found.id, found.stage)
    ready = readiness(found.stage, {key: row.state for key, row in rows.items()}, rmp_updated=rmp_updated)
    outputs: list[list[Any]] = []
    for one in wanted:
        row = rows.get(one.key)
        if one.rmp:
            state = OutputState.THERE if rmp_updated else OutputState.OPEN
            outputs.append([one.key, state.value, "", []])
        elif row is None:
            outputs.append([one.key, OutputState.OPEN.value, "", []])
        else:
            outputs.append([one.key, row.state.value, row.reason or row.note, linked[row.id]])
    return StagePassage(
        relationship_id=found.id, kind=kind, from_stage=found.stage, to_stage=to_stage, at=at,
        by_id=actor.person_id, rmp_updated=rmp_updated, outputs=outputs,
        missing=[one.key for one in ready.missing], reason=reason.strip(),
    )  # fmt: skip


def _move(
    session: Session, actor: Principal, at: datetime, found: Relationship, passage: StagePassage
) -> None:
    session.add(passage)
    found.stage = passage.to_stage
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.stage_moved", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        before={"stage": passage.from_stage.value},
        after={
            "stage": passage.to_stage.value, "way": passage.kind.value, "missing": passage.missing,
            "overridden": passage.overridden, "rmp_updated": passage.rmp_updated, "reason": passage.reason,
        },
    )  # fmt: skip
