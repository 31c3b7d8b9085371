"""What recurs: every open time of every rule, with the lead times and the people that its rule names."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.relationships.exits.model import ExitTrigger
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import Rule, rules, visible_obligations
from auditapp.relationships.obligations.rules import WHOSE_LABELS, State, Whose
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rmp.model import Plan, PlanVersion
from auditapp.relationships.rmp.rules import SEEN_BY_PARTNER, PlanKind
from auditapp.reminders.rules import Kind, Severity
from auditapp.reminders.sources.base import Draft, Holder, Seat, Wanted, listed, short, stands, within

WORD = "obligation"
KINDS: Mapping[str, Kind] = {
    "rmp_review": Kind.RMP_REVIEW,
    "exit_review": Kind.EXIT_REVIEW,
    "trigger_watch": Kind.TRIGGER_WATCH,
    "continuity_test": Kind.CONTINUITY_TEST,
    "document_review": Kind.DOCUMENT_REVIEW,
    "health_check": Kind.HEALTH_CHECK,
    "joint_team_meeting": Kind.MEETING,
    "ser_oversight": Kind.MEETING,
    "management_review": Kind.MANAGEMENT_REVIEW,
    "surveillance_visit": Kind.CERTIFICATE,
    "recertification": Kind.CERTIFICATE,
    "stage1_concern": Kind.CERTIFICATE,
    "body_finding_reply": Kind.BODY_REPLY,
}
SEATS: Mapping[Whose, Seat] = {
    Whose.SYSTEM_MANAGER: Seat.SYSTEM_MANAGER,
    Whose.SER: Seat.SER,
    Whose.RELATIONSHIP_OWNER: Seat.RELATIONSHIP_OWNER,
    Whose.RELATIONSHIP_MANAGER: Seat.RELATIONSHIP_MANAGER,
    Whose.JOINT_TEAM: Seat.JOINT_TEAM,
    Whose.PARTNER_SER: Seat.PARTNER_SER,
    Whose.PARTNER_MANAGER: Seat.PARTNER_MANAGER,
}
STEPS: Mapping[Kind, Text] = {
    Kind.RMP_REVIEW: Text("Review the plan with the partner, and record what came of it."),
    Kind.EXIT_REVIEW: Text("Review the exit strategy with the partner, and record what came of it."),
    Kind.TRIGGER_WATCH: Text("Look at the triggers, and say how each stands."),
    Kind.CONTINUITY_TEST: Text("Test the continuity plan, and record how it went."),
    Kind.DOCUMENT_REVIEW: Text("Read the document again: it still holds, or needs a new version."),
    Kind.HEALTH_CHECK: Text("Ask both sides how the relationship is, and close the check."),
    Kind.MEETING: Text("Hold the meeting, and record what was decided."),
    Kind.MANAGEMENT_REVIEW: Text("Hold the management review, and record what was decided."),
    Kind.CERTIFICATE: Text("Prepare it, and record when it is through."),
    Kind.BODY_REPLY: Text("Answer the certification body, and record that it was sent."),
    Kind.OBLIGATION: Text("Do it, and record what was done."),
}
# What both parties do together, and where it is done: a partner's contact may see it, and reads no other obligation.
TOGETHER: Mapping[str, str] = {
    "rmp_review": "rmp.show",
    "exit_review": "exits.of_relationship",
    "joint_team_meeting": "meetings.of_relationship",
    "ser_oversight": "meetings.of_relationship",
    "scorecard": "objectives.of_relationship",
}
JOINT_PLAN = sa.exists().where(
    Plan.ref == Obligation.thing_ref,
    Plan.kind == PlanKind.JOINT,
    sa.or_(
        Plan.drafts_shared,
        sa.exists().where(PlanVersion.plan_id == Plan.id, PlanVersion.status.in_(SEEN_BY_PARTNER)),
    ),
)


def kind_of(key: str) -> Kind:
    """The kind of a rule."""
    return KINDS.get(key, Kind.OBLIGATION)


def obligations(session: Session, wanted: Wanted) -> Iterator[Draft]:
    """Every open time within the lead of its rule. Three statements."""
    if not any(wanted.wants(kind, WORD) for kind in {*KINDS.values(), Kind.OBLIGATION}):
        return
    found = {rule.key: rule for rule in rules(session)}
    bounds = bounds_of(found, wanted)
    if not bounds:
        return
    rows = session.execute(due_query(bounds, wanted)).all()
    watchers = _watchers(session, [row.subject for row in rows if row.key == "trigger_watch"])
    for row in rows:
        yield _draft(row, found[row.key], watchers.get(row.subject, ()))


def bounds_of(found: Mapping[str, Rule], wanted: Wanted) -> dict[date, list[str]]:
    """The rules by the last day that counts for them: no longer ahead than their own lead times, where they have any."""
    bounds: dict[date, list[str]] = defaultdict(list)
    for key, rule in found.items():
        kind = kind_of(key)
        if not wanted.wants(kind, WORD):
            continue
        bounds[wanted.until(kind, rule.lead_days)].append(key)
    return bounds


def due_query(bounds: Mapping[date, list[str]], wanted: Wanted) -> sa.Select[*tuple[Any, ...]]:
    """What is open and due by these days, by the index of open times: it never looks at what is due later."""
    ways = [
        # One by one: with “key IN (…)” SQLite takes the index of all that is open by then, whatever its rule.
        sa.and_(stands(Obligation.state, State.OPEN), Obligation.key == key, Obligation.due_on <= last)
        for last, keys in sorted(bounds.items())
        for key in keys
    ]
    query = (
        sa.select(
            Obligation.id, Obligation.key, Obligation.subject, Obligation.relationship_id, Obligation.thing_kind,
            Obligation.thing_ref, Obligation.title, Obligation.due_on, Obligation.intended_on, Obligation.extra,
            Obligation.because, Obligation.owner_id, Relationship.ref.label("relationship_ref"),
            Relationship.name.label("relationship_name"),
            sa.case((Obligation.key == "rmp_review", JOINT_PLAN), else_=sa.false()).label("joint_plan"),
        )
        .outerjoin(Relationship, Relationship.id == Obligation.relationship_id)
        .where(
            sa.or_(*ways),
            *wanted.narrow(WORD, Obligation.id, relationship=Obligation.relationship_id),
            *wanted.mine(Obligation.owner_id, relationship=Obligation.relationship_id),
        )
    )  # fmt: skip
    if wanted.since is not None:
        query = query.where(Obligation.due_on >= wanted.since)
    if wanted.reader is not None and wanted.from_outside:
        seen = visible_relationships(wanted.reader).with_only_columns(Relationship.id)
        return query.where(
            Obligation.relationship_id.in_(seen),
            Obligation.key.in_(TOGETHER),
            sa.or_(Obligation.key != "rmp_review", JOINT_PLAN),
        )
    return query.where(*wanted.seen(Obligation.id, visible_obligations)) if wanted.reader else query


def _watchers(session: Session, subjects: list[str]) -> dict[str, list[UUID]]:
    """Who watches the triggers of some exit strategies, by the id of the strategy in words."""
    found: dict[str, list[UUID]] = defaultdict(list)
    for strategy_id, person_id in session.execute(
        sa.select(ExitTrigger.strategy_id, ExitTrigger.watcher_id)
        .where(
            within(ExitTrigger.strategy_id, [UUID(one) for one in subjects]),
            ExitTrigger.dropped_at.is_(None),
            ExitTrigger.watcher_id.is_not(None),
        )
        .order_by(ExitTrigger.number)
    ):
        if person_id is not None:
            found[str(strategy_id)].append(person_id)
    return found


def _draft(row: Any, rule: Rule, watchers: Any) -> Draft:
    kind = kind_of(row.key)
    shared = row.key in TOGETHER and row.relationship_id is not None
    if row.key == "rmp_review":
        shared = shared and bool(row.joint_plan)
    endpoint, args = "obligations.show", {"obligation_id": str(row.id)}
    if row.key == "review_action":  # answered on its own page, which its owner may always read
        endpoint, args = "management_review.action", {"ref": row.thing_ref}
    if shared:
        endpoint = TOGETHER[row.key]
        args = {"plan_ref": row.thing_ref} if row.key == "rmp_review" else {"ref": row.relationship_ref}
    owners: list[Holder | None] = [row.owner_id]
    if Whose.WATCHER in rule.whose:
        owners += watchers
    owners += [SEATS[one] for one in rule.whose if one in SEATS]
    named = row.thing_kind not in {"", "relationship"} and row.title != row.thing_ref
    about = row.title if named else row.relationship_name or ""
    who = listed(WHOSE_LABELS[one] for one in rule.whose)
    why = (
        Text("You are named for it, or are what its rule names: %(who)s.", who=who)
        if row.owner_id is not None
        else Text("Its rule names: %(who)s.", who=who)
    )
    if row.because:
        why = Text("%(why)s It came in between (%(because)s).", why=why, because=row.because)
    severity = Severity.SERIOUS if kind is Kind.BODY_REPLY else None
    return Draft(
        key=f"{WORD}:{row.id}", kind=kind, ref=row.thing_ref or row.relationship_ref or "",
        title=short(f"{rule.title}: {about}" if about else str(rule.title)), step=STEPS[kind], why=why,
        due_on=row.due_on, version=f"{row.due_on}", endpoint=endpoint, args=args, owners=tuple(owners),
        otherwise=(Seat.RELATIONSHIP_MANAGER, Seat.RELATIONSHIP_OWNER) if row.relationship_id else (Seat.SYSTEM_MANAGER,),
        thing_kind="obligation", thing_id=str(row.id), severity=severity, relationship_id=row.relationship_id,
        shared=shared, leads=rule.lead_days or None,
    )  # fmt: skip
