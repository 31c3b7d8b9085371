"""On the demonstration: everything that would be told leads to a page that opens and to an operation that answers."""

import json
import shutil

import pytest
import sqlalchemy as sa

from auditapp.api.tokens.rules import Scope
from auditapp.api.tokens.service import make
from auditapp.api.webhooks.events import EVENT_OF
from auditapp.api.webhooks.model import Webhook, WebhookDelivery
from auditapp.api.webhooks.rules import State
from auditapp.api.webhooks.service.putting import put
from auditapp.feeds.site import site_of
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.queries import principal_of_person
from auditapp.people.service import begin_sign_in
from auditapp.trail.model import Fact
from tests.conftest import build, settings_for

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def site(demonstration, tmp_path):
    """Its own copy of the demonstration."""
    shutil.copytree(demonstration, tmp_path / "site")
    settings = settings_for(tmp_path / "site")
    settings.api_per_minute = 1_000_000
    app = build(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_every_place_opens(site):
    def unit(work):
        with site.app_context():
            return run_unit(lambda: work(current_session()), "write")

    def whole(session):
        hook = session.scalars(sa.select(Webhook)).one()
        assert hook.state is State.PAUSED  # nothing leaves the demonstration
        hook.state, hook.events, hook.read_seq = State.ACTIVE, ["all"], 0
        hook.url = "https://hooks.example.invalid/"
        session.flush()
        while put(session, at=now(), link=site_of(site).link):
            pass
        who = principal_of_person(session, hook.owner_id)
        _, token = make(session, actor=who, at=now(), name="T", scopes=list(Scope), days=1)
        secret = begin_sign_in(session, person_id=hook.owner_id, at=now(), days=1, address="", agent="t")
        return session.scalars(sa.select(WebhookDelivery.body)).all(), token, secret

    bodies, token, secret = unit(whole)
    told = [json.loads(one)["data"] for one in bodies]
    facts = unit(lambda s: s.scalars(sa.select(Fact.seq).where(Fact.verb.in_(EVENT_OF))).all())
    assert sorted(one["seq"] for one in told) == sorted(facts)
    browser, program = site.test_client(), site.test_client()
    with site.app_context():
        browser.set_cookie(cookie_name(), secret, domain="localhost")
    seen = {}
    for one in told:
        seen.setdefault(one["thing"]["kind"], []).append(one)
    wrong = []
    for kind, ones in seen.items():
        for one in ones[:2] + ones[-1:]:
            thing = one["thing"]
            if not thing["url"] or browser.get(thing["url"].removeprefix(SITE)).status_code != 200:
                wrong.append((kind, thing, one["relationships"], one["audit"]))
            if thing["api_url"]:
                answer = program.get(
                    thing["api_url"].removeprefix(SITE), headers={"Authorization": f"Bearer {token}"}
                )
                if answer.status_code != 200:
                    wrong.append((kind, thing, answer.status_code))
    assert wrong == []
    assert {"audit", "nonconformity", "action", "issue", "rmp", "exit_process", "report"} <= set(seen)
