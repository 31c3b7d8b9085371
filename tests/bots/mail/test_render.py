"""What a mail says and how it is put together, whatever people wrote into it."""

import re
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import unquote

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given, settings
from hypothesis import strategies as st

from auditapp.kit.text import Text
from auditapp.reminders.answering.rules import read_answer, read_quiet
from auditapp.reminders.outbox.rules import MessageKind, NoticeKind
from auditapp.reminders.rules import Answer
from auditapp.shell import reader as readers
from bots.mail.content import MOST_LINES
from bots.mail.headers import encoded, folded
from bots.mail.render import Letterhead, render
from bots.words import tidy
from tests.bots.mail.messages import AT, MESSAGE, PERSON, RUN, digest, line, message, offer, recipient
from tests.bots.mail.server import settings_for_mail

SECRET = "k" * 48


def mail_of(what, **more):
    """What a mail program reads: rendered, sent as bytes, read again."""
    raw = render(what, Letterhead.of(settings_for_mail(**more))).as_bytes()
    return raw, message_from_bytes(raw, policy=policy.default)


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def name_of(raw):
    """The recipient's name by RFC 2047; Python's own reading of addresses puts blanks between encoded words."""
    [written] = re.findall(rb"^To: (.*?)\r\n(?! )", raw, re.DOTALL | re.MULTILINE)
    name, _ = written.decode().replace("\r\n", "").rsplit(" <", 1) if b"<" in written else ("", "")
    return unquote(name) if name.startswith('"') else str(make_header(decode_header(name)))


def test_the_headers_of_an_escalation():
    raw, mail = mail_of(message(), mail_reply_to="programme@example.org")
    assert mail["From"] == "Audits <audits@example.org>"
    assert mail["To"] == "Dana Whitfield <dana@example.org>"
    assert mail["Reply-To"] == "programme@example.org"
    assert mail["Message-ID"] == f"<{MESSAGE}@example.org>"
    assert re.fullmatch(r"<thread\.[0-9a-f]{32}@example\.org>", mail["In-Reply-To"])
    assert mail["References"] == mail["In-Reply-To"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Date"].datetime == AT
    assert mail["Content-Language"] == "en"
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_mails_of_one_thing_share_their_root():
    roots = {thread: mail_of(message(thread=thread))[1]["References"] for thread in ("action:1", "action:2")}
    assert len(set(roots.values())) == 2
    assert mail_of(message(thread="action:1"))[1]["References"] == roots["action:1"]
    assert mail_of(message(thread=""))[1]["References"] is None


def test_a_digest_can_be_ended_in_one_click():
    _, mail = mail_of(digest())
    address = mail["List-Unsubscribe"].strip("<>")
    token = address.removeprefix("https://audits.example.org/answer/quiet/")
    assert read_quiet(SECRET, token, at=AT) == PERSON
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in text_of(mail)
    assert address in html_of(mail)
    _, unprotected = mail_of(digest(), public_url="http://audits.example.org")
    assert unprotected["List-Unsubscribe-Post"] is None, "RFC 8058 wants HTTPS"


def test_the_text_reads_well():
    text = text_of(mail_of(digest())[1])
    assert text.startswith(
        "Good morning Dana. Two things are overdue and one is due today.\n\nOverdue\n=======\n"
    )
    assert "* NC-2026-014 Torque records of the door seals are missing for eleven\n  vehicles\n" in text
    assert "  ! 3 days overdue: it was due Tuesday 24 November\n" in text
    assert "  ! 1 day overdue: it was due yesterday\n" in text
    assert "  Due today, 14:00\n" in text
    assert "  Due Friday 4 December, in 7 days\n" in text
    assert "  Due Friday 15 January 2027, in 49 days\n" in text
    assert (
        "  If nothing happens, Ines Marchetti (relationship owner) is told on\n  Monday 30 November.\n"
        in text
    )
    assert [one for one in text.splitlines() if len(one) > 72 and "https://" not in one] == []
    assert "  Open:\n  https://audits.example.org/meetings/12\n" in text


def test_both_parts_say_the_same():
    _, mail = mail_of(digest())
    text, page = text_of(mail), html_of(mail)
    links = re.findall(r"https://\S+", text)
    assert re.findall(r'href="([^"]+)"', page) == links
    assert len(links) == 4 + 5 + 1
    words = " ".join(re.sub(r"<[^>]+>", " ", page.split("</head>")[1]).split())
    for sentence in (
        "3 days overdue",
        "Accept the action plan, or return it and say why.",
        "Joint management team",
    ):
        assert sentence in words


def test_nothing_in_the_page_calls_home():
    page = html_of(mail_of(digest())[1])
    assert not re.search(r"<(img|script|link|iframe|form|table|style)|url\(|src=|\bon\w+=", page)


def test_the_answer_of_a_link_is_the_one_that_was_offered():
    text = text_of(mail_of(message(line(offers=(offer(), offer(Answer.SNOOZE, "Remind me later")))))[1])
    [token] = re.findall(r"/answer/(\S+)", text)
    link = read_answer(SECRET, token, at=AT)
    assert (link.run_id, link.generation, link.person_id, link.answer) == (RUN, 3, PERSON, Answer.ACKNOWLEDGE)
    assert "Remind me later" not in text, "what needs more than a yes is answered on its page"
    assert "Take them out before you pass" in text
    assert "Take them out" not in text_of(mail_of(message(line(offers=())))[1])


def test_times_are_those_of_the_reader():
    call = line(due_at=datetime(2026, 11, 27, 23, 30, tzinfo=UTC), due_on=date(2026, 11, 27), overdue=False)
    where = {
        "Europe/London": "Due today, 23:30",
        "Asia/Tokyo": "Due tomorrow, 08:30",
        "America/New_York": "Due today, 18:30",
    }
    for zone, said in where.items():
        assert said in text_of(mail_of(message(call, to=recipient(zone=zone)))[1])


@pytest.mark.parametrize(
    ("locale", "zone"), [("en", "No/Where"), ("tlh", "UTC"), ("", ""), ("x" * 40, "../etc")]
)
def test_an_unknown_language_or_zone_is_english_and_utc(locale, zone):
    _, mail = mail_of(message(to=recipient(locale=locale, zone=zone)))
    assert mail["Content-Language"] == "en"
    assert "3 days overdue" in text_of(mail)


def test_the_readers_language(tmp_path, monkeypatch):
    catalog = Catalog(locale="de")
    catalog.add("Overdue", "Überfällig")
    catalog.add(
        ("%(count)s day overdue: it was due %(when)s", "%(count)s days overdue: it was due %(when)s"),
        ("%(count)s Tag überfällig seit %(when)s", "%(count)s Tage überfällig seit %(when)s"),
    )
    catalog.add("yesterday", "gestern")
    catalog.add("You are its verifier.", "Sie prüfen sie.")
    target = tmp_path / "de" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(readers.Reader.__init__, "__kwdefaults__", {"folder": tmp_path})
    _, mail = mail_of(digest(to=recipient(locale="de")))
    text = text_of(mail)
    assert text.count("Überfällig\n==========") == 1
    assert "! 3 Tage überfällig seit Dienstag 24 November" in text
    assert "! 1 Tag überfällig seit gestern" in text
    assert "Sie prüfen sie." in text
    assert '<html lang="de" dir="ltr">' in html_of(mail)


def test_right_to_left_stays_with_its_owner():
    title = "\u202eרשומות מומנט חסרות (NC) abc"  # noqa: RUF001 - Hebrew
    raw, mail = mail_of(message(line(title=title), to=recipient(name="דנה לוי", locale="he")))
    assert '<html lang="he" dir="rtl">' in html_of(mail)
    assert "<bdi>רשומות מומנט חסרות (NC) abc</bdi>" in html_of(mail)
    assert "\u202e" not in html_of(mail) + text_of(mail)
    assert mail["To"].addresses[0].display_name == "דנה לוי"
    assert raw.isascii()


HOSTILE = [
    "line\r\nBcc: everybody@example.org",
    "nul \0 bell \x07 escape \x1b[31m",
    "<script>alert(1)</script> & \"quotes\" 'too'",
    "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 emoji",
    "x" * 10_000,
    "=?utf-8?q?hidden?=",
    "=?utf-8?q?line=0D=0ABcc:_everybody?=",
    "lone \ud800 surrogate",
    "a\u2028b\u0085c",
    '"); --, <a@b>, Name',
    "日本語の長い名前" * 40,
]


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:12])
def test_nothing_that_people_write_breaks_out(words):
    what = message(
        line(title=words, ref=words, step=words, why=words),
        to=recipient(name=words),
        subject=Text("%(title)s", title=words),
    )
    raw, mail = mail_of(what)
    head = raw.split(b"\r\n\r\n")[0]
    assert [one.split(b":")[0] for one in head.split(b"\r\n") if not one.startswith(b" ")] == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References", b"Auto-Submitted",
        b"X-Auto-Response-Suppress", b"MIME-Version", b"Content-Type", b"Content-Language",
    ]  # fmt: skip
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "dana@example.org"
    assert name_of(raw) == tidy(words, 80)
    assert mail["Subject"] == tidy(words, 150)
    assert "<script" not in html_of(mail)
    assert "\0" not in text_of(mail)
    assert mail.defects == []


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_subject_comes_through(words):
    raw, mail = mail_of(message(subject=Text("%(x)s", x=words), to=recipient(name=words)))
    assert mail["Subject"] == (tidy(words, 150) or "What is due")
    assert name_of(raw) == tidy(words, 80)


def test_headers_are_folded_where_they_may_be():
    assert folded("Subject: " + "word " * 30 + "end", "\r\n").count("\r\n ") == 2
    assert folded("List-Unsubscribe: <" + "x" * 200 + ">", "\r\n").count("\r\n") == 1
    assert all(len(word) <= 75 for word in encoded("Größe " * 60).split(" "))
    with pytest.raises(ValueError, match="line end"):
        folded("Subject: a\nBcc: b", "\r\n")


def test_private_titles_stay_out_of_the_subject():
    kept = "Torque records"
    assert kept in mail_of(message())[1]["Subject"]
    _, private = mail_of(message(), mail_private_titles=True)
    assert private["Subject"] == "Escalation: NC-2026-014"
    assert kept in text_of(private), "the mail itself may say it"
    cut = message(
        subject=Text("Escalation: %(what)s", what=Text("%(ref)s %(title)s", ref="NC-1", title="Torque re…"))
    )
    assert mail_of(cut, mail_private_titles=True)[1]["Subject"] == "Escalation: NC-2026-014"
    said = message(line(kind=NoticeKind.REMINDER), subject=Text("Torque records of the door seals are late"))
    assert mail_of(said, mail_private_titles=True)[1]["Subject"] == "What is due: NC-2026-014"
    assert mail_of(digest(), mail_private_titles=True)[1]["Subject"] == "2 overdue, 1 due today"


def test_a_mail_stays_short_enough_to_be_shown_whole():
    many = tuple(line(ref=f"NC-2026-{number:03}") for number in range(100))
    _, mail = mail_of(message(*many))
    assert text_of(mail).count("* NC-2026-") == MOST_LINES
    assert "60 more are on your page:\nhttps://audits.example.org/\n" in text_of(mail)
    assert len(html_of(mail).encode()) < 102_000, "more is cut off by Gmail"


def test_a_page_of_another_site_is_not_linked():
    text = text_of(mail_of(message(line(path="//elsewhere.example/x")))[1])
    assert "elsewhere" not in text


def test_an_invitation_carries_its_calendar_part():
    ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    what = message(kind=MessageKind.INVITATION, extra={"calendar": {"method": "REQUEST", "ics": ics}})
    _, mail = mail_of(what)
    part = list(mail.iter_parts())[-1]
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "REQUEST")
    assert part.get_content().split() == ics.split()


def test_the_sender_of_a_site_without_settings():
    _, mail = mail_of(message(), mail_from="", smtp_host="", public_url="http://127.0.0.1:8000")
    assert mail["From"].addresses[0].addr_spec == "auditapp@localhost"
    _, mail = mail_of(message(), mail_from="", smtp_host="", public_url="https://audits.example.org:8443")
    assert mail["From"].addresses[0].addr_spec == "auditapp@audits.example.org"
