"""The pages of issues: what each of them shows to whom, what is sent comes back when it is refused, nothing internal
reaches a contact, and lists cost the same at any length."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from auditapp.kit import clock
from auditapp.kit.db import db
from auditapp.relationships.issues import service
from auditapp.relationships.issues.model import Issue, IssueComment
from auditapp.relationships.issues.rules.clock import Going, Party
from auditapp.relationships.issues.rules.issue import Status
from auditapp.relationships.issues.rules.ladder import Severity
from auditapp.relationships.rules import Sharing
from tests.relationships.issues.conftest import MONDAY, make_cast, utc

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
VERBS = (
    "edit",
    "ball",
    "pause",
    "jump",
    "answer",
    "move-up",
    "severity",
    "resolve",
    "accept",
    "reopen",
    "withdraw",
)


@pytest.fixture
def cast(unit):
    return unit(make_cast)


@pytest.fixture
def at(monkeypatch):
    """Set the clock, for the server too."""

    def to(text):
        moment = utc(text)
        monkeypatch.setattr(clock, "now", lambda: moment)

    to("2026-11-09 15:00")
    return to


@pytest.fixture
def base(cast):
    return f"/relationships/{cast.relationship.ref}/issues"


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def form_of(answer):
    """The hidden version and stay of a page's form."""
    html = answer.get_data(as_text=True)
    return {
        name: re.search(rf'name="{name}"[^>]*value="(\d+)"', html).group(1) for name in ("version", "stay")
    }


def send(browser, url, **values):
    return browser.post(url, data=form_of(browser.get(url)) | values)


def the(unit, ref="IS-2026-001"):
    return unit(lambda s: s.scalars(sa.select(Issue).where(Issue.ref == ref)).one(), "read")


NEW = {
    "title": "Late again",
    "kind": "delivery",
    "severity": "moderate",
    "sharing": "shared",
    "description": "Thrice",
    "impact": "",
}


def test_an_issue_is_raised_and_its_page_says_whose_turn_it_is(cast, client_of, base, at, unit):
    mia = client_of(cast.manager)
    assert "No issues run" in text_of(mia.get(base))
    assert "5/10/10/20 moderate" in text_of(mia.get(f"{base}/new"))
    answer = mia.post(f"{base}/new", data=NEW)
    assert answer.location == f"{base}/IS-2026-001"
    page = text_of(mia.get(answer.location))
    partner = unit(lambda s: s.get(type(cast.relationship), cast.relationship.id).partners[0].name, "read")
    assert f"{partner} (Yara Yew, Operational) has until Monday 16 November." in page
    assert "If it is not resolved then, it moves to joint management." in page
    assert "0 of 5 working days are used" in page
    yara = client_of(cast.lead)
    page = text_of(yara.get(answer.location))
    assert "It is your turn (Operational): you have until Monday 16 November." in page
    assert "Late again" in text_of(yara.get(base))
    assert "History" not in page


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(cast, client_of, base, at):
    mia = client_of(cast.manager)
    answer = mia.post(f"{base}/new", data=NEW | {"severity": "", "sharing": ""})
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert 'value="Late again"' in html
    assert "Choose how severe it is." in html
    assert "Choose who reads it." in html


def test_the_whole_way_by_its_pages(cast, client_of, base, at, unit):
    mia, yara = client_of(cast.manager), client_of(cast.lead)
    mia.post(f"{base}/new", data=NEW)
    here = f"{base}/IS-2026-001"
    send(yara, f"{here}/ball", to="own", note="Which dock is meant?")
    assert the(unit).awaited is Party.OWN
    refused = send(mia, f"{here}/pause", until_on="2026-11-09", reason="Stocktaking")
    assert refused.status_code == 422
    assert "Choose a day to come." in text_of(refused)
    assert "Stocktaking" in text_of(refused)
    send(mia, f"{here}/pause", until_on="2026-11-16", reason="Stocktaking")
    assert "A pause of the clock is proposed" in text_of(mia.get(here))
    assert "Answer the proposal" in text_of(yara.get(here))
    assert "They propose that the clock stands until the end of Sunday 15 November." in text_of(
        yara.get(f"{here}/answer")
    )
    send(yara, f"{here}/answer", agreed="yes", answer="")
    assert the(unit).going is Going.PAUSED
    assert "It goes on by itself after Sunday 15 November" in text_of(mia.get(here))
    assert yara.post(f"{here}/resume", data=form_of(yara.get(here))).status_code == 302
    assert the(unit).going is Going.RUNNING
    send(mia, f"{here}/jump", to_level="3", reason="It cannot wait")
    send(yara, f"{here}/answer", agreed="no", answer="It can")
    send(mia, f"{here}/move-up", reason="We agree on nothing")
    assert the(unit).level == 2
    send(mia, f"{here}/severity", severity="serious", reason="Two sites stand still")
    assert the(unit).severity is Severity.SERIOUS
    mia.post(f"{here}/comment", data={"text": "Dock four", "kind": "proposal", "sharing": "internal"})
    assert the(unit).awaited is Party.PARTNER
    piet = client_of(cast.partner_manager)
    send(piet, f"{here}/resolve", cause="No slots", resolution="Slots", lesson="Book early")
    assert the(unit).status is Status.RESOLVED
    page = text_of(mia.get(here))
    assert "Answer the resolution" in page
    refused = send(mia, f"{here}/accept", agreed="no", answer="")
    assert "Say what is missing." in text_of(refused)
    send(mia, f"{here}/accept", agreed="no", answer="Not for site two")
    assert "Not for site two" in text_of(piet.get(here))
    send(piet, f"{here}/resolve", cause="No slots", resolution="Slots at both sites", lesson="Book early")
    send(mia, f"{here}/accept", agreed="yes", answer="")
    page = text_of(mia.get(here))
    assert "at joint management. Nobody has to do anything." in page
    assert "What was proposed" in page
    send(piet, f"{here}/reopen", reason="It came back")
    assert the(unit).status is Status.OPEN
    send(mia, f"{here}/withdraw", reason="It was settled in the meeting")
    assert the(unit).status is Status.WITHDRAWN
    assert "Late again" in text_of(mia.get(f"{base}?show=ended"))


def test_a_level_whose_time_is_over_never_looks_as_if_it_ran(cast, client_of, base, at, unit):
    mia = client_of(cast.manager)
    mia.post(f"{base}/new", data=NEW)
    here = f"{base}/IS-2026-001"
    at("2026-11-18 09:00")  # no tick
    page = text_of(mia.get(here))
    assert "The time of the operational level ran out with Monday 16 November." in page
    assert "(Piet Populier, Joint management) has until Monday 30 November." in page
    assert "Time is over" in text_of(mia.get(base))
    assert the(unit).level == 1
    # What is done then is done on the level that was shown.
    send(mia, f"{here}/move-up", reason="To the SERs")
    assert the(unit).level == 3


def test_a_page_from_before_the_move_is_stale(cast, client_of, base, at, unit):
    mia = client_of(cast.manager)
    mia.post(f"{base}/new", data=NEW)
    url = f"{base}/IS-2026-001/move-up"
    seen = form_of(mia.get(url))
    at("2026-11-18 09:00")
    answer = mia.post(url, data=seen | {"reason": "Time for management"})
    assert answer.status_code == 409
    assert "Time for management" in text_of(answer)
    assert "While you were looking" in text_of(answer)
    assert mia.post(url, data=form_of(answer) | {"reason": "So be it"}).status_code == 302
    assert the(unit).level == 3


def test_silence_shows_as_what_it_is_before_any_tick(cast, client_of, base, at, unit):
    mia = client_of(cast.manager)
    mia.post(f"{base}/new", data=NEW)
    here = f"{base}/IS-2026-001"
    send(mia, f"{here}/resolve", cause="A", resolution="B", lesson="C")
    at("2026-12-18 09:00")
    page = text_of(mia.get(here))
    assert "Resolved on Monday 16 November" in page or "Resolved on Tuesday 17 November" in page
    assert "Reopen it" in page


def internal_and_shared(s, cast):
    shared = cast.raised(s, title="Shared one")
    internal = cast.raised(s, title="Internal one", sharing=Sharing.INTERNAL)
    service.comment(s, actor=cast.manager, at=MONDAY, issue=shared, text="Between ourselves")
    service.comment(s, actor=cast.manager, at=MONDAY, issue=shared, text="For both", sharing=Sharing.SHARED)
    return shared.ref, internal.ref


def test_a_contact_sees_the_shared_half_and_nothing_else(cast, client_of, base, at, unit):
    shared, internal = unit(lambda s: internal_and_shared(s, cast))
    yara = client_of(cast.lead)
    page = text_of(yara.get(base))
    assert "Shared one" in page
    assert "Internal one" not in page
    page = text_of(yara.get(f"{base}/{shared}"))
    assert "For both" in page
    assert "Between ourselves" not in page
    for verb in ("", *(f"/{one}" for one in VERBS)):
        assert yara.get(f"{base}/{internal}{verb}").status_code == 404
        if verb:
            assert yara.post(f"{base}/{internal}{verb}", data={}).status_code == 404
    for verb in ("comment", "resume", "take-back"):
        assert yara.post(f"{base}/{internal}/{verb}", data={"text": "Hello"}).status_code == 404
    assert yara.post(f"{base}/{shared}/share").status_code == 403
    for url in ("/issues/", "/issues/export.csv", "/issues/export.xlsx", f"{base}/ladder/edit"):
        assert yara.get(url).status_code == 403
    assert yara.get(f"{base}/ladder").status_code == 200
    zoe = client_of(cast.stranger)
    for url in (base, f"{base}/{shared}", f"{base}/new", f"{base}/ladder"):
        assert zoe.get(url).status_code == 404


def test_a_contact_raises_for_both_and_cannot_choose_otherwise(cast, client_of, base, at, unit):
    yara = client_of(cast.lead)
    assert "Who reads it" not in text_of(yara.get(f"{base}/new"))
    answer = yara.post(f"{base}/new", data=NEW | {"sharing": "internal"})
    assert answer.status_code == 302
    assert the(unit).sharing is Sharing.SHARED
    yara.post(f"{base}/IS-2026-001/comment", data={"text": "Please", "sharing": "internal"})
    (said,) = unit(lambda s: s.scalars(sa.select(IssueComment)).all(), "read")
    assert said.sharing is Sharing.SHARED


def test_who_only_reads_is_offered_nothing(cast, client_of, base, at, unit):
    shared, _ = unit(lambda s: internal_and_shared(s, cast))
    sam = client_of(cast.viewer)
    page = text_of(sam.get(f"{base}/{shared}"))
    for words in ("Resolve it", "Move it up", "Say it", "Withdraw it"):
        assert words not in page
    for verb in VERBS:
        assert sam.get(f"{base}/{shared}/{verb}").status_code == 403
        assert sam.post(f"{base}/{shared}/{verb}", data={"reason": "x"}).status_code == 403
    assert sam.post(f"{base}/{shared}/comment", data={"text": "I too"}).status_code == 403


def test_pages_for_what_cannot_be_done_are_no_traps(cast, client_of, base, at, unit):
    shared, _ = unit(lambda s: internal_and_shared(s, cast))
    mia = client_of(cast.manager)
    for verb in ("answer", "accept", "reopen"):
        assert mia.get(f"{base}/{shared}/{verb}").status_code == 409
    assert mia.get(f"{base}/IS-2026-099").status_code == 404
    assert mia.get(f"/relationships/R-00/issues/{shared}").status_code == 404


def test_the_ladder_is_read_by_both_and_set_by_who_runs_it(cast, client_of, base, at, unit):
    mia = client_of(cast.manager)
    page = mia.get(f"{base}/ladder/edit")
    html = page.get_data(as_text=True)
    names = set(re.findall(r'name="((?:days|person|name|zone|own_zone)[^"]*)"', html))
    assert len(names) == 12 + 2 * 8 + 2
    values = dict.fromkeys(names, "")
    for level in range(1, 5):
        values |= {f"days_{level}_moderate": "4", f"days_{level}_serious": "3", f"days_{level}_critical": "2"}
    partner = next(name for name in names if name.startswith("zone_"))
    values |= {
        "version": "0",
        "expiry": "ask",
        "answer_days": "3",
        partner: "Europe/Paris",
        "name_4_own": "Tess Thyme",
    }
    wrong = mia.post(f"{base}/ladder/edit", data=values | {"days_2_critical": "9"})
    assert wrong.status_code == 422
    assert "cannot have more time" in text_of(wrong)
    assert mia.post(f"{base}/ladder/edit", data=values).status_code == 302
    for who in (cast.manager, cast.lead, cast.viewer):
        page = text_of(client_of(who).get(f"{base}/ladder"))
        assert "Tess Thyme" in page
        assert "Europe/Paris" in page
    assert mia.post(f"{base}/ladder/edit", data=values).status_code == 409
    assert client_of(cast.ser).get(f"{base}/ladder/edit").status_code == 403


def test_the_register_narrows(cast, client_of, base, at, unit):
    unit(lambda s: internal_and_shared(s, cast))
    unit(lambda s: cast.raised(s, by="lead", title="A critical one", severity=Severity.CRITICAL).ref)
    mia, sam = client_of(cast.manager), client_of(cast.viewer)
    rel = cast.relationship.id
    for query, there, gone in (
        ("", ("Shared one", "Internal one", "A critical one"), ()),
        ("severity=critical", ("A critical one",), ("Shared one",)),
        ("severity=huge&level=9&kind=no&relationship=x&page=-3", ("Shared one",), ()),
        (f"relationship={rel}&level=1", ("Shared one", "A critical one"), ()),
        ("level=2", (), ("Shared one",)),
        ("kind=contract", (), ("Shared one",)),
        ("q=critical", ("A critical one",), ("Shared one",)),
        ("show=ended", (), ("Shared one",)),
        ("mine=yes", ("Shared one",), ()),
        ("overdue=yes", (), ("Shared one",)),
    ):
        page = text_of(mia.get(f"/issues/?{query}"))
        assert all(one in page for one in there), query
        assert not any(one in page for one in gone), query
    assert "Shared one" not in text_of(sam.get("/issues/?mine=yes"))
    at("2026-11-20 09:00")
    assert "A critical one" in text_of(mia.get("/issues/?overdue=yes"))


def test_the_files_keep_texts_as_texts(cast, client_of, at, unit):
    unit(lambda s: cast.raised(s, title="=cmd|' /C calc'!A0", description="@SUM(1)").ref)
    mia = client_of(cast.manager)
    csv = file_of(mia, "/issues/export.csv").decode("utf-8")
    assert "'=cmd|" in csv
    assert "'@SUM" in csv
    with ZipFile(BytesIO(file_of(mia, "/issues/export.xlsx?severity=moderate"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=cmd|" in sheet
    assert "Deliveries" not in file_of(mia, "/issues/export.csv?severity=critical").decode("utf-8")


def test_lists_cost_the_same_at_any_length(cast, client_of, base, at, unit):
    mia, yara = client_of(cast.manager), client_of(cast.lead)
    counted = {}
    for size in (2, 24):
        unit(lambda s, n=size: [cast.raised(s, title=f"Issue {k}").ref for k in range(n)])
        for who, browser, url in (
            ("mia", mia, base), ("yara", yara, base), ("mia", mia, "/issues/"), ("mia", mia, f"{base}/IS-2026-001"),
        ):  # fmt: skip
            counted.setdefault((who, url), []).append(statements(browser, url))
    for key, (few, many) in counted.items():
        assert many <= few, (key, few, many)
    assert counted["mia", f"{base}/IS-2026-001"][0] <= 24


def test_an_issue_with_a_long_past_costs_no_more(cast, client_of, base, at, unit):
    ref = unit(lambda s: cast.raised(s).ref)
    mia = client_of(cast.manager)
    first = statements(mia, f"{base}/{ref}")

    def busy(s):
        issue = s.scalars(sa.select(Issue).where(Issue.ref == ref)).one()
        for number in range(12):
            to = (Party.OWN, Party.PARTNER)[number % 2]
            service.pass_ball(s, actor=cast.manager, at=MONDAY, issue=issue, to=to, note=str(number))
            service.comment(s, actor=cast.lead, at=MONDAY, issue=issue, text=str(number))
        service.move_up(s, actor=cast.manager, at=MONDAY, issue=issue, reason="x")

    unit(busy)
    assert statements(mia, f"{base}/{ref}") <= first + 1


def file_of(browser, url):
    with browser.get(url) as answer:
        assert answer.status_code == 200
        return answer.get_data()


def statements(browser, url):
    found = []

    def listen(*args):
        found.append(args[2])

    with browser.application.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        assert browser.get(url).status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", listen)
    return len([one for one in found if one.lstrip().upper().startswith(("SELECT", "WITH"))])
