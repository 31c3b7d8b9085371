"""Tokens: made once, kept as a hash, scoped, revoked at once; the pages; the trail."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.api.tokens import service
from auditapp.api.tokens.model import ApiToken
from auditapp.api.tokens.queries import holder_of
from auditapp.api.tokens.rules import MOST_TOKENS, Scope, secret_in, state_of
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.ids import digest
from auditapp.people.model import Account
from auditapp.people.rules import Role
from auditapp.trail.model import Fact
from tests.factories import make_person


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        ("Bearer aat_x", "aat_x"),
        ("bearer  aat_x ", "aat_x"),
        ("Bearer other", None),
        ("Basic aat_x", None),
        ("aat_x", None),
        ("", None),
        (None, None),
    ],
)
def test_the_secret_in_a_header(header, secret):
    assert secret_in(header) == secret


def test_how_a_token_stands():
    at = now()
    words = [
        str(state_of(revoked_at=revoked, expires_at=at + timedelta(days=days), at=at)[0])
        for revoked, days in ((at, 30), (None, -1), (None, 3), (None, 30))
    ]
    assert words == ["Revoked", "Expired", "Expires soon", "In use"]


def test_only_a_hash_is_kept_and_it_ends_by_itself(session):
    who, at = make_person(session, Role.AUDITOR), now()
    token, secret = service.make(
        session, actor=who, at=at, name=" My  tool ", scopes=[Scope.READ_AUDITS], days=30
    )
    session.flush()
    row = session.execute(sa.select(ApiToken.__table__)).one()
    assert secret not in str(row)
    assert secret.startswith(token.hint)
    assert (token.name, token.digest) == ("My tool", digest(secret))
    found = holder_of(session, secret_digest=digest(secret), at=at)
    assert (found.principal.person_id, found.scopes) == (who.person_id, {Scope.READ_AUDITS})
    assert holder_of(session, secret_digest=digest(secret), at=at + timedelta(days=30)) is None
    assert holder_of(session, secret_digest=digest("aat_other"), at=at) is None


def test_it_ends_with_the_account_and_when_revoked(session):
    who, at = make_person(session, Role.AUDITOR), now()
    token, secret = service.make(session, actor=who, at=at, name="A", scopes=[Scope.READ_AUDITS], days=30)
    account = session.scalar(sa.select(Account).where(Account.person_id == who.person_id))
    account.disabled_at = at
    session.flush()
    assert holder_of(session, secret_digest=digest(secret), at=at) is None
    account.disabled_at = None
    stranger, manager = (
        make_person(session, Role.PROGRAMME_MANAGER),
        make_person(session, Role.SYSTEM_MANAGER),
    )
    with pytest.raises(NotFound):
        service.revoke(session, actor=stranger, at=at, token_id=token.id)
    service.revoke(session, actor=manager, at=at, token_id=token.id)
    service.revoke(session, actor=who, at=at, token_id=token.id)  # it holds already
    session.flush()
    assert holder_of(session, secret_digest=digest(secret), at=at) is None
    verbs = session.scalars(
        sa.select(Fact.verb).where(Fact.thing_kind == "api_token").order_by(Fact.seq)
    ).all()
    assert verbs == ["api_token.made", "api_token.revoked"]


def test_what_cannot_be_made(session):
    who, at = make_person(session, Role.AUDITOR), now()
    for wrong in ({"name": " "}, {"scopes": []}, {"days": 0}, {"days": 400}):
        with pytest.raises(Invalid) as refused:
            service.make(
                session,
                **({"actor": who, "at": at, "name": "A", "scopes": [Scope.READ_AUDITS], "days": 9} | wrong),
            )
        assert refused.value.field == next(iter(wrong))
    for _ in range(MOST_TOKENS):
        service.make(session, actor=who, at=at, name="A", scopes=[Scope.READ_AUDITS], days=9)
    with pytest.raises(Refusal):
        service.make(session, actor=who, at=at, name="A", scopes=[Scope.READ_AUDITS], days=9)


def test_the_pages(app, unit, client_of):
    who, manager = (
        unit(lambda s: make_person(s, Role.AUDITOR)),
        unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)),
    )
    browser = client_of(who)
    assert "No tokens yet" in browser.get("/people/me/tokens").text
    assert browser.post("/people/me/tokens", data={"name": "Tool", "days": "30"}).status_code == 422
    made = browser.post("/people/me/tokens", data={"name": "Tool", "days": "30", "scopes": ["read:audits"]})
    secret = re.search(r"aat_[\w-]{43}", made.text)[0]
    with app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}) as answer:
        assert answer.json["token"] == "AT-001"
    page = browser.get("/people/me/tokens").text
    assert "Tool" in page
    assert secret not in page
    assert "127.0.0.1" in page  # where it was used from
    assert browser.get("/people/tokens").status_code == 403
    assert "Tool" in client_of(manager).get("/people/tokens").text
    token_id = unit(lambda s: s.scalar(sa.select(ApiToken.id)))
    assert "Revoke" in client_of(manager).get(f"/people/tokens/{token_id}/revoke").text
    assert client_of(manager).post(f"/people/tokens/{token_id}/revoke").status_code == 302
    refused = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert refused.status_code == 401
    assert "invalid_token" in refused.headers["WWW-Authenticate"]
    assert "revoked the token" in client_of(manager).get("/history/?kind=api_token").text
