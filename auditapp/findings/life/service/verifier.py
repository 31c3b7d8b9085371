"""Who may verify: never their own work, and independent as in an audit (ISO 19011 4 e), or overridden in the open."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.plan.queries import candidates
from auditapp.audits.plan.rules import Candidate
from auditapp.audits.plan.rules.team import conflict_words
from auditapp.findings import queries
from auditapp.findings.life.queries import ground_of, working_on
from auditapp.findings.model import Nonconformity
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.model import Person


def own_person(session: Session, person_id: UUID | None, *, field: str, missing: Text) -> Person:
    """An active person of the own organization. Raises Invalid or Refusal naming the field."""
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None:
        raise Invalid(missing, field=field)
    if not person.active:
        raise Refusal(
            Text("%(name)s is no longer active. Name somebody else.", name=person.name), field=field
        )
    if person.partner_id is not None:
        raise Refusal(
            Text(
                "%(name)s belongs to a partner. Partner contacts can own actions; this needs somebody of the "
                "own organization.",
                name=person.name,
            ),
            field=field,
        )
    return person


def check_verifier(
    session: Session,
    nc: Nonconformity,
    person_id: UUID | None,
    *,
    at: datetime,
    reason: str = "",
    reviewer_id: UUID | None = None,
    answering: Collection[UUID | None] | None = None,
) -> str:
    """What stands against somebody's independence, in words for the record; empty when nothing does.

    Own work is always refused: of the responsible person and the deputy (``answering``: those to be named, if not
    the present ones), of whoever owns or worked on an action. Another conflict is refused unless there is a reason
    and an independent reviewer. Raises Invalid or Refusal naming the field.
    """
    person = own_person(
        session, person_id, field="verifier_id", missing=Text("Name who verifies it: somebody independent.")
    )
    if answering is None:
        answering = (nc.responsible_id, nc.deputy_id)
    own = {one for one in answering if one is not None} | working_on(queries.involved_in(session, nc))
    if person.id in own:
        raise Refusal(
            Text(
                "%(name)s cannot verify this: nobody verifies their own work. Name somebody who neither answers "
                "for it nor works on an action in it.",
                name=person.name,
            ),
            field="verifier_id",
        )
    wanted = {person.id} | ({reviewer_id} if reviewer_id else set())
    known = candidates(session, ground_of(session, nc, at), wanted)
    who = known[person.id]
    if not who.conflicts:
        return ""
    if not reason.strip():
        raise Refusal(
            Text(
                "%(name)s is not independent here: %(conflict)s. Choose somebody else; or, if there is nobody, "
                "give a reason and name who reviews the verification.",
                name=who.name,
                conflict=conflict_words(who),
            ),
            field="verifier_id",
        )
    _check_reviewer(who, known.get(reviewer_id) if reviewer_id else None, own)
    return conflict_words(who)


def _check_reviewer(who: Candidate, reviewer: Candidate | None, own: Collection[UUID]) -> None:
    if reviewer is None:
        raise Refusal(
            Text("Name the person who reviews how %(name)s verifies.", name=who.name), field="reviewer_id"
        )
    if reviewer.person_id == who.person_id:
        raise Refusal(
            Text("%(name)s cannot review the own verification. Name another person.", name=who.name),
            field="reviewer_id",
        )
    why: Text | str | None = None
    if reviewer.conflicts:
        why = conflict_words(reviewer)
    elif reviewer.person_id in own:
        why = Text("answers for it or works on it")
    elif reviewer.of_partner:
        why = Text("belongs to a partner")
    elif not reviewer.active:
        why = Text("is no longer active")
    if why is not None:
        raise Refusal(
            Text(
                "%(name)s cannot be the reviewer: %(why)s. Name another person.", name=reviewer.name, why=why
            ),
            field="reviewer_id",
        )
