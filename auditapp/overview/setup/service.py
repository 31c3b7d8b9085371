"""Setting up an empty installation."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Refusal
from auditapp.kit.ids import digest, new_secret
from auditapp.kit.text import Text
from auditapp.people.model import Account, Organization, SetupCode
from auditapp.people.persons.service import add_person
from auditapp.people.queries import organization
from auditapp.people.rules import Role
from auditapp.trail.service import record


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What the organization is: ``country`` (ISO 3166-1) and ``subdivision`` (ISO 3166-2) decide its holidays."""

    name: str
    zone: str
    country: str
    subdivision: str = ""


def new_setup_code(session: Session, *, at: datetime) -> str:
    """Make the one-time code that guards the set-up page; an earlier one stops working."""
    code = new_secret()[:12]
    session.merge(SetupCode(id=1, digest=digest(code), made_at=at))
    return code


def code_fits(session: Session, code_digest: str) -> bool:
    """Whether a code's digest is that of the code in force."""
    kept = session.scalar(sa.select(SetupCode.digest).where(SetupCode.id == 1))
    return kept is not None and hmac.compare_digest(kept, code_digest)


def set_up(
    session: Session,
    *,
    at: datetime,
    code_digest: str,
    particulars: Particulars,
    name: str,
    email: str,
    password_hash: str,
) -> UUID:
    """Make the organization and its first system manager; returns the manager's id. The code is used up.

    Raises Refusal when the organization is there already or the code is not the one in force.
    """
    if organization(session) is not None:
        raise Refusal(Text("This installation is set up already. Sign in instead."))
    if not code_fits(session, code_digest):
        raise Refusal(
            Text("This code is not good any more. Start again with the newest one that was printed.")
        )
    session.add(
        Organization(
            name=particulars.name.strip(),
            zone=particulars.zone,
            country=particulars.country,
            subdivision=particulars.subdivision,
            created_at=at,
        )
    )
    manager_id = add_person(
        session, actor=None, at=at, name=name, email=email, zone=particulars.zone, roles=[Role.SYSTEM_MANAGER]
    )
    session.execute(
        sa.update(Account)
        .where(Account.person_id == manager_id)
        .values(password_hash=password_hash, password_changed_at=at)
    )
    session.execute(sa.delete(SetupCode))
    record(
        session, actor_id=manager_id, at=at, verb="organization.made", thing_kind="organization", thing_id="1",
        thing_ref=particulars.name.strip(),
        after={"zone": particulars.zone, "country": particulars.country, "subdivision": particulars.subdivision},
    )  # fmt: skip
    return manager_id
