"""Where else it may occur: what is checked by whom, and what they found."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.findings import queries
from auditapp.findings.causes.queries import extent_of, place_of
from auditapp.findings.causes.rules import MOST_CHECKS, require_may_record
from auditapp.findings.life.service import base
from auditapp.findings.model import ExtentCheck, Nonconformity
from auditapp.findings.rules.nonconformity import EXTENT_LABELS, ExtentResult, NcVerb
from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship


def add_extent(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, relationship_id: UUID | None = None,
    standard: str = "", clause: str = "", place: str = "", question: str = "", checker_id: UUID | None = None,
    due_on: date | None = None, version: int | None = None,
) -> ExtentCheck:  # fmt: skip
    """Plan a check of another relationship, another clause or any other place. Nobody named: the responsible person."""
    base.allowed(session, nc, NcVerb.ANALYSE, actor=actor)
    if not (relationship_id or clause or place):
        raise Invalid(Text("Name where to look: a relationship, a clause, or another place."), field="place")
    _there(session, nc, at, relationship_id=relationship_id, checker_id=checker_id, due_on=due_on)
    present = [one.check for one in extent_of(session, nc, round_=nc.round)]
    where = (relationship_id, standard, clause, place, question)
    for check in present:
        if where == (check.relationship_id, check.standard, check.clause, check.place, check.question):
            return check
    base.check_version(session, nc, version)
    if len(present) >= MOST_CHECKS:
        raise Refusal(Text("There are %(count)s checks already. Put several into one.", count=len(present)))
    before = base.standing(nc)
    found = ExtentCheck(
        nonconformity_id=nc.id,
        round=nc.round,
        relationship_id=relationship_id,
        standard=standard,
        clause=clause,
        place=place,
        question=question,
        checker_id=checker_id or nc.responsible_id,
        due_on=due_on,
    )
    session.add(found)
    base.touch(nc)
    base.tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.extent_changed",
        before=before,
        added=_kept(found),
    )
    return found


def remove_extent(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, extent_id: UUID,
    version: int | None = None,
) -> None:  # fmt: skip
    """Take a check back that nobody has made yet."""
    base.allowed(session, nc, NcVerb.ANALYSE, actor=actor)
    check = next(
        (one.check for one in extent_of(session, nc, round_=nc.round) if one.check.id == extent_id), None
    )
    if check is None:
        return  # removed already
    base.check_version(session, nc, version)
    if check.result is not ExtentResult.OPEN:
        raise Refusal(Text("What was checked stays. Record another result if the first one was wrong."))
    before = base.standing(nc)
    kept = _kept(check)
    session.delete(check)
    base.touch(nc)
    base.tell(
        session, nc, actor=actor, at=at, verb="nonconformity.extent_changed", before=before, removed=kept
    )


def record_extent(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, extent_id: UUID,
    result: ExtentResult, note: str, version: int | None = None,
) -> None:  # fmt: skip
    """Say what was found there. By the checker, the responsible person, the deputy or the programme manager."""
    check = place_of(session, nc, extent_id).check
    checker = check.checker_id == actor.person_id
    require_may_record(nc.status, queries.parts(session, actor, nc), checker=checker)
    if (check.result, check.note, check.checked_by_id) == (result, note, actor.person_id):
        return
    base.check_version(session, nc, version)
    if result is ExtentResult.OPEN:
        raise Invalid(Text("Choose whether it occurs there."), field="result")
    if not note:
        raise Invalid(Text("Say what was looked at, so that somebody else can follow it."), field="note")
    if check.raised_id is not None and result is ExtentResult.NOT_FOUND:
        raise Refusal(Text("A nonconformity was raised there: it was found."), field="result")
    before = base.standing(nc) | {"check": _kept(check)}
    check.result, check.note = result, note
    check.checked_by_id, check.checked_at = actor.person_id, at
    base.touch(nc)
    base.tell(
        session, nc, actor=actor, at=at, verb="nonconformity.extent_checked", before=before,
        check=_kept(check), reason=str(EXTENT_LABELS[result]),
    )  # fmt: skip


def link_extent(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, extent_id: UUID, ref: str,
) -> None:  # fmt: skip
    """Say which nonconformity was raised where it was found too. Raises NotFound, Refusal or Invalid."""
    check = place_of(session, nc, extent_id).check
    require_may_record(
        nc.status, queries.parts(session, actor, nc), checker=check.checker_id == actor.person_id
    )
    try:
        other = queries.nonconformity_by_ref(session, actor, ref)
    except NotFound:
        raise Invalid(
            Text("There is no nonconformity %(ref)s that you may see.", ref=ref), field="ref"
        ) from None
    if other.id == nc.id:
        raise Invalid(Text("This is the nonconformity itself."), field="ref")
    if check.raised_id == other.id:
        return
    if check.result is not ExtentResult.FOUND:
        raise Refusal(Text("First record that it occurs there."))
    before = base.standing(nc) | {"check": _kept(check)}
    check.raised_id = other.id
    base.touch(nc)
    base.tell(
        session,
        nc,
        actor=actor,
        at=at,
        verb="nonconformity.extent_checked",
        before=before,
        check=_kept(check),
    )


def _there(
    session: Session, nc: Nonconformity, at: datetime, *, relationship_id: UUID | None, checker_id: UUID | None,
    due_on: date | None,
) -> None:  # fmt: skip
    """Raises Invalid for a relationship, a person or a day that cannot be."""
    if relationship_id is not None:
        if session.get(Relationship, relationship_id) is None:
            raise Invalid(Text("Choose a relationship of the list."), field="relationship")
        if relationship_id == nc.relationship_id:
            raise Invalid(Text("It occurs there already. Choose another relationship."), field="relationship")
    if checker_id is not None:
        person = session.get(Person, checker_id)
        if person is None or not person.active or person.partner_id is not None:
            raise Invalid(Text("Choose somebody of your own organization who is active."), field="checker")
    if due_on is not None and due_on < day_in(queries.zone_of(session), at):
        raise Invalid(Text("This day is past. Choose a later one."), field="due_on")


def _kept(check: ExtentCheck) -> dict[str, Any]:
    """A check as the trail keeps it."""
    return {
        "id": str(check.id),
        "relationship": str(check.relationship_id) if check.relationship_id else None,
        "clause": " ".join(one for one in (check.standard, check.clause) if one),
        "place": check.place,
        "checker": str(check.checker_id) if check.checker_id else None,
        "due_on": check.due_on.isoformat() if check.due_on else None,
        "result": check.result.value,
        "note": check.note,
        "raised": str(check.raised_id) if check.raised_id else None,
    }
