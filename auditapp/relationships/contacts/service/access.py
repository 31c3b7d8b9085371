"""A partner's contact comes in by a one-time link, for a while."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.ids import digest, new_secret
from auditapp.kit.text import Text
from auditapp.people.model import Account, Person
from auditapp.people.rules import Principal
from auditapp.people.service import begin_sign_in, end_sign_ins, person_ref
from auditapp.relationships.contacts.model import AccessLink
from auditapp.relationships.contacts.queries import link_of, roles_in
from auditapp.relationships.contacts.rules import ACCESS_HOURS, LINK_DAYS
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record

SPENT = Text(
    "This link has been used, was taken back, or its time is over. Ask whoever sent it to you for a new one."
)


def make_link(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    relationship_id: UUID,
    person_id: UUID,
    days: int,
    hours: int,
) -> str:
    """A secret that lets a member of the partner's side in, once, within ``days``, for ``hours``.

    An earlier one that was not used stops working. Only the digest is kept.
    """
    must_manage(actor, relationship_id)
    found = relationship_of(session, actor, relationship_id)
    person = session.get(Person, person_id)
    if person is None or person.partner_id is None or not roles_in(session, relationship_id, person_id):
        raise Invalid(
            Text("A link is for a member of the partner's side. Add them to the people first."),
            field="person",
        )
    if not person.active:
        raise Refusal(Text("%(name)s is not active. The system manager can change that.", name=person.name))
    if days not in LINK_DAYS or hours not in ACCESS_HOURS:
        raise Invalid(Text("Choose how long from the list."), field="days")
    account = session.get(Account, person_id)
    if account is None:
        session.add(Account(person_id=person_id))
    elif account.disabled_at is not None:
        raise Refusal(
            Text("The account of %(name)s is disabled. The system manager can enable it.", name=person.name)
        )
    session.execute(
        sa.update(AccessLink)
        .where(
            AccessLink.person_id == person_id,
            AccessLink.relationship_id == relationship_id,
            AccessLink.used_at.is_(None),
            AccessLink.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    secret = new_secret()
    session.add(
        AccessLink(
            digest=digest(secret), person_id=person_id, relationship_id=relationship_id, hours=hours, made_at=at,
            made_by_id=actor.person_id, expires_at=at + timedelta(days=days),
        )
    )  # fmt: skip
    record(
        session, actor_id=actor.person_id, at=at, verb="access.link_made", thing_kind="person", thing_id=person_id,
        thing_ref=person_ref(person_id), context_id=found.id, after={"days": days, "hours": hours},
    )  # fmt: skip
    return secret


def come_in(session: Session, *, at: datetime, secret: str, address: str, agent: str) -> tuple[str, str]:
    """Use a link up: (secret for the cookie, number of the relationship). Raises NotFound for one that is spent."""
    opened = link_of(session, secret_digest=digest(secret), at=at)
    if opened is None:
        raise NotFound(SPENT)
    link, person, found = opened
    link.used_at = at
    kept = begin_sign_in(
        session, person_id=person.id, at=at, days=0, hours=link.hours, address=address, agent=agent
    )
    record(
        session, actor_id=person.id, at=at, verb="access.link_used", thing_kind="person", thing_id=person.id,
        thing_ref=person_ref(person.id), context_id=found.id,
    )  # fmt: skip
    return kept, found.ref


def revoke_link(session: Session, *, actor: Principal, at: datetime, link_id: UUID) -> AccessLink:
    """Take back a link that was not used."""
    link = session.get(AccessLink, link_id)
    if link is None:
        raise NotFound
    must_manage(actor, link.relationship_id)
    if link.revoked_at is None and link.used_at is None:
        link.revoked_at = at
        record(
            session, actor_id=actor.person_id, at=at, verb="access.link_revoked", thing_kind="person",
            thing_id=link.person_id, thing_ref=person_ref(link.person_id), context_id=link.relationship_id,
        )  # fmt: skip
    return link


def end_access(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, person_id: UUID
) -> None:
    """End a contact's sign-ins at once, and take back their links of this relationship. Membership stays."""
    must_manage(actor, relationship_id)
    person = session.get(Person, person_id)
    if person is None or person.partner_id is None or not roles_in(session, relationship_id, person_id):
        raise NotFound
    end_sign_ins(session, person_id=person_id, at=at)
    session.execute(
        sa.update(AccessLink)
        .where(
            AccessLink.person_id == person_id,
            AccessLink.relationship_id == relationship_id,
            AccessLink.used_at.is_(None),
            AccessLink.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    record(
        session, actor_id=actor.person_id, at=at, verb="access.ended", thing_kind="person", thing_id=person_id,
        thing_ref=person_ref(person_id), context_id=relationship_id,
    )  # fmt: skip
