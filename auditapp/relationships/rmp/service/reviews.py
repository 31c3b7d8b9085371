"""Reviews, the eight ticks, and what calls for an extra review."""

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rmp.model import (
    Plan,
    PlanReview,
    PlanSection,
    PlanTick,
    PlanVersion,
)
from auditapp.relationships.rmp.queries import (
    open_version,
    stage_began,
    version_in_force,
)
from auditapp.relationships.rmp.rules import (
    PlanKind,
    ReviewOutcome,
    VersionStatus,
)
from auditapp.relationships.rmp.service.base import (
    EXTRA_DAYS,
    REVIEW,
    must_write,
    tell,
)
from auditapp.relationships.rules import STAGE_LABELS, STAGES, Stage
from auditapp.relationships.service import must_manage
from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed
from auditapp.trail.service import reacts_to

SEATS = ("ser_id", "owner_id", "manager_id")
PARTNER_SEATS = {"partner_ser", "partner_manager"}


def log_review(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    plan: Plan,
    held_on: date,
    ours: str,
    theirs: str,
    outcome: ReviewOutcome,
    changes: str,
) -> PlanReview:
    """Keep a review that was held: who of each side, what came of it. The next day is counted from the intended one."""
    must_write(actor, plan)
    found = version_in_force(session, plan.id) or open_version(session, plan.id)
    if found is None:
        raise Refusal(Text("There is no version to review. Begin one first."))
    if held_on > today_of(session, at):
        raise Invalid(Text("A review that is still to come cannot be kept as held."), field="held_on")
    if not ours.strip():
        raise Invalid(Text("Say who of our side was there."), field="ours")
    if plan.kind is PlanKind.JOINT and not theirs.strip():
        raise Invalid(
            Text("A joint plan is reviewed by both sides. Say who of the partner was there."), field="theirs"
        )
    if outcome is not ReviewOutcome.CONFIRMED and not changes.strip():
        raise Invalid(Text("Say what has to change, or what was changed."), field="changes")
    due = open_one(session, REVIEW, plan.id)
    made = PlanReview(
        plan_id=plan.id, version_id=found.id, held_on=held_on, ours=ours.strip()[:400], theirs=theirs.strip()[:400],
        outcome=outcome, changes=changes.strip(), intended_on=due.intended_on if due else None, logged_at=at,
        logged_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    obligations.done(
        session, actor=actor, at=at, key=REVIEW, subject=plan.id, on=held_on, note=changes or outcome.value
    )
    tell(
        session, plan, actor=actor, at=at, verb="rmp.reviewed",
        after={"held_on": held_on.isoformat(), "outcome": outcome.value, "version": found.number},
    )  # fmt: skip
    return made


def tick_stage(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, stage: Stage, note: str
) -> PlanTick:
    """The plan was updated for this stage: each of the eight ends with it.

    Refused when nothing in the plan was written since the stage began, unless ``note`` says why nothing had to change.
    """
    must_manage(actor, relationship_id)
    relationship = relationship_of(session, actor, relationship_id)
    if stage not in STAGES or STAGES.index(stage) > STAGES.index(relationship.stage):
        raise Invalid(
            Text("A plan is updated for the stage the relationship is in, or one before."), field="note"
        )
    plan = session.scalar(
        sa.select(Plan)
        .where(Plan.relationship_id == relationship_id)
        .order_by((Plan.kind == PlanKind.JOINT).desc(), Plan.ref)
        .limit(1)
    )
    version = (open_version(session, plan.id) or version_in_force(session, plan.id)) if plan else None
    if plan is None or version is None:
        raise Refusal(
            Text("This relationship has no plan yet. Begin its relationship management plan, then come back.")
        )
    written = session.scalar(
        sa.select(sa.func.max(PlanSection.changed_at)).where(
            PlanSection.version_id == version.id, PlanSection.text != ""
        )
    )
    if (written is None or written < stage_began(session, relationship)) and not note.strip():
        raise Invalid(
            Text(
                "Nothing in %(ref)s was written since the stage %(stage)s began. Update the plan, or say why nothing "
                "had to change.",
                ref=plan.ref,
                stage=STAGE_LABELS[stage],
            ),
            field="note",
        )
    made = PlanTick(
        plan_id=plan.id, version_id=version.id, stage=stage, note=note.strip(), at=at, by_id=actor.person_id
    )
    session.add(made)
    tell(
        session,
        plan,
        actor=actor,
        at=at,
        verb="rmp.updated_for_stage",
        after={"stage": stage.value, "version": version.number},
    )
    return made


@reacts_to(
    "relationship.stage_moved",
    "relationship.changed",
    "relationship.member_added",
    "relationship.member_removed",
)
def ask_for_extra_review(session: Session, fact: Fact) -> None:
    """A change of stage or of a key person calls for a review of the plans in force."""
    before, after = parsed(fact.before) or {}, parsed(fact.after) or {}
    relationship_id = UUID(fact.thing_id) if fact.thing_kind == "relationship" else fact.context_id
    if fact.verb == "relationship.stage_moved":
        cause, because = "stage", Text("the relationship came into another stage")
    elif fact.verb == "relationship.changed":
        if all(before.get(seat) == after.get(seat) for seat in SEATS):
            return
        cause, because = "person", Text("a key person changed")
    else:
        if {*before.values(), *after.values()}.isdisjoint(PARTNER_SEATS):
            return
        cause, because = "person", Text("a key person of the partner changed")
    for plan in session.scalars(
        sa.select(Plan)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .where(Plan.relationship_id == relationship_id, PlanVersion.status == VersionStatus.IN_FORCE)
    ):
        obligations.open_extra(
            session, at=fact.at, key=REVIEW, subject=plan.id,
            due_on=today_of(session, fact.at) + timedelta(days=EXTRA_DAYS), cause=cause, because=str(because),
            relationship_id=plan.relationship_id, thing_kind="rmp", thing_ref=plan.ref, title=plan.title,
            owner_id=plan.owner_id,
        )  # fmt: skip
