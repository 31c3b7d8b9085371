"""The exit as a guarded process: started by who may, agreed where it is joint, called off together, completed."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, organization, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import (
    ExitConsent,
    ExitNotice,
    ExitPlanStep,
    ExitProcess,
    ExitStep,
    ExitStrategy,
    ExitTrigger,
    ExitVersion,
)
from auditapp.relationships.exits.rules.content import BY_DEFAULT, STANDARD_STEPS, InitiatorRole
from auditapp.relationships.exits.rules.process import (
    ACTIVE,
    About,
    Counted,
    ExitKind,
    ExitStatus,
    ExitVerb,
    Place,
    due_days,
    in_order,
    next_status,
    require_initiator,
)
from auditapp.relationships.exits.rules.versions import VersionKind, VersionStatus
from auditapp.relationships.exits.service.base import (
    may_write,
    partner_ids,
    party_in,
    said,
)
from auditapp.relationships.exits.service.drafting import make_strategy
from auditapp.relationships.model import Partner, Relationship
from auditapp.relationships.service import must_run
from auditapp.trail.service import record


def version_in_force(session: Session, strategy_id: UUID) -> ExitVersion | None:
    """The joint version that holds now."""
    return session.scalar(
        sa.select(ExitVersion).where(
            ExitVersion.strategy_id == strategy_id,
            ExitVersion.status == VersionStatus.IN_FORCE,
            ExitVersion.kind == VersionKind.JOINT,
        )
    )


def activate(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    held: Collection[InitiatorRole],
    kind: ExitKind,
    reason: str,
    notice_on: date,
    ends_on: date,
    route: str,
    reference: str = "",
    party_id: UUID | None = None,
    trigger_id: UUID | None = None,
) -> ExitProcess:
    """Start an exit. ``held``: the actor's roles in the relationship; ``party_id``: the partner who leaves.

    A premature exit by the partner is started by them signed in, or recorded by our manager, who says in
    ``reference`` where the partner's notice stands.
    """
    must_run(relationship)
    if session.scalar(
        sa.select(ExitProcess.id).where(
            ExitProcess.relationship_id == relationship.id, ExitProcess.status.in_(ACTIVE)
        )
    ):
        raise Refusal(Text("An exit of this relationship has been started already. There is one at a time."))
    strategy = session.scalar(sa.select(ExitStrategy).where(ExitStrategy.relationship_id == relationship.id))
    version = version_in_force(session, strategy.id) if strategy else None
    named = [InitiatorRole(one) for one in version.initiators] if version else list(BY_DEFAULT)
    party = actor.partner_id
    role: InitiatorRole | None = None
    if kind is ExitKind.BY_PARTNER and actor.partner_id is None:
        may_write(actor, relationship)
        party = party_id or (relationship.partners[0].id if len(relationship.partners) == 1 else None)
        if party is None:
            raise Invalid(Text("Choose the partner who leaves."), field="party")
        party_in(session, relationship.id, party)
        said(reference, Text("Say where the partner’s notice stands: the letter, the e-mail."), "reference")
    else:
        role = require_initiator(kind, held, named)
    reason = said(reason, Text("Say why the relationship ends."), "reason")
    route = said(route, Text("Say how the notice was given."), "route")
    if ends_on <= notice_on:
        raise Invalid(Text("The end has to lie after the notice. Change one of the days."), field="ends_on")
    if strategy is None:
        strategy = make_strategy(session, actor=actor, at=at, relationship=relationship)
    if trigger_id is not None:
        trigger = session.get(ExitTrigger, trigger_id)
        if trigger is None or trigger.strategy_id != strategy.id:
            raise Invalid(Text("Choose a trigger of this strategy."), field="trigger")
    year = today_of(session, at).year
    made = ExitProcess(
        ref=f"XP-{year}-{next_number(session, f'XP-{year}'):03d}", relationship_id=relationship.id,
        strategy_id=strategy.id, version_id=version.id if version else None, trigger_id=trigger_id, kind=kind,
        status=ExitStatus.PROPOSED if kind is ExitKind.JOINT else ExitStatus.RUNNING, reason=reason,
        initiated_by_id=actor.person_id, initiated_role=role, initiated_party_id=party,
        reference=reference.strip()[:300], initiated_at=at, notice_on=notice_on, ends_on=ends_on,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(
        ExitNotice(
            process_id=made.id, number=1, party_id=party, on=notice_on, route=route[:300],
            reference=reference.strip()[:300], by_id=actor.person_id, at=at,
        )
    )  # fmt: skip
    what = {
        "kind": kind.value,
        "reason": reason,
        "notice_on": notice_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }
    if kind is ExitKind.JOINT:
        session.add(_consent(made, About.EXIT, party, agreed=True, actor=actor, at=at))
        record(
            session, actor_id=actor.person_id, at=at, verb="exit.proposed", thing_kind="exit_process",
            thing_id=made.id, thing_ref=made.ref, context_id=relationship.id, after=what,
        )  # fmt: skip
        return made
    _begin(session, made, relationship, actor=actor, at=at)
    return made


def _consent(
    process: ExitProcess,
    about: About,
    party_id: UUID | None,
    *,
    agreed: bool,
    actor: Principal,
    at: datetime,
    reference: str = "",
    note: str = "",
) -> ExitConsent:
    return ExitConsent(
        process_id=process.id, about=about, party_id=party_id, agreed=agreed, by_id=actor.person_id, at=at,
        reference=reference.strip()[:300], note=note.strip(),
    )  # fmt: skip


def places_of(session: Session, relationship_id: UUID) -> dict[UUID | None, Place]:
    """Where each party counts its working days; ``None`` is our own organization. Two statements."""
    own = organization(session)
    found: dict[UUID | None, Place] = {
        None: Place(country=own.country, subdivision=own.subdivision) if own else Place(country="GB")
    }
    rows = session.execute(
        sa.select(Partner.id, Partner.country).where(Partner.id.in_(partner_ids(session, relationship_id)))
    )
    return found | {row[0]: Place(country=row[1]) for row in rows}


def _begin(
    session: Session, process: ExitProcess, relationship: Relationship, *, actor: Principal, at: datetime
) -> None:
    """It is under way: each step of the strategy gets its owner and its day."""
    made: dict[UUID, ExitStep] = {}
    rows = _plan(session, process, relationship)
    places = places_of(session, relationship.id)
    counted = {
        one.id: Counted(
            id=one.id, days=one.days, counted_from=one.counted_from, premature_days=one.premature_days,
            continuity=one.continuity, after=one.after_id,
        )
        for one in rows
    }  # fmt: skip
    dues = due_days(
        list(counted.values()), {one.id: places.get(one.party_id, places[None]) for one in rows},
        kind=process.kind, notice_on=process.notice_on, ends_on=process.ends_on,
    )  # fmt: skip
    by_id = {one.id: one for one in rows}
    for number, one in enumerate(in_order(list(counted.values()), process.kind), start=1):
        planned = by_id[one.id]
        step = ExitStep(
            process_id=process.id, number=number, what=planned.what, party_id=planned.party_id,
            owner_id=planned.owner_id, due_on=dues[one.id], first_due_on=dues[one.id],
            continuity=planned.continuity,
        )  # fmt: skip
        session.add(step)
        made[one.id] = step
    session.flush()
    for planned in rows:
        if planned.after_id in made:
            made[planned.id].after_id = made[planned.after_id].id
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.activated", thing_kind="exit_process",
        thing_id=process.id, thing_ref=process.ref, context_id=relationship.id,
        after={
            "kind": process.kind.value, "reason": process.reason, "notice_on": process.notice_on.isoformat(),
            "ends_on": process.ends_on.isoformat(), "steps": len(made),
        },
    )  # fmt: skip


def _plan(session: Session, process: ExitProcess, relationship: Relationship) -> list[ExitPlanStep]:
    """The steps of the version that holds; without one, the standard steps (rows that are never kept)."""
    if process.version_id is not None:
        kept = list(
            session.scalars(
                sa.select(ExitPlanStep)
                .where(ExitPlanStep.version_id == process.version_id)
                .order_by(ExitPlanStep.position)
            )
        )
        if kept:
            return kept
    partner = process.initiated_party_id or next(iter(partner_ids(session, relationship.id)), None)
    found: list[ExitPlanStep] = []
    for position, one in enumerate(STANDARD_STEPS):
        found.append(
            ExitPlanStep(
                version_id=process.id, position=position, what=str(one.what),
                party_id=partner if one.theirs else None,
                owner_id=None if one.theirs and partner else relationship.manager_id, days=one.days,
                counted_from=one.counted_from, premature_days=one.premature_days, continuity=one.continuity,
                after_id=None if one.after is None else found[one.after].id,
            )
        )  # fmt: skip
    return found


def say(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    process: ExitProcess,
    about: About,
    party_id: UUID | None,
    agreed: bool,
    reference: str = "",
    note: str = "",
) -> bool:
    """Put down a party's word; gives whether every party has agreed by now."""
    if not agreed:
        said(note, Text("Say why not: the other party has to go on from there."), "note")
    have = set(
        session.scalars(
            sa.select(ExitConsent.party_id).where(
                ExitConsent.process_id == process.id,
                ExitConsent.about == about,
                ExitConsent.agreed.is_(True),
                ExitConsent.closed.is_(False),
            )
        )
    )
    if party_id in have and agreed:
        raise Refusal(Text("This party has agreed already. Open the page again and look."))
    session.add(
        _consent(process, about, party_id, agreed=agreed, actor=actor, at=at, reference=reference, note=note)
    )
    session.flush()
    wanted = {None, *partner_ids(session, process.relationship_id)}
    return agreed and wanted <= have | {party_id}


def consent(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    party_id: UUID | None,
    agreed: bool,
    reference: str = "",
    note: str = "",
) -> None:
    """A party agrees to the joint exit or does not; who may say so was checked by the caller (see ``parting``)."""
    must_run(relationship)
    next_status(process.status, ExitVerb.AGREE)
    everybody = say(
        session, actor=actor, at=at, process=process, about=About.EXIT, party_id=party_id, agreed=agreed,
        reference=reference, note=note,
    )  # fmt: skip
    what = {"party": str(party_id or "own"), "how": reference, "reason": note}
    if not agreed:
        process.status, process.ended_at = next_status(process.status, ExitVerb.REFUSE), at
        record(
            session, actor_id=actor.person_id, at=at, verb="exit.refused", thing_kind="exit_process",
            thing_id=process.id, thing_ref=process.ref, context_id=relationship.id, after=what,
        )  # fmt: skip
        return
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.consented", thing_kind="exit_process",
        thing_id=process.id, thing_ref=process.ref, context_id=relationship.id, after=what,
    )  # fmt: skip
    if everybody:
        process.status = next_status(process.status, ExitVerb.AGREE)
        # Nobody could work on it before all had agreed.
        process.notice_on = max(process.notice_on, today_of(session, at))
        if process.ends_on <= process.notice_on:
            raise Refusal(
                Text(
                    "Its end has passed while the agreement was awaited. Take it back, and propose a later one."
                )
            )
        _begin(session, process, relationship, actor=actor, at=at)


def take_back(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    reason: str,
) -> None:
    """Whoever proposed a joint exit takes it back before the other party has answered."""
    must_run(relationship)
    if actor.partner_id != process.initiated_party_id:
        raise NotFound
    if actor.partner_id is None and actor.person_id != process.initiated_by_id:
        may_write(actor, relationship)
    status = next_status(process.status, ExitVerb.TAKE_BACK)
    process.call_off_reason = said(reason, Text("Say why it is taken back."), "reason")
    process.status, process.ended_at = status, at
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.taken_back", thing_kind="exit_process",
        thing_id=process.id, thing_ref=process.ref, context_id=relationship.id,
        after={"reason": process.call_off_reason},
    )  # fmt: skip
