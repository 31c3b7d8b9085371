"""How a started exit comes to its end: called off together, or evaluated by each party and completed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import (
    ExitConsent,
    ExitEvaluation,
    ExitProcess,
    ExitStep,
    ExitTrigger,
    ExitTriggerCheck,
)
from auditapp.relationships.exits.rules.process import (
    About,
    Again,
    ExitVerb,
    StepStatus,
    lacks_for_completion,
    next_status,
)
from auditapp.relationships.exits.rules.triggers import TriggerState, TriggerVerb, next_state
from auditapp.relationships.exits.service import activating
from auditapp.relationships.exits.service.agreeing import WATCH
from auditapp.relationships.exits.service.base import (
    fresh,
    may_decide,
    may_write,
    must_speak,
    not_later,
    partner_ids,
    party_in,
    said,
)
from auditapp.relationships.exits.service.reviewing import REVIEW, TEST
from auditapp.relationships.model import Partner, Relationship
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.rules import Sharing, Stage
from auditapp.relationships.service import must_be_theirs, must_run
from auditapp.trail.service import record


def _speaks_for(
    session: Session, actor: Principal, relationship: Relationship, party_id: UUID | None, reference: str
) -> None:
    """One's own party signed in; a partner's word is also recorded by our manager, who says where it stands."""
    must_run(relationship)
    party_in(session, relationship.id, party_id)
    if actor.partner_id is not None:
        must_be_theirs(actor, party_id)
        must_speak(session, actor, relationship)
    elif party_id is None:
        may_decide(actor, relationship)
    else:
        may_write(actor, relationship)
        said(
            reference, Text("Say where the partner’s word stands: a letter, minutes, an e-mail."), "reference"
        )


def answer_exit(
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
    """A party's word on a joint exit that the other proposed."""
    _speaks_for(session, actor, relationship, party_id, reference)
    activating.consent(
        session, actor=actor, at=at, relationship=relationship, process=process, party_id=party_id, agreed=agreed,
        reference=reference, note=note,
    )  # fmt: skip


def ask_call_off(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    reason: str,
) -> None:
    """One party wants to stay together after all. It is called off when every party agrees."""
    _speaks_for(session, actor, relationship, actor.partner_id, "")
    status = next_status(process.status, ExitVerb.ASK_CALL_OFF)
    reason = said(reason, Text("Say why the parties should stay together."), "reason")
    process.status, process.call_off_reason, process.call_off_party_id = status, reason, actor.partner_id
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.call_off_asked", thing_kind="exit_process",
        thing_id=process.id, thing_ref=process.ref, context_id=relationship.id, after={"reason": reason},
    )  # fmt: skip
    activating.say(
        session,
        actor=actor,
        at=at,
        process=process,
        about=About.CALL_OFF,
        party_id=actor.partner_id,
        agreed=True,
    )


def answer_call_off(
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
    """A party's word on calling the exit off: all agree, or it goes on."""
    _speaks_for(session, actor, relationship, party_id, reference)
    status = next_status(process.status, ExitVerb.CALL_OFF if agreed else ExitVerb.GO_ON)
    everybody = activating.say(
        session, actor=actor, at=at, process=process, about=About.CALL_OFF, party_id=party_id, agreed=agreed,
        reference=reference, note=note,
    )  # fmt: skip
    what = {"party": str(party_id or "own"), "how": reference, "reason": note or process.call_off_reason}
    if not agreed:
        process.status = status
        session.execute(
            sa.update(ExitConsent)
            .where(ExitConsent.process_id == process.id, ExitConsent.about == About.CALL_OFF)
            .values(closed=True)
        )
        record(
            session, actor_id=actor.person_id, at=at, verb="exit.gone_on", thing_kind="exit_process",
            thing_id=process.id, thing_ref=process.ref, context_id=relationship.id, after=what,
        )  # fmt: skip
    elif everybody:
        process.status, process.ended_at = status, at
        _calm(session, process, actor=actor, at=at)
        record(
            session, actor_id=actor.person_id, at=at, verb="exit.called_off", thing_kind="exit_process",
            thing_id=process.id, thing_ref=process.ref, context_id=relationship.id, after=what,
        )  # fmt: skip


def _calm(session: Session, process: ExitProcess, *, actor: Principal, at: datetime) -> None:
    """The trigger that led to the exit: the parties have decided to stay, so it is watched again."""
    trigger = session.get(ExitTrigger, process.trigger_id) if process.trigger_id else None
    if trigger is None or trigger.state is not TriggerState.TRIPPED:
        return
    trigger.state, trigger.state_since = next_state(trigger.state, TriggerVerb.STAY), at
    session.add(
        ExitTriggerCheck(
            trigger_id=trigger.id, on=today_of(session, at), verb=TriggerVerb.STAY, before=TriggerState.TRIPPED,
            after=trigger.state, note=process.call_off_reason, ref=process.ref, by_id=actor.person_id, at=at,
        )
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """What a party says at the end."""

    worked: str
    lessons: str
    value_reached: str
    future: str
    again: Again | None


def evaluate(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    party_id: UUID | None,
    values: Evaluated,
    sharing: Sharing = Sharing.INTERNAL,
    reference: str = "",
    not_given: str = "",
    seen: int | None = None,
) -> ExitEvaluation:
    """The closing evaluation of one party, by that party; for a partner also recorded by our manager.

    ``not_given``: why the partner gives none (one who left before time may not answer).
    """
    must_run(relationship)
    next_status(process.status, ExitVerb.WORK)
    party_in(session, relationship.id, party_id)
    found = session.scalar(
        sa.select(ExitEvaluation).where(
            ExitEvaluation.process_id == process.id,
            ExitEvaluation.party_id.is_(None) if party_id is None else ExitEvaluation.party_id == party_id,
        )
    )
    not_given = not_given.strip()
    if actor.partner_id is not None:
        must_be_theirs(actor, party_id)
        sharing, reference, not_given = Sharing.SHARED, "", ""
    elif party_id is None:
        may_decide(actor, relationship)
        reference, not_given = "", ""
    else:
        may_write(actor, relationship)
        if found is not None and not found.reference and not found.not_given:
            raise NotAllowed(Text("The partner wrote this evaluation, and it stays theirs."))
        sharing = Sharing.SHARED
        if not not_given:
            said(
                reference,
                Text("Say where the partner’s evaluation stands, or why there is none."),
                "reference",
            )
    if found is not None:
        fresh(found, seen)
    if not not_given:
        for field, text in (("worked", values.worked), ("lessons", values.lessons)):
            said(text, Text("Say it in a sentence: this is what the next partnership learns from."), field)
        if values.again is None:
            raise Invalid(Text("Choose one."), field="again")
    if found is None:
        found = ExitEvaluation(process_id=process.id, party_id=party_id, at=at)
        session.add(found)
    found.worked, found.lessons = values.worked.strip(), values.lessons.strip()
    found.value_reached, found.future, found.again = (
        values.value_reached.strip(),
        values.future.strip(),
        values.again,
    )
    found.sharing, found.reference, found.not_given = sharing, reference.strip()[:300], not_given
    found.by_id, found.at = actor.person_id, at
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.evaluated", thing_kind="exit_process",
        thing_id=process.id, thing_ref=process.ref, context_id=relationship.id,
        after={"party": str(party_id or "own"), "again": found.again.value if found.again else "",
               "how": reference or not_given},
    )  # fmt: skip
    return found


def lacks(session: Session, process: ExitProcess) -> list[Text]:
    """What stands between an exit and its completion. Four statements."""
    still = session.scalar(
        sa.select(sa.func.count())
        .select_from(ExitStep)
        .where(ExitStep.process_id == process.id, ExitStep.status == StepStatus.OPEN)
    )
    there = set(
        session.scalars(sa.select(ExitEvaluation.party_id).where(ExitEvaluation.process_id == process.id))
    )
    wanted = [None, *partner_ids(session, process.relationship_id)]
    gone = [one for one in wanted if one not in there]
    names: dict[UUID, str] = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(Partner.id, Partner.name).where(Partner.id.in_([one for one in gone if one]))
        )
    }
    return lacks_for_completion(
        open_steps=still or 0,
        evaluations_missing=[Text("our own organization") if one is None else names[one] for one in gone],
    )


def complete(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    process: ExitProcess,
    on: date,
    seen: int | None = None,
) -> None:
    """The parting is done: the relationship has ended. Needs every step settled and every party's evaluation."""
    may_decide(actor, relationship)
    fresh(process, seen)
    status = next_status(process.status, ExitVerb.COMPLETE)
    missing = lacks(session, process)
    if missing:
        raise Refusal(Text("It cannot be completed yet. %(first)s", first=missing[0]))
    not_later(on, today_of(session, at))
    if on < process.notice_on:
        raise Invalid(Text("It cannot have ended before the notice. Choose a later day."), field="on")
    before = {"stage": relationship.stage.value, "ended_on": ""}
    process.status, process.ended_at = status, at
    end_relationship(relationship, on)
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.completed", thing_kind="exit_process",
        thing_id=process.id, thing_ref=process.ref, context_id=relationship.id, before=before,
        after={"stage": relationship.stage.value, "ended_on": on.isoformat(), "kind": process.kind.value},
    )  # fmt: skip
    for key in (REVIEW, WATCH, TEST):
        obligations.end(session, at=at, key=key, subject=process.strategy_id, on=on)


def end_relationship(relationship: Relationship, on: date) -> None:
    """The one place where an exit changes a relationship: it has ended, in the last of the eight stages."""
    relationship.ended_on, relationship.stage = on, Stage.EXIT_STRATEGY
