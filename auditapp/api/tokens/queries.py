"""Reading tokens: whose secret it is, one's own, everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.api.tokens.model import ApiToken
from auditapp.api.tokens.rules import Scope, scopes_in
from auditapp.kit.errors import NotFound
from auditapp.kit.paging import Page, paginate
from auditapp.people.model import Account, Person
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Capability, Principal


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who shows a token, and what the token may be used for. ``stale``: its last use is to be written down."""

    token_id: UUID
    ref: str
    name: str
    principal: Principal
    scopes: frozenset[Scope]
    expires_at: datetime
    last_used_at: datetime | None
    last_used_from: str


def holder_of(session: Session, *, secret_digest: str, at: datetime) -> Holder | None:
    """Who a secret belongs to, if it is good at that moment and the person may still sign in. Three statements."""
    found = session.scalar(
        sa.select(ApiToken)
        .join(Person, Person.id == ApiToken.person_id)
        .join(Account, Account.person_id == Person.id)
        .where(
            ApiToken.digest == secret_digest,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > at,
            Account.disabled_at.is_(None),
            Person.active,
        )
    )
    who = principal_of_person(session, found.person_id) if found is not None else None
    if found is None or who is None:
        return None
    return Holder(
        token_id=found.id,
        ref=found.ref,
        name=found.name,
        principal=who,
        scopes=scopes_in(found.scopes),
        expires_at=found.expires_at,
        last_used_at=found.last_used_at,
        last_used_from=found.last_used_from,
    )


def tokens_of(session: Session, principal: Principal) -> Sequence[ApiToken]:
    """One's own tokens, those that can be used first, then the newest."""
    return session.scalars(
        sa.select(ApiToken)
        .where(ApiToken.person_id == principal.person_id)
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.made_at.desc())
        .limit(100)
    ).all()


def every_token(session: Session, *, page: int) -> Page[tuple[ApiToken, str]]:
    """Everybody's tokens with their persons' names, the newest first. Two statements."""
    return paginate(
        session,
        sa.select(ApiToken, Person.name)
        .join(Person, Person.id == ApiToken.person_id)
        .order_by(ApiToken.made_at.desc(), ApiToken.id),
        page=page,
        scalars=False,
    )


def token_by_id(session: Session, principal: Principal, token_id: UUID) -> ApiToken:
    """A token of one's own; for who manages the settings, anybody's. Raises NotFound."""
    query = sa.select(ApiToken).where(ApiToken.id == token_id)
    if not principal.can(Capability.MANAGE_SETTINGS):
        query = query.where(ApiToken.person_id == principal.person_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found
