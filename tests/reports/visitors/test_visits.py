"""An external auditor is invited, comes in by the link, reads the one pack, and is out when it ends; the trail knows."""

import hashlib
import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.feeds.secrecy import hide
from auditapp.kit import clock
from auditapp.kit.clock import now
from auditapp.kit.limiter import MOST
from auditapp.overview.history.sentences import SENTENCES
from auditapp.people.rules import Role
from auditapp.reports.pack import service as packs
from auditapp.reports.visitors import visiting
from auditapp.reports.visitors.model import PackVisitor
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.factories.audits import make_edition
from tests.reports.visitors.world import invited, let_in, ready_pack


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(visiting, "limiter", visiting.Limiter())


@pytest.fixture
def manager(unit):
    def make(session):
        make_edition(session)
        return make_person(session, Role.SYSTEM_MANAGER, name="Mona Manager")

    return unit(make)


@pytest.fixture
def pack(app, unit, manager):
    return ready_pack(app, unit, manager)


@pytest.fixture
def office(client_of, manager):
    return client_of(manager)


def facts(unit):
    """What the trail says of visits: verbs and what was opened."""
    query = sa.select(Fact.verb, Fact.after).where(Fact.thing_kind == "pack_visitor").order_by(Fact.seq)
    return unit(lambda session: [tuple(row) for row in session.execute(query)], "read")


def test_the_manager_invites_the_auditor_reads_and_the_manager_ends_it(app, unit, office, pack, caplog):
    page = f"/reports/packs/{pack.ref}/auditors"
    assert page in office.get(f"/reports/packs/{pack.ref}").text
    today = now().date()
    form = {"name": "Eva Extern", "body": "Cert Body", "email": "Eva@cert.example", "first": str(today), "last": str(today + timedelta(days=40))}  # fmt: skip
    assert "at most 30 days" in office.post(page, data=form).text
    assert office.post(page, data=form | {"email": "no"}).status_code == 422
    shown = office.post(page, data=form | {"last": str(today + timedelta(days=5))}).text
    secret = shown.partition("/visit/enter/")[2].partition("<")[0]
    assert secret not in office.get(page).text
    [row] = unit(lambda session: list(session.scalars(sa.select(PackVisitor))), "read")
    assert (row.link_digest, row.visit_digest) == (hashlib.sha256(secret.encode()).hexdigest(), None)

    caplog.set_level(logging.DEBUG)
    browser = app.test_client()
    asked = browser.get(f"/visit/enter/{secret}")
    assert (asked.status_code, "Eva Extern" in asked.text, asked.headers["Referrer-Policy"]) == (
        200,
        True,
        "no-referrer",
    )
    assert browser.post(f"/visit/enter/{secret}", data={"name": " "}).status_code == 422
    assert browser.get("/visit/").status_code == 403
    browser.post(f"/visit/enter/{secret}", data={"name": "Dr Eva Extern"})
    contents = browser.get("/visit/")
    assert pack.manifest_sha256 in contents.text
    assert "Dr Eva Extern" in contents.text
    assert "Mona" not in contents.text
    pdf = browser.get("/visit/files/reports/readiness.pdf")
    assert (pdf.status_code, pdf.data[:5], pdf.headers["Content-Security-Policy"][:7]) == (
        200,
        b"%PDF-",
        "sandbox",
    )
    assert pdf.headers["Cache-Control"] == "private, no-store"
    whole = browser.get("/visit/pack.zip")
    assert hashlib.sha256(whole.data).hexdigest() == unit(lambda session: session.get(packs.EvidencePack, pack.id).sha256, "read")  # fmt: skip
    whole.close()
    assert browser.get("/visit/files/../../etc/passwd").status_code == 404
    assert browser.get("/visit/files/reports/gap.pdf").status_code == 404
    assert "Dr Eva Extern" in office.get(page).text

    assert office.post(f"{page}/{row.id}/revoke").status_code == 302
    assert office.post(f"{page}/{row.id}/revoke").status_code == 302  # again: nothing happens
    for address in ("/visit/", "/visit/files/reports/readiness.pdf", "/visit/pack.zip"):
        assert browser.get(address).status_code == 403
    assert browser.get(f"/visit/enter/{secret}").status_code == 403
    told = facts(unit)
    assert [verb.removeprefix("pack_visitor.") for verb, _ in told] == ["invited", "entered", "opened", "read", "fetched", "read", "read", "revoked"]  # fmt: skip
    assert '"path":"reports/readiness.pdf"' in told[3][1].replace(" ", "")
    assert {verb for verb, _ in told} <= set(SENTENCES)
    assert not any("Eva" in after or secret in after for _, after in told)
    assert secret not in caplog.text
    assert hide(f"GET /visit/enter/{secret} 200") == "GET /visit/enter/(hidden) 200"


def test_a_visit_ends_with_its_day_and_at_sign_out(app, unit, manager, pack, monkeypatch):
    secret = invited(unit, manager, pack)
    first, second = let_in(app, secret), let_in(app, secret)
    assert first.get("/visit/").status_code == 403  # the link was used anew, elsewhere
    assert second.get("/visit/").status_code == 200
    assert second.post("/visit/leave").status_code == 200
    assert second.get("/visit/").status_code == 403
    third = let_in(app, secret)
    taken = third.get_cookie("auditapp_visit").value
    for ahead, status in ((4, 200), (7, 403)):
        later = now() + timedelta(days=ahead)
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda later=later: later)
            client = app.test_client()
            client.set_cookie("auditapp_visit", taken, domain="localhost")
            assert client.get("/visit/").status_code == status
            assert client.get(f"/visit/enter/{secret}").status_code == status
    early = invited(unit, manager, pack, at=now() + timedelta(days=3))
    assert app.test_client().get(f"/visit/enter/{early}").status_code == 403


def test_guesses_are_counted_and_nobody_signed_in_becomes_a_visitor(app, unit, client_of, manager, pack):
    secret = invited(unit, manager, pack)
    office = client_of(manager)
    assert "another browser" in office.get(f"/visit/enter/{secret}").text
    assert office.post(f"/visit/enter/{secret}", data={"name": "X"}).status_code == 422
    assert office.get_cookie("auditapp_visit") is None
    browser = let_in(app, secret)
    assert [app.test_client().get(f"/visit/enter/{n}").status_code for n in range(MOST + 1)] == [
        404
    ] * MOST + [429]
    assert browser.get("/visit/").status_code == 429
    assert app.test_client().post(f"/visit/enter/{secret}", data={"name": "X"}).status_code == 429


def test_only_the_system_manager_invites_and_only_to_this_pack(app, unit, client_of, manager, pack):
    page = f"/reports/packs/{pack.ref}/auditors"
    for role in set(Role) - {Role.SYSTEM_MANAGER}:
        client = client_of(unit(lambda session, role=role: make_person(session, role)))
        assert client.get(page).status_code == 403
        assert client.post(page, data={"name": "X"}).status_code == 403
    secret = invited(unit, manager, pack)
    browser = let_in(app, secret)
    unit(lambda session: packs.remove(session, actor=manager, at=now(), pack_id=pack.id))
    assert "was removed" in browser.get("/visit/").text
    assert browser.get("/visit/files/reports/readiness.pdf").status_code == 404
    assert browser.get("/visit/pack.zip").status_code == 404
    assert client_of(manager).post(page, data={"name": "A", "body": "B", "email": "a@b.example", "first": str(now().date()), "last": str(now().date())}).status_code == 409  # fmt: skip
