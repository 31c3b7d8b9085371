"""Making and revoking tokens, and noting their use."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.api.tokens.model import ApiToken
from auditapp.api.tokens.queries import token_by_id
from auditapp.api.tokens.rules import MOST_DAYS, MOST_TOKENS, Scope, hint_of, new_token
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.ids import digest
from auditapp.kit.text import Text
from auditapp.people.queries import next_number
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def _record(session: Session, token: ApiToken, who: Principal, at: datetime, *, verb: str) -> None:
    trail.record(
        session,
        actor_id=who.person_id,
        at=at,
        verb=verb,
        thing_kind="api_token",
        thing_id=token.id,
        thing_ref=token.ref,
        after={"scopes": token.scopes, "expires_at": token.expires_at.isoformat()},
        personal={"name": token.name},
        personal_of=token.person_id,
    )


def make(
    session: Session, *, actor: Principal, at: datetime, name: str, scopes: Collection[Scope], days: int
) -> tuple[ApiToken, str]:
    """A new token, and its secret, which is not kept and cannot be shown again."""
    name = " ".join(name.split())
    if not name:
        raise Invalid(Text("Say what it is for, such as “Power BI”."), field="name")
    if not scopes:
        raise Invalid(Text("Choose at least one thing that it may be used for."), field="scopes")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(Text("A token lasts a year at most."), field="days")
    living = session.scalar(
        sa.select(sa.func.count()).where(
            ApiToken.person_id == actor.person_id,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > at,
        )
    )
    if (living or 0) >= MOST_TOKENS:
        raise Refusal(Text("You have %(count)s tokens. Revoke one that you do not use first.", count=living))
    secret = new_token()
    token = ApiToken(
        ref=f"AT-{next_number(session, 'api_token'):03d}",
        person_id=actor.person_id,
        name=name[:80],
        hint=hint_of(secret),
        digest=digest(secret),
        scopes=sorted(Scope(one).value for one in scopes),
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    session.add(token)
    _record(session, token, actor, at, verb="api_token.made")
    return token, secret


def revoke(session: Session, *, actor: Principal, at: datetime, token_id: UUID) -> ApiToken:
    """End it, from this moment on. One's own, or anybody's for who manages the settings."""
    token = token_by_id(session, actor, token_id)
    if token.revoked_at is None:
        token.revoked_at = at
        _record(session, token, actor, at, verb="api_token.revoked")
    return token


def note_use(session: Session, *, token_id: UUID, address: str, at: datetime) -> None:
    """It was used. Not every use is written; see ``USED_EVERY``."""
    token = session.get(ApiToken, token_id)
    if token is not None:
        token.last_used_at, token.last_used_from = at, address[:60]
