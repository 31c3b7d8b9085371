"""What can be done with sign-ins, passwords and accounts. Persons and competence have rooms of their own."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, NotFound, Refusal
from auditapp.kit.ids import digest, new_secret
from auditapp.kit.text import Text
from auditapp.people.model import Account, PasswordLink, Person, RoleGrant, SignIn, SignInAttempt
from auditapp.people.queries import Credential, credential_of, paused_until, person_of_link
from auditapp.people.rules import Capability, Principal, Role
from auditapp.trail.service import record

LINK_HOURS = 24
KEEP_ATTEMPTS = timedelta(days=2)
# Many people share one address (an office, a mobile network): it may fail this many times more often.
ADDRESS_FACTOR = 5
WRONG = Text("This e-mail address and password do not go together. Check both and try again.")


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """So many failed checks of a credential (``limit``) are let through per pause of ``minutes``."""

    limit: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a sign-in: the ``secret`` for the cookie, or why not and the HTTP status to say it with."""

    secret: str | None = None
    refusal: Text | None = None
    status: int = 200


def person_ref(person_id: UUID) -> str:
    """How the trail calls a person: no name, so that a name can be erased and the chain stays whole."""
    return f"P-{person_id.hex[-8:]}"


def account_key(email: str) -> str:
    """The throttling key of an account; also of one that does not exist."""
    return digest(f"account:{email.strip().lower()}")


def address_key(address: str) -> str:
    """The throttling key of a network address; IPv6 by its /64, which one person has whole."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return digest(f"address:{address}")
    if isinstance(found, ipaddress.IPv6Address):
        return digest(f"address:{ipaddress.ip_network((found, 64), strict=False)}")
    return digest(f"address:{found}")


def pause(
    session: Session, *, email: str | None, address: str, at: datetime, throttle: Throttle
) -> Text | None:
    """Why no credential of this account or from this address is looked at now, or ``None``."""
    until = paused_until(
        session,
        key=address_key(address),
        at=at,
        limit=throttle.limit * ADDRESS_FACTOR,
        minutes=throttle.minutes,
    )
    if email is not None:
        other = paused_until(
            session, key=account_key(email), at=at, limit=throttle.limit, minutes=throttle.minutes
        )
        until = max((moment for moment in (until, other) if moment), default=None)
    if until is None:
        return None
    minutes = max(1, -(-int((until - at).total_seconds()) // 60))
    return Text("Too many tries went wrong. You can try again in %(minutes)s min.", minutes=minutes)


def note_failure(session: Session, *, email: str | None, address: str, at: datetime) -> None:
    """Remember a failed check of a credential; what is old is forgotten on the way."""
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < at - KEEP_ATTEMPTS))
    keys = [address_key(address), *([account_key(email)] if email is not None else [])]
    session.add_all(SignInAttempt(key=key, at=at) for key in keys)


def begin_sign_in(
    session: Session, *, person_id: UUID, at: datetime, days: int, address: str, agent: str, hours: int = 0
) -> str:
    """Start a sign-in of ``days`` and ``hours``; returns the secret for the cookie, of which only the digest is kept."""
    secret = new_secret()
    session.add(
        SignIn(
            digest=digest(secret),
            person_id=person_id,
            created_at=at,
            expires_at=at + timedelta(days=days, hours=hours),
            address=address[:60],
            agent=agent[:300],
        )
    )
    return secret


def sign_in(
    session: Session,
    *,
    email: str,
    checked: Credential | None,
    right: bool,
    new_hash: str | None,
    at: datetime,
    throttle: Throttle,
    days: int,
    address: str,
    agent: str,
) -> Answer:
    """Decide about a sign-in after the password was checked outside the transaction.

    ``checked`` is what it was checked against, ``right`` the outcome. The throttle is asked again under the lock:
    of many tries at the same time only as many get an answer as are allowed one after the other.
    """
    if (paused := pause(session, email=email, address=address, at=at, throttle=throttle)) is not None:
        return Answer(refusal=paused, status=429)
    now_kept = credential_of(session, email)
    if not right or checked is None or now_kept != checked or not checked.usable:
        note_failure(session, email=email, address=address, at=at)
        return Answer(refusal=WRONG, status=422)
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.key == account_key(email)))
    if new_hash is not None:
        session.execute(
            sa.update(Account).where(Account.person_id == checked.person_id).values(password_hash=new_hash)
        )
    return Answer(
        secret=begin_sign_in(
            session, person_id=checked.person_id, at=at, days=days, address=address, agent=agent
        )
    )


def end_sign_in(session: Session, *, actor: Principal, at: datetime, sign_in_id: UUID) -> None:
    """End one of one's own sign-ins. One that has ended already stays so."""
    session.execute(
        sa.update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.person_id == actor.person_id, SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_sign_ins(session: Session, *, person_id: UUID, at: datetime, but: UUID | None = None) -> None:
    """End all sign-ins of a person, but perhaps one."""
    query = sa.update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if but is not None:
        query = query.where(SignIn.id != but)
    session.execute(query.values(ended_at=at))


def set_preferences(
    session: Session, *, actor: Principal, at: datetime, zone: str, locale: str, theme: str
) -> None:
    """A person's own zone, language and choice of light or dark."""
    del at  # a taste, not a fact
    person = session.get_one(Person, actor.person_id)
    person.zone = zone
    person.locale = locale
    session.execute(sa.update(Account).where(Account.person_id == actor.person_id).values(theme=theme))


def change_password(
    session: Session, *, actor: Principal, at: datetime, checked: Credential, new_hash: str
) -> None:
    """Keep a new password; all other sign-ins end. ``checked`` is what the old one was checked against."""
    if credential_of(session, actor.email) != checked:
        raise Refusal(Text("The password was changed meanwhile. Sign in again with the newer one."))
    _keep_password(session, actor.person_id, new_hash, at)
    end_sign_ins(session, person_id=actor.person_id, at=at, but=actor.sign_in_id)
    record(
        session, actor_id=actor.person_id, at=at, verb="account.password_changed", thing_kind="person",
        thing_id=actor.person_id, thing_ref=person_ref(actor.person_id),
    )  # fmt: skip


def make_password_link(session: Session, *, actor: Principal | None, at: datetime, person_id: UUID) -> str:
    """A secret that sets a password once within 24 hours; earlier ones of the person stop working.

    ``actor`` is ``None`` on the command line. Raises Refusal for somebody who has left.
    """
    must_manage(actor)
    person = _person(session, person_id)
    if not person.active:
        raise Refusal(Text("%(name)s is not active. Activate the person first.", name=person.name))
    account = session.get(Account, person_id)
    if account is None:
        session.add(Account(person_id=person_id))
    elif account.disabled_at is not None:
        raise Refusal(Text("The account of %(name)s is disabled. Enable it first.", name=person.name))
    session.execute(
        sa.delete(PasswordLink).where(PasswordLink.person_id == person_id, PasswordLink.used_at.is_(None))
    )
    secret = new_secret()
    session.add(
        PasswordLink(digest=digest(secret), person_id=person_id, expires_at=at + timedelta(hours=LINK_HOURS))
    )
    record(
        session, actor_id=actor.person_id if actor else None, at=at, verb="account.link_made", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id),
    )  # fmt: skip
    return secret


def set_password(session: Session, *, at: datetime, secret: str, new_hash: str) -> None:
    """Keep the password that came by a one-time link; the link is used up and all sign-ins end."""
    person_id = person_of_link(session, secret_digest=digest(secret), at=at)
    if person_id is None:
        raise NotFound(
            Text("This link has been used, or its 24 hours are over. Ask the system manager for a new one.")
        )
    session.execute(sa.update(PasswordLink).where(PasswordLink.digest == digest(secret)).values(used_at=at))
    _keep_password(session, person_id, new_hash, at)
    end_sign_ins(session, person_id=person_id, at=at)
    session.execute(
        sa.delete(SignInAttempt).where(SignInAttempt.key == account_key(_person(session, person_id).email))
    )
    record(
        session, actor_id=person_id, at=at, verb="account.password_set", thing_kind="person", thing_id=person_id,
        thing_ref=person_ref(person_id),
    )  # fmt: skip


def disable_account(session: Session, *, actor: Principal | None, at: datetime, person_id: UUID) -> None:
    """Nobody signs in with this account any more, at once. The last system manager's cannot be disabled."""
    must_manage(actor)
    account = session.get(Account, person_id)
    if account is None or account.disabled_at is not None:
        return
    keep_a_manager(session, leaving=person_id)
    account.disabled_at = at
    end_sign_ins(session, person_id=person_id, at=at)
    record(
        session, actor_id=actor.person_id if actor else None, at=at, verb="account.disabled", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id),
    )  # fmt: skip


def enable_account(session: Session, *, actor: Principal | None, at: datetime, person_id: UUID) -> None:
    """The account works again, with the password it had."""
    must_manage(actor)
    account = session.get(Account, person_id)
    if account is None or account.disabled_at is None:
        return
    account.disabled_at = None
    record(
        session, actor_id=actor.person_id if actor else None, at=at, verb="account.enabled", thing_kind="person",
        thing_id=person_id, thing_ref=person_ref(person_id),
    )  # fmt: skip


def must_manage(actor: Principal | None, *others: Capability) -> None:
    """Refuse whoever may not manage people for the whole organization; the command line (``None``) may."""
    if actor is not None and not any(actor.can(needed) for needed in (Capability.MANAGE_PEOPLE, *others)):
        raise NotAllowed(Text("Only the system manager can do this."))


def keep_a_manager(session: Session, *, leaving: UUID) -> None:
    """Refuse what would leave the organization without a system manager who can sign in."""
    managers: Sequence[UUID] = session.scalars(
        sa.select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Account, Account.person_id == Person.id)
        .where(
            RoleGrant.role == Role.SYSTEM_MANAGER,
            RoleGrant.relationship_id.is_(None),
            Person.active,
            Account.disabled_at.is_(None),
        )
    ).all()
    if set(managers) == {leaving}:
        raise Refusal(
            Text(
                "This is the last system manager. Make somebody else system manager first, so that one stays."
            )
        )


def _person(session: Session, person_id: UUID) -> Person:
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def _keep_password(session: Session, person_id: UUID, new_hash: str, at: datetime) -> None:
    session.execute(
        sa.update(Account)
        .where(Account.person_id == person_id)
        .values(password_hash=new_hash, password_changed_at=at)
    )
    # A link that was made before would undo the change.
    session.execute(
        sa.delete(PasswordLink).where(PasswordLink.person_id == person_id, PasswordLink.used_at.is_(None))
    )


LONG_OVER = timedelta(days=90)


def forget_expired(session: Session, *, at: datetime) -> int:
    """Remove what has expired and is no record: failed sign-ins, links that were not used, sign-ins long over.

    Gives how many rows. Three statements.
    """
    gone = 0
    for table, old in (
        (SignInAttempt, SignInAttempt.at < at - timedelta(days=7)),
        (PasswordLink, PasswordLink.expires_at < at - LONG_OVER),
        (SignIn, SignIn.expires_at < at - LONG_OVER),
    ):
        result = session.execute(sa.delete(table).where(old).execution_options(synchronize_session=False))
        gone += int(getattr(result, "rowcount", 0))
    return gone
