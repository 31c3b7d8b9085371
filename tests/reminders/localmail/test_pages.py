"""The page of mails that would have been sent."""

import os
import re
from uuid import uuid4

import pytest

from auditapp.people.rules import Role
from auditapp.reminders.localmail.rules import Piece, pieces
from auditapp.reminders.outbox.rules import MessageKind
from bots.mail.local import LocalOutbox
from tests.bots.mail.messages import MESSAGE, digest, line, message, recipient
from tests.factories import make_person


@pytest.fixture
def browser(unit, client_of):
    return client_of(unit(lambda s: make_person(s, Role.SYSTEM_MANAGER)))


@pytest.fixture
def outbox(app):
    return LocalOutbox(app.extensions["auditapp"])


def test_before_the_first_mail(app, browser):
    page = browser.get("/mail/").text
    assert "No mails yet" in page
    assert "each mail is kept here instead" in page
    app.extensions["auditapp"].smtp_host = "smtp.example.org"
    assert "Mails go out through smtp.example.org" in browser.get("/mail/").text


def test_the_newest_first_page_by_page(browser, outbox):
    for number in range(30):
        sent = message(id=uuid4(), subject=f"Number {number}.")
        outbox.send(sent)
        os.utime(outbox.folder / f"{sent.id}.eml", (number, number))
    (outbox.folder / "notes.eml").write_text("not ours")
    (outbox.folder / "incoming-x").write_text("half a mail")
    first = re.findall(r"Number (\d+)\.", browser.get("/mail/").text)
    second = re.findall(r"Number (\d+)\.", browser.get("/mail/?page=2").text)
    assert [int(one) for one in first + second] == list(range(29, -1, -1))
    assert len(first) == 25
    assert re.findall(r"Number (\d+)\.", browser.get("/mail/?page=99").text) == second


def test_one_mail_with_links_that_can_be_followed(app, browser, outbox):
    outbox.send(digest())
    page = browser.get(f"/mail/{MESSAGE}").text
    assert "2 overdue, 1 due today" in page
    assert "To Dana Whitfield &lt;dana@example.org&gt;" in page
    assert "&lt;" + str(MESSAGE) in page
    links = re.findall(r'<a href="(/[^"]*)" rel="noreferrer">', page)
    assert "/findings/NC-2026-014" in links
    assert browser.get(f"/mail/{uuid4()}").status_code == 404


def test_its_page_is_locked_up(browser, outbox):
    outbox.send(message(line(title="<script>alert(1)</script>")))
    answer = browser.get(f"/mail/{MESSAGE}/page")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "allow-" not in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert answer.text.startswith("<!doctype html>")


def test_the_file_itself(browser, outbox):
    outbox.send(message())
    answer = browser.get(f"/mail/{MESSAGE}.eml")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={MESSAGE}.eml"
    assert answer.mimetype == "message/rfc822"
    assert answer.data == (outbox.folder / f"{MESSAGE}.eml").read_bytes()
    answer.close()


def test_hostile_mails_are_shown_as_text(browser, outbox):
    words = "<img src=x onerror=alert(1)> \u202e\0"
    outbox.send(
        message(line(title=words), subject=words, kind=MessageKind.REPORT, to=recipient(name=words))
    )  # fmt: skip
    for address in ("/mail/", f"/mail/{MESSAGE}"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "<img src=x" not in page.text
    outbox.folder.joinpath(f"{MESSAGE}.eml").write_bytes(
        b"Subject: =?nope?q?x?=\r\nDate: yesterday\r\nContent-Type: text/plain; charset=nope\r\n\r\n\xff\xfe"
    )
    assert browser.get("/mail/").status_code == 200
    assert browser.get(f"/mail/{MESSAGE}").status_code == 200


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PROGRAMME_MANAGER, Role.SER])
def test_only_who_manages_the_settings_reads_it(unit, client_of, outbox, role):
    outbox.send(message())
    other = client_of(unit(lambda s: make_person(s, role)))
    for address in ("/mail/", f"/mail/{MESSAGE}", f"/mail/{MESSAGE}/page", f"/mail/{MESSAGE}.eml"):
        assert other.get(address).status_code == 403


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        ("words", [Piece(text="words")]),
        ("see https://a.example/x/y?z.", [Piece(text="see "), Piece(text="https://a.example/x/y?z.", path="/x/y?z.")]),
        ("https://a.example.evil/x", [Piece(text="https://a.example.evil/x")]),
        ("https://b.example/x", [Piece(text="https://b.example/x")]),
    ],
)  # fmt: skip
def test_addresses_of_this_site_are_links(text, wanted):
    assert list(pieces(text, "https://a.example")) == wanted
