"""Starting a strategy and writing its versions: sections, who may start an exit, steps of disengagement."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.exits.model import (
    ExitPlanStep,
    ExitSection,
    ExitStrategy,
    ExitTrigger,
    ExitVersion,
)
from auditapp.relationships.exits.rules.content import (
    BY_DEFAULT,
    JOINT_NEEDS,
    STANDARD_STEPS,
    InitiatorRole,
    Section,
)
from auditapp.relationships.exits.rules.triggers import STANDARD_BY_KEY
from auditapp.relationships.exits.rules.versions import (
    OPEN,
    VersionKind,
    VersionStatus,
    VersionVerb,
    next_status,
)
from auditapp.relationships.exits.service.agreeing import changed, number_of
from auditapp.relationships.exits.service.base import (
    fresh,
    may_write,
    not_later,
    partner_ids,
    person_of,
    relationship_for,
    said,
)
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record


def start(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship: Relationship,
    kind: VersionKind,
    trigger_keys: Collection[str] = (),
    with_steps: bool = True,
) -> ExitStrategy:
    """Begin the strategy of a relationship with a first draft, and with what is taken over from the standard lists.

    The same again gives what is there.
    """
    may_write(actor, relationship)
    there = session.scalar(sa.select(ExitStrategy).where(ExitStrategy.relationship_id == relationship.id))
    if there is not None:
        return there
    unknown = set(trigger_keys) - set(STANDARD_BY_KEY)
    if unknown:
        raise Invalid(Text("Choose triggers of the list."), field="triggers")
    made = make_strategy(session, actor=actor, at=at, relationship=relationship)
    version = ExitVersion(
        strategy_id=made.id, number=1, kind=kind, initiators=[one.value for one in BY_DEFAULT], begun_at=at,
        begun_by_id=actor.person_id,
    )  # fmt: skip
    session.add(version)
    session.flush()
    shared = Sharing.SHARED if kind is VersionKind.JOINT else Sharing.INTERNAL
    wanted = [one for key, one in STANDARD_BY_KEY.items() if key in set(trigger_keys)]
    session.add_all(
        ExitTrigger(
            strategy_id=made.id, number=number, kind=one.kind, description=str(one.text), issues=one.issues,
            sharing=shared, watcher_id=relationship.manager_id, state_since=at,
        )
        for number, one in enumerate(wanted, start=1)
    )  # fmt: skip
    if with_steps:
        _standard_steps(session, version, relationship)
    return made


def make_strategy(
    session: Session, *, actor: Principal, at: datetime, relationship: Relationship
) -> ExitStrategy:
    """The strategy with its number, and nothing in it."""
    year = today_of(session, at).year
    made = ExitStrategy(
        ref=f"EX-{year}-{next_number(session, f'EX-{year}'):03d}", relationship_id=relationship.id, created_at=at,
        created_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.strategy_started", thing_kind="exit", thing_id=made.id,
        thing_ref=made.ref, context_id=relationship.id,
    )  # fmt: skip
    return made


def _standard_steps(session: Session, version: ExitVersion, relationship: Relationship) -> None:
    partner = next(iter(partner_ids(session, relationship.id)), None)
    made: list[ExitPlanStep] = []
    for position, one in enumerate(STANDARD_STEPS):
        row = ExitPlanStep(
            version_id=version.id, position=position, what=str(one.what), party_id=partner if one.theirs else None,
            owner_id=None if one.theirs and partner else relationship.manager_id, days=one.days,
            counted_from=one.counted_from, premature_days=one.premature_days, continuity=one.continuity,
            after_id=None if one.after is None else made[one.after].id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        made.append(row)


def begin_version(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    kind: VersionKind,
    changes: str,
) -> ExitVersion:
    """A new draft that begins as a copy of the latest version. One is worked on at a time."""
    may_write(actor, relationship_for(session, strategy))
    versions = session.scalars(
        sa.select(ExitVersion)
        .where(ExitVersion.strategy_id == strategy.id)
        .order_by(ExitVersion.number.desc())
    ).all()
    if any(one.status in OPEN for one in versions):
        raise Refusal(Text("A version is being worked on already. Change that one, or withdraw it first."))
    if versions:
        changes = said(changes, Text("Say why there is a new version."), "changes")
    source = next((one for one in versions if one.status is VersionStatus.IN_FORCE), None) or next(
        iter(versions), None
    )
    made = ExitVersion(
        strategy_id=strategy.id, number=versions[0].number + 1 if versions else 1, kind=kind, changes=changes.strip(),
        initiators=list(source.initiators) if source else [one.value for one in BY_DEFAULT], begun_at=at,
        begun_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if source is not None:
        _copy(session, source, made)
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.version_begun", thing_kind="exit", thing_id=strategy.id,
        thing_ref=number_of(strategy, made), context_id=strategy.relationship_id,
        after={"kind": kind.value, "reason": changes},
    )  # fmt: skip
    return made


def _copy(session: Session, source: ExitVersion, target: ExitVersion) -> None:
    session.add_all(
        ExitSection(
            version_id=target.id, key=one.key, text=one.text, sharing=one.sharing, owner_id=one.owner_id,
            changed_at=one.changed_at, changed_by_id=one.changed_by_id,
        )
        for one in session.scalars(sa.select(ExitSection).where(ExitSection.version_id == source.id))
    )  # fmt: skip
    old = session.scalars(
        sa.select(ExitPlanStep).where(ExitPlanStep.version_id == source.id).order_by(ExitPlanStep.position)
    ).all()
    new: dict[UUID, ExitPlanStep] = {
        one.id: ExitPlanStep(
            version_id=target.id, position=one.position, what=one.what, party_id=one.party_id,
            owner_id=one.owner_id, days=one.days, counted_from=one.counted_from,
            premature_days=one.premature_days, continuity=one.continuity,
        )
        for one in old
    }  # fmt: skip
    session.add_all(new.values())
    session.flush()
    for one in old:
        if one.after_id in new:
            new[one.id].after_id = new[one.after_id].id
    session.flush()


def write_section(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    key: Section,
    text: str,
    sharing: Sharing,
    owner_id: UUID | None,
    seen: int | None = None,
) -> None:
    """Write a section (Markdown). ``seen``: its version when the page was opened, 0 for one not written yet."""
    may_write(actor, relationship_for(session, strategy))
    found = session.scalar(
        sa.select(ExitSection).where(ExitSection.version_id == version.id, ExitSection.key == key)
    )
    if seen is not None and seen != (found.version if found else 0):
        raise Stale(
            Text(
                "Somebody changed this section since you opened it. Open it again: what you typed stands below."
            )
        )
    if owner_id is not None and (found is None or owner_id != found.owner_id):
        person_of(session, owner_id, None)
    text = text.strip()
    before = (found.text, found.sharing, found.owner_id) if found else ("", sharing, None)
    if before == (text, sharing, owner_id):
        return
    if before[:2] != (text, sharing):
        shared = Sharing.SHARED in {sharing, before[1]}
        changed(session, version, strategy, actor=actor, at=at, shared=shared)
    else:
        next_status(version.status, VersionVerb.CHANGE)
    if found is None:
        found = ExitSection(version_id=version.id, key=key, changed_at=at)
        session.add(found)
    found.text, found.sharing, found.owner_id = text, sharing, owner_id
    found.changed_at, found.changed_by_id = at, actor.person_id
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.section_changed", thing_kind="exit",
        thing_id=strategy.id, thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        before={"section": key.value, "text": before[0], "sharing": before[1].value},
        after={"section": key.value, "text": text, "sharing": sharing.value},
    )  # fmt: skip


def share_sections(
    session: Session, *, actor: Principal, at: datetime, strategy: ExitStrategy, version: ExitVersion
) -> int:
    """Let the partner read what a joint strategy cannot be agreed without; gives how many sections that opened."""
    may_write(actor, relationship_for(session, strategy))
    found = [
        one
        for one in session.scalars(
            sa.select(ExitSection).where(
                ExitSection.version_id == version.id, ExitSection.key.in_(JOINT_NEEDS)
            )
        )
        if one.sharing is not Sharing.SHARED and one.text.strip()
    ]
    if not found:
        return 0
    changed(session, version, strategy, actor=actor, at=at, shared=True)
    for one in found:
        one.sharing = Sharing.SHARED
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.sections_shared", thing_kind="exit",
        thing_id=strategy.id, thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        after={"sections": [one.key.value for one in found]},
    )  # fmt: skip
    return len(found)


def name_initiators(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    roles: Collection[InitiatorRole],
    seen: int | None = None,
) -> None:
    """Say which roles may start an exit."""
    may_write(actor, relationship_for(session, strategy))
    fresh(version, seen)
    if not roles:
        raise Invalid(Text("Choose at least one role."), field="roles")
    wanted = [one.value for one in InitiatorRole if one in set(roles)]
    before = list(version.initiators)
    if before == wanted:
        return
    changed(session, version, strategy, actor=actor, at=at, shared=True)
    version.initiators = wanted
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.initiators_changed", thing_kind="exit",
        thing_id=strategy.id, thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        before={"roles": before}, after={"roles": wanted},
    )  # fmt: skip


def record_discussion(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    strategy: ExitStrategy,
    version: ExitVersion,
    on: date,
    note: str,
    seen: int | None = None,
) -> None:
    """The position was discussed with the candidate: when, with whom, what came of it."""
    may_write(actor, relationship_for(session, strategy))
    fresh(version, seen)
    next_status(version.status, VersionVerb.CHANGE)
    not_later(on, today_of(session, at))
    note = said(note, Text("Say with whom it was discussed, and what came of it."), "note")
    version.discussed_on, version.discussed_note = on, note
    record(
        session, actor_id=actor.person_id, at=at, verb="exit.discussed", thing_kind="exit", thing_id=strategy.id,
        thing_ref=number_of(strategy, version), context_id=strategy.relationship_id,
        after={"on": on.isoformat(), "reason": note},
    )  # fmt: skip


@owns_links("exit")
def links_of_strategy(session: Session, actor: Principal, strategy_id: UUID) -> tuple[str, UUID | None]:
    """Who may link records to a strategy: whoever manages the relationship."""
    found = session.get(ExitStrategy, strategy_id)
    if found is None or actor.partner_id is not None:
        raise NotFound
    must_manage(actor, found.relationship_id)
    return found.ref, found.relationship_id
