"""The rules themselves: changing them, adding one's own, and letting them begin wherever they apply."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, NotAllowed, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.model import Obligation, ObligationRule
from auditapp.relationships.obligations.queries import SYSTEM, Rule, rule_of, rules
from auditapp.relationships.obligations.rules import DEFAULTS, Scope, Source, State, Whose, has_come
from auditapp.relationships.obligations.service.chains import begin
from auditapp.relationships.rules import Stage
from auditapp.trail.model import Fact
from auditapp.trail.service import reacts_to, record

LONGEST_MONTHS = 120
MOST_LEADS = 6
LONGEST_LEAD = 730


def save_rule(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    key: str | None,
    version: int,
    title: str,
    scope: Scope,
    whose: Collection[Whose],
    months: int,
    days: int,
    lead_days: Collection[int],
    bs: str,
    iso: str,
    from_stage: Stage,
    active: bool,
) -> str:
    """Change a rule, or add one of one's own (``key`` None); gives its key.

    What is open keeps its day; the one after it is counted by the new interval. A rule switched off asks nothing
    any more; switched on again it goes on where it was. Raises Stale when somebody was faster.
    """
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Only the system manager changes the rules of what recurs."))
    before = rule_of(session, key) if key else None
    if before is not None and before.version != version:
        raise Stale(Text("Somebody changed this rule since you opened the page. Open it again and look."))
    own = before is None or before.key not in DEFAULTS
    _check(title=title, own=own, source=before.source if before else Source.INTERVAL, whose=whose, months=months,
           days=days, lead_days=lead_days)  # fmt: skip
    row = session.get(ObligationRule, key) if key else None
    if row is None:
        key = key or f"own-{new_id().hex[-10:]}"
        row = ObligationRule(key=key, scope=scope, whose=[], lead_days=[])
        session.add(row)
    row.title, row.whose, row.months, row.days = title.strip(), sorted(whose), months, days
    row.lead_days, row.bs, row.iso, row.active = sorted(set(lead_days), reverse=True), bs, iso, active
    row.from_stage = from_stage
    if own:
        row.scope = scope
    session.flush()
    after = rule_of(session, row.key)
    record(
        session, actor_id=actor.person_id, at=at, verb="obligation.rule_changed", thing_kind="obligation",
        thing_id=row.key, thing_ref=row.title or row.key,
        before=_plain(before) if before else None, after=_plain(after),
    )  # fmt: skip
    if not active:
        session.execute(
            sa.update(Obligation)
            .where(Obligation.key == row.key, Obligation.state == State.OPEN)
            .values(state=State.ENDED, ended_on=at.date())
        )
    begin_missing(session, at=at)
    return row.key


def _check(
    *,
    title: str,
    own: bool,
    source: Source,
    whose: Collection[Whose],
    months: int,
    days: int,
    lead_days: Collection[int],
) -> None:
    if own and not title.strip():
        raise Invalid(Text("Say what has to be done."), field="title")
    if not whose:
        raise Invalid(Text("Choose at least one who is reminded."), field="whose")
    if not 0 <= months <= LONGEST_MONTHS or not 0 <= days <= LONGEST_MONTHS * 31:
        raise Invalid(Text("An interval lies between a day and ten years."), field="months")
    if source is Source.INTERVAL and not months and not days:
        raise Invalid(Text("Say how often: a number of months, of days, or both."), field="months")
    if len(lead_days) > MOST_LEADS or any(not 0 <= one <= LONGEST_LEAD for one in lead_days):
        raise Invalid(
            Text("Up to six lead times, each between 0 and %(most)s days.", most=LONGEST_LEAD),
            field="lead_days",
        )


def _plain(rule: Rule) -> dict[str, object]:
    return {
        "title": str(rule.title), "whose": list(rule.whose), "months": rule.months, "days": rule.days,
        "lead_days": list(rule.lead_days), "bs": rule.bs, "iso": rule.iso, "from_stage": rule.from_stage.value,
        "active": rule.active,
    }  # fmt: skip


def begin_missing(session: Session, *, at: datetime, relationship_id: UUID | None = None) -> int:
    """Let every rule that is kept here begin wherever it applies and has not begun; gives how many began.

    Safe to repeat; it asks what is open once, so it costs little where nothing is missing. ``relationship_id``:
    for that relationship alone.
    """
    own = organization(session)
    if own is None:
        return 0
    today = day_in(own.zone, at)
    wanted = [rule for rule in rules(session) if rule.active and rule.source is Source.INTERVAL]
    open_now = {
        (row[0], row[1])
        for row in session.execute(
            sa.select(Obligation.key, Obligation.subject).where(
                Obligation.state == State.OPEN, Obligation.extra == ""
            )
        )
    }
    began = 0
    if relationship_id is None:
        for rule in wanted:
            if rule.scope is Scope.SYSTEM and (rule.key, SYSTEM) not in open_now:
                began += begin(session, at=at, key=rule.key, subject=SYSTEM, anchor_on=today) is not None
    running = sa.select(Relationship).where(Relationship.ended_on.is_(None))
    if relationship_id is not None:
        running = running.where(Relationship.id == relationship_id)
    for found in session.scalars(running.order_by(Relationship.ref)):
        for rule in wanted:
            if (
                rule.scope is Scope.RELATIONSHIP
                and (rule.key, str(found.id)) not in open_now
                and has_come(found.stage, rule.from_stage)
            ):
                began += (
                    begin(
                        session, at=at, key=rule.key, subject=found.id, anchor_on=today, relationship_id=found.id,
                        thing_kind="relationship", thing_ref=found.ref, title=found.name,
                    )
                    is not None
                )  # fmt: skip
    return began


@reacts_to(
    "relationship.added",
    "relationship.changed",
    "relationship.stage_moved",
    "relationship.stage_reopened",
    "relationship.declined",
    "exit.completed",
)
def follow_the_relationship(session: Session, fact: Fact) -> None:
    """What recurs begins with a relationship and its stages, and ends with it."""
    if fact.context_id is None and fact.thing_kind != "relationship":
        return
    relationship_id = UUID(fact.thing_id) if fact.thing_kind == "relationship" else fact.context_id
    found = session.get(Relationship, relationship_id)
    if found is None:
        return
    if found.ended_on is None:
        begin_missing(session, at=fact.at, relationship_id=found.id)
        return
    end_of_relationship(session, relationship_id=found.id, on=found.ended_on)


def end_of_relationship(session: Session, *, relationship_id: UUID, on: date) -> None:
    """Nothing of a relationship is due any more."""
    session.execute(
        sa.update(Obligation)
        .where(Obligation.relationship_id == relationship_id, Obligation.state == State.OPEN)
        .values(state=State.ENDED, ended_on=on)
    )


def must_settle(actor: Principal, found: Obligation, members: Collection[UUID]) -> None:
    """Refuse whoever may not say of this that it was done. ``members``: people of its relationship's joint team."""
    if found.owner_id == actor.person_id or actor.can(Capability.MANAGE_SETTINGS):
        return
    if found.relationship_id is None:
        if Role.SER in actor.roles:
            return
        raise NotAllowed(Text("The system manager or the Senior Executive Responsible settles this."))
    scoped = actor.roles | actor.scoped.get(found.relationship_id, frozenset())
    if (
        actor.can(Capability.MANAGE_RELATIONSHIPS, found.relationship_id)
        or Role.SER in scoped
        or (actor.person_id in members and actor.partner_id is None)
    ):
        return
    raise NotAllowed(Text("Whoever runs this relationship, or its joint management team, settles this."))
