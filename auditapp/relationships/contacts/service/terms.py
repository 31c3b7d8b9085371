"""What a relationship rests on: contract and break points, segment and priority, interdependencies."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Stale
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.model import Setting
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.contacts.model import BreakPoint, CriterionScore, Interdependency
from auditapp.relationships.contacts.queries import criteria, scores_of
from auditapp.relationships.contacts.rules import (
    CRITERIA_SETTING,
    HIGHEST,
    LOWEST,
    MOST_CRITERIA,
    MOST_WEIGHT,
    criteria_from,
    suggested,
    weighted,
)
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.rules import PRIORITY_LABELS, Priority
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record

MOST_NOTICE = 3650


def set_terms(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    version: int,
    contract_starts_on: date | None,
    contract_ends_on: date | None,
    notice_days: int | None,
) -> Relationship:
    """The dates of the contract and how long before its end notice is given."""
    must_manage(actor, relationship_id)
    found = relationship_of(session, actor, relationship_id)
    _fresh(found, version)
    if contract_starts_on and contract_ends_on and contract_ends_on < contract_starts_on:
        raise Invalid(
            Text("The contract ends before it begins. Change one of the days."), field="contract_ends_on"
        )
    if notice_days is not None and not 0 <= notice_days <= MOST_NOTICE:
        raise Invalid(Text("Notice of 0 to %(most)s days.", most=MOST_NOTICE), field="notice_days")
    before = _terms(found)
    found.contract_starts_on, found.contract_ends_on, found.notice_days = (
        contract_starts_on,
        contract_ends_on,
        notice_days,
    )
    after = _terms(found)
    if before != after:
        record(
            session, actor_id=actor.person_id, at=at, verb="relationship.terms_changed", thing_kind="relationship",
            thing_id=found.id, thing_ref=found.ref, context_id=found.id, before=before, after=after,
        )  # fmt: skip
    return found


def _terms(found: Relationship) -> dict[str, Any]:
    return {
        "contract_starts_on": found.contract_starts_on and found.contract_starts_on.isoformat(),
        "contract_ends_on": found.contract_ends_on and found.contract_ends_on.isoformat(),
        "notice_days": found.notice_days,
    }


def _fresh(found: Relationship, version: int) -> None:
    if found.version != version:
        raise Stale(
            Text("Somebody changed this relationship since you opened the page. Open it again and look.")
        )


def add_break_point(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, on: date, note: str
) -> BreakPoint:
    """A day on which the contract may be left or has to be renewed."""
    must_manage(actor, relationship_id)
    found = relationship_of(session, actor, relationship_id)
    made = BreakPoint(relationship_id=relationship_id, on=on, note=note.strip()[:200])
    session.add(made)
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.terms_changed", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id, after={"break_point": on.isoformat(), "note": note},
    )  # fmt: skip
    return made


def remove_break_point(session: Session, *, actor: Principal, at: datetime, break_point_id: UUID) -> None:
    """It is no break point after all; it stays in the history."""
    row = session.get(BreakPoint, break_point_id)
    if row is None:
        raise NotFound
    must_manage(actor, row.relationship_id)
    found = relationship_of(session, actor, row.relationship_id)
    session.delete(row)
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.terms_changed", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        before={"break_point": row.on.isoformat(), "note": row.note},
    )  # fmt: skip


def set_scores(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    version: int,
    scores: Mapping[str, tuple[int, str]],
    segment: str,
    priority: Priority,
    reason: str,
) -> Relationship:
    """How the relationship scores (criterion to score and reason), its segment, and its priority.

    A priority other than the one the criteria suggest asks for ``reason``.
    """
    must_manage(actor, relationship_id)
    found = relationship_of(session, actor, relationship_id)
    _fresh(found, version)
    known = criteria(session)
    if set(scores) - {one.key for one in known}:
        raise Invalid(Text("The criteria were changed meanwhile. Open the page again."))
    for key, (score, _why) in scores.items():
        if not LOWEST <= score <= HIGHEST:
            raise Invalid(Text("Scores go from 1 to 5."), field=f"score-{key}")
    mean = weighted(known, {key: score for key, (score, _why) in scores.items()})
    if mean is not None and suggested(mean) is not priority and not reason.strip():
        raise Invalid(
            Text(
                "The criteria suggest the priority “%(suggested)s”. Say why it is another.",
                suggested=PRIORITY_LABELS[suggested(mean)],
            ),
            field="reason",
        )
    before = {
        "priority": found.priority.value, "segment": found.segment,
        "scores": {key: one.score for key, one in scores_of(session, found.id).items()},
    }  # fmt: skip
    session.execute(sa.delete(CriterionScore).where(CriterionScore.relationship_id == found.id))
    session.add_all(
        CriterionScore(relationship_id=found.id, criterion=key, score=score, reason=why.strip()[:400])
        for key, (score, why) in scores.items()
    )
    found.segment, found.priority, found.priority_reason = segment.strip()[:80], priority, reason.strip()
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.prioritized", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id, before=before,
        after={
            "priority": priority.value, "segment": found.segment, "reason": reason,
            "scores": {key: score for key, (score, _why) in scores.items()},
        },
    )  # fmt: skip
    return found


def set_criteria(
    session: Session, *, actor: Principal, at: datetime, rows: Sequence[tuple[str, str, int]]
) -> None:
    """The criteria as (key or empty, title, weight); one without a title is dropped. Scores by a dropped one stay unread."""
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("Only the system manager changes the criteria."))
    kept = [
        {"key": key or f"own-{new_id().hex[-10:]}", "title": title.strip()[:120], "weight": weight}
        for key, title, weight in rows
        if title.strip()
    ]
    if not kept or len(kept) > MOST_CRITERIA:
        raise Invalid(Text("Between 1 and %(most)s criteria.", most=MOST_CRITERIA), field="title")
    if any(not 0 <= weight <= MOST_WEIGHT for _, _, weight in rows):
        raise Invalid(Text("Weights go from 0 to %(most)s.", most=MOST_WEIGHT), field="weight")
    row = session.get(Setting, CRITERIA_SETTING)
    before = row.value if row else None
    for line in kept:  # a default that keeps its words stays translatable
        default = next((one for one in criteria_from(None) if one.key == line["key"]), None)
        if default is not None and str(default.title) == line["title"]:
            line["title"] = ""
    if row is None:
        session.add(Setting(key=CRITERIA_SETTING, value=kept))
    else:
        row.value = kept
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.criteria_changed", thing_kind="organization",
        thing_id="1", thing_ref="criteria", before=before, after=kept,
    )  # fmt: skip


def depend(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, other_id: UUID, note: str
) -> Interdependency:
    """This relationship leans on another. The same again changes the note."""
    must_manage(actor, relationship_id)
    found = relationship_of(session, actor, relationship_id)
    if other_id == relationship_id:
        raise Invalid(Text("A relationship does not lean on itself. Choose another."), field="other")
    other = relationship_of(session, actor, other_id)
    if not note.strip():
        raise Invalid(Text("Say what of it this one leans on, and what would happen."), field="note")
    row = session.scalar(
        sa.select(Interdependency).where(
            Interdependency.relationship_id == relationship_id, Interdependency.other_id == other_id
        )
    )
    if row is None:
        row = Interdependency(relationship_id=relationship_id, other_id=other_id)
        session.add(row)
    row.note = note.strip()
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.interdependency_set", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id, after={"on": other.ref, "note": note},
    )  # fmt: skip
    return row


def no_longer_depend(session: Session, *, actor: Principal, at: datetime, row_id: UUID) -> None:
    """It no longer leans on the other."""
    row = session.get(Interdependency, row_id)
    if row is None:
        raise NotFound
    must_manage(actor, row.relationship_id)
    found = relationship_of(session, actor, row.relationship_id)
    other = session.get_one(Relationship, row.other_id)
    session.delete(row)
    record(
        session, actor_id=actor.person_id, at=at, verb="relationship.interdependency_ended", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id, before={"on": other.ref, "note": row.note},
    )  # fmt: skip


def review_interdependencies(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, on: date, note: str
) -> None:
    """All that this relationship leans on were looked at again."""
    must_manage(actor, relationship_id)
    relationship_of(session, actor, relationship_id)
    session.execute(
        sa.update(Interdependency)
        .where(Interdependency.relationship_id == relationship_id)
        .values(reviewed_on=on)
    )
    obligations.done(
        session, actor=actor, at=at, key="interdependency_review", subject=relationship_id, on=on, note=note
    )
