"""A version on its way: submitted, agreed by each party, in force; what changes on the way, and what lapses by it."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import (
    ExitAgreement,
    ExitPlanStep,
    ExitSection,
    ExitStrategy,
    ExitTrigger,
    ExitVersion,
)
from auditapp.relationships.exits.rules.versions import (
    VersionKind,
    VersionStatus,
    VersionVerb,
    missing,
    next_status,
    require_complete,
    who_agrees,
)
from auditapp.relationships.exits.service.base import (
    fresh,
    may_decide,
    may_write,
    must_speak,
    not_later,
    partner_ids,
    party_in,
    relationship_for,
    said,
)
from auditapp.relationships.exits.service.reviewing import REVIEW, TEST
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_run
from auditapp.trail.service import record

WATCH = "trigger_watch"


def number_of(strategy: ExitStrategy, version: ExitVersion) -> str:
    """A version as people say it: ``EX-2026-001 v2``."""
    return f"{strategy.ref} v{version.number}"


def changed(
    session: Session,
    version: ExitVersion,
    strategy: ExitStrategy,
    *,
    actor: Principal,
    at: datetime,
    shared: bool,
) -> None:
    """Its content changes: it is a draft again, and whoever agreed to another text has not agreed to this one.

    ``shared``: the partner may read what changed. What is internal touches our own agreement only.
    """
    version.status = next_status(version.status, VersionVerb.CHANGE)
    version.triggers, version.agreed_at = None, None
    lapsing = [
        one
        for one in session.scalars(
            sa.select(ExitAgreement).where(
                ExitAgreement.version_id == version.id,
                ExitAgreement.agreed.is_(True),
                ExitAgreement.lapsed_at.is_(None),
            )
        )
        if shared or one.party_id is None
    ]
    for one in lapsing:
        one.lapsed_at = at
    if lapsing:
        record(
            session, actor_id=actor.person_id, at=at, verb="exit.agreement_lapsed", thing_kind="exit",
            thing_id=strategy.id, thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
            after={"parties": [str(one.party_id or "own") for one in lapsing]},
        )  # fmt: skip


def lacks(session: Session, version: ExitVersion) -> list[Text]:
    """What a version lacks before it can be submitted. Three statements."""
    texts = {
        one.key: (one.text, one.sharing)
        for one in session.scalars(sa.select(ExitSection).where(ExitSection.version_id == version.id))
    }
    steps = session.scalar(
        sa.select(sa.func.count()).select_from(ExitPlanStep).where(ExitPlanStep.version_id == version.id)
    )
    triggers = session.scalar(
        sa.select(sa.func.count())
        .select_from(ExitTrigger)
        .where(
            ExitTrigger.strategy_id == version.strategy_id,
            ExitTrigger.dropped_at.is_(None),
            ExitTrigger.sharing == Sharing.SHARED,
        )
    )
    return missing(
        version.kind, texts, steps=steps or 0, triggers=triggers or 0, initiators=len(version.initiators),
        discussed=version.discussed_on is not None,
    )  # fmt: skip


def submit(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    seen: int | None = None,
) -> None:
    """Ask the parties to agree. From now on the partner's contacts read what is shared of it."""
    may_write(actor, relationship_for(session, strategy))
    fresh(version, seen)
    if version.status is VersionStatus.SUBMITTED:
        return
    status = next_status(version.status, VersionVerb.SUBMIT)
    require_complete(lacks(session, version))
    version.status, version.submitted_at, version.submitted_by_id = status, at, actor.person_id
    version.triggers = [
        {
            "number": str(one.number),
            "kind": one.kind.value,
            "text": one.description,
            "sharing": one.sharing.value,
        }
        for one in session.scalars(
            sa.select(ExitTrigger)
            .where(ExitTrigger.strategy_id == strategy.id, ExitTrigger.dropped_at.is_(None))
            .order_by(ExitTrigger.number)
        )
    ]
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.submitted", thing_kind="exit", thing_id=strategy.id,
        thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        after={"kind": version.kind.value},
    )  # fmt: skip
    _complete(session, version, strategy, at)


def awaited(session: Session, version: ExitVersion, strategy: ExitStrategy) -> list[UUID | None]:
    """The parties that still have to agree. Two statements."""
    have = set(
        session.scalars(
            sa.select(ExitAgreement.party_id).where(
                ExitAgreement.version_id == version.id,
                ExitAgreement.agreed.is_(True),
                ExitAgreement.lapsed_at.is_(None),
            )
        )
    )
    parties = who_agrees(version.kind, partner_ids(session, strategy.relationship_id))
    return [one for one in parties if one not in have]


def _complete(session: Session, version: ExitVersion, strategy: ExitStrategy, at: datetime) -> None:
    session.flush()
    if awaited(session, version, strategy):
        return
    version.status, version.agreed_at = next_status(version.status, VersionVerb.COMPLETE), at


def agree(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Somebody agrees for their own party: our SER or who manages the relationship; the partner's SER or manager."""
    relationship = relationship_for(session, strategy)
    party_id = actor.partner_id
    if party_id is None:
        may_decide(actor, relationship)
    else:
        must_run(relationship)
        must_speak(session, actor, relationship)
    fresh(version, seen)
    _say(
        session, strategy, version, actor=actor, at=at, party_id=party_id, on=today_of(session, at), note=note
    )
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.agreed", thing_kind="exit", thing_id=strategy.id,
        thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        after={"party": str(party_id or "own")},
    )  # fmt: skip


def record_agreement(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    party_id: UUID,
    on: date,
    reference: str,
    seen: int | None = None,
) -> None:
    """A partner agreed elsewhere (in a meeting, by letter): our manager records it, saying where that stands."""
    may_write(actor, relationship_for(session, strategy))
    fresh(version, seen)
    party_in(session, strategy.relationship_id, party_id)
    not_later(on, today_of(session, at))
    reference = said(
        reference,
        Text("Say where the partner’s agreement stands: a letter, minutes, an e-mail."),
        "reference",
    )
    _say(
        session, strategy, version, actor=actor, at=at, party_id=party_id, on=on, note="", reference=reference
    )
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.agreement_recorded", thing_kind="exit",
        thing_id=strategy.id, thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        after={"party": str(party_id), "how": reference, "on": on.isoformat()},
    )  # fmt: skip


def _say(
    session: Session,
    strategy: ExitStrategy,
    version: ExitVersion,
    *,
    actor: Principal,
    at: datetime,
    party_id: UUID | None,
    on: date,
    note: str,
    reference: str = "",
) -> None:
    next_status(version.status, VersionVerb.AGREE)
    waiting = awaited(session, version, strategy)
    if party_id not in waiting:
        raise Refusal(Text("This party has agreed already, or is not asked. Open the page again and look."))
    session.add(
        ExitAgreement(
            version_id=version.id, party_id=party_id, agreed=True, by_id=actor.person_id, at=at, on=on,
            reference=reference[:300], note=note.strip(),
        )
    )  # fmt: skip
    _complete(session, version, strategy, at)


def object_to(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    note: str,
    seen: int | None = None,
) -> None:
    """A party does not agree, and says what should change. It is a draft again."""
    relationship = relationship_for(session, strategy)
    if actor.partner_id is None:
        may_decide(actor, relationship)
    else:
        must_run(relationship)
        must_speak(session, actor, relationship)
        if version.kind is not VersionKind.JOINT:
            raise Refusal(Text("This version needs our own approval only."))
    fresh(version, seen)
    status = next_status(version.status, VersionVerb.OBJECT)
    note = said(note, Text("Say what should change, so that you can agree."), "note")
    version.status = status
    session.add(
        ExitAgreement(
            version_id=version.id, party_id=actor.partner_id, agreed=False, by_id=actor.person_id, at=at,
            on=today_of(session, at), note=note,
        )
    )  # fmt: skip
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.objected", thing_kind="exit", thing_id=strategy.id,
        thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        after={"party": str(actor.partner_id or "own"), "reason": note},
    )  # fmt: skip


def put_in_force(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    on: date,
    seen: int | None = None,
) -> None:
    """From a day on it holds; the one before it is superseded. Reviews and the watch of triggers begin with the first."""
    relationship = relationship_for(session, strategy)
    may_write(actor, relationship)
    fresh(version, seen)
    if version.status is VersionStatus.IN_FORCE:
        return
    status = next_status(version.status, VersionVerb.PUT_IN_FORCE)
    not_later(on, today_of(session, at))
    old = session.scalar(
        sa.select(ExitVersion).where(
            ExitVersion.strategy_id == strategy.id, ExitVersion.status == VersionStatus.IN_FORCE
        )
    )
    if old is not None:
        if old.in_force_on is not None and on < old.in_force_on:
            raise Invalid(
                Text("The version before it is in force since a later day. Choose a day after."), field="on"
            )
        old.status, old.ended_on = next_status(old.status, VersionVerb.SUPERSEDE), on
        session.flush()
    version.status, version.in_force_on = status, on
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.put_in_force", thing_kind="exit", thing_id=strategy.id,
        thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        after={"on": on.isoformat(), "kind": version.kind.value},
    )  # fmt: skip
    keys = [REVIEW, WATCH] + ([TEST] if version.kind is VersionKind.JOINT else [])
    for key in keys:
        obligations.begin(
            session, at=at, key=key, subject=strategy.id, anchor_on=on, relationship_id=relationship.id,
            thing_kind="exit", thing_ref=strategy.ref, title=strategy.ref,
        )  # fmt: skip


def withdraw(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    reason: str,
    seen: int | None = None,
) -> None:
    """Put away a version that is being worked on. It stays readable for our own people."""
    may_write(actor, relationship_for(session, strategy))
    fresh(version, seen)
    status = next_status(version.status, VersionVerb.WITHDRAW)
    reason = said(reason, Text("Say why it is put away."), "reason")
    version.status, version.ended_on = status, today_of(session, at)
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.withdrawn", thing_kind="exit", thing_id=strategy.id,
        thing_ref=number_of(strategy, version), context_id=strategy.relationship_id, after={"reason": reason},
    )  # fmt: skip
