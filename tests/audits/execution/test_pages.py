"""The pages of the walk, of evidence and of findings, as somebody with a browser sees them."""

import re
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from auditapp.audits.execution.model import Answer, AnswerConflict, Finding, Meeting
from auditapp.audits.execution.rules import FindingStatus, Grade, Result
from auditapp.audits.execution.service import raise_finding
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import now
from auditapp.kit.db import db

FETCH = {"X-Requested-With": "fetch"}


def statements_of(app, call):
    """How many statements a request makes, without the ones that begin and end its transaction."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA", "SET TRANSACTION", "SELECT pg_advisory")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        reply = call()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert reply.status_code < 400, reply.text
    return seen


def known_of(page, n):
    return re.search(rf'id="q{n}".*?name="known" value="([^"]*)"', page, re.DOTALL).group(1)


def test_statements_do_not_grow_with_the_questions(app, unit, client_of, make):
    few = unit(lambda s: make(s, libraries=("iso44001-2017",), limit=10, ref="IA-2026-010"))
    many = unit(lambda s: make(s, libraries=("iso44001-2017", "bs11000-1-2010"), ref="IA-2026-150"))
    assert (len(few.questions), len(many.questions)) == (10, 148)
    counts = []
    for cast in (few, many):
        browser = client_of(cast.auditor)
        for n in (0, 3):
            browser.post(
                f"/audits/{cast.ref}/walk/{cast.questions[n]}/answer",
                data={"result": "conforms"},
                headers=FETCH,
            )
        page = partial(browser.get, f"/audits/{cast.ref}/walk")
        cold, warm = statements_of(app, page), statements_of(app, page)
        counts.append((len(cold), len(warm)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 12
    assert counts[0][1] <= 6


def test_one_saved_answer_is_a_handful_of_statements(app, cast, client_of):
    browser = client_of(cast.auditor)
    url = f"/audits/{cast.ref}/walk/{cast.questions[0]}/answer"
    made = statements_of(app, lambda: browser.post(url, data={"note": "seen"}, headers=FETCH))
    assert len(made) <= 6, made


def test_the_walk_shows_every_question_with_its_answers(cast, client_of):
    page = client_of(cast.auditor).get(f"/audits/{cast.ref}/walk").text
    assert page.count('<article class="question"') == len(cast.questions)
    assert page.count('value="arranged"') >= len(cast.questions)
    assert "\x00" not in page
    assert 'capture="environment"' in page


def test_a_field_is_saved_and_stands_on_the_page(cast, client_of):
    browser = client_of(cast.auditor)
    url = f"/audits/{cast.ref}/walk/{cast.questions[0]}/answer"
    told = browser.post(url, data={"result": "good_practice"}, headers=FETCH).get_json()
    assert (told["result"], told["answered"], told["conflicts"]) == ("good_practice", True, [])
    assert re.fullmatch(r"Saved \d\d:\d\d", told["words"])
    page = browser.get(f"/audits/{cast.ref}/walk").text
    assert known_of(page, 1) == f"result={told['tokens']['result']}"
    assert "Aud Auditor" in page
    assert f"1 of {len(cast.questions)}" in page


def test_a_card_is_drawn_anew_when_its_answer_changes(cast, client_of):
    first, second = client_of(cast.auditor), client_of(cast.leader)
    url = f"/audits/{cast.ref}/walk"
    assert "Words of the auditor" not in second.get(url).text
    first.post(f"{url}/{cast.questions[4]}/answer", data={"note": "Words of the auditor"}, headers=FETCH)
    assert "Words of the auditor" in second.get(url).text


def test_two_auditors_at_the_same_field(unit, cast, client_of):
    url = f"/audits/{cast.ref}/walk/{cast.questions[0]}/answer"
    client_of(cast.auditor).post(url, data={"note": "one"}, headers=FETCH)
    browser = client_of(cast.leader)
    met = browser.post(url, data={"note": "<b>two</b>"}, headers=FETCH)
    told = met.get_json()
    assert met.status_code == 409
    assert told["conflicts"][0]["kept"] == "one"
    assert "&lt;b&gt;two" in told["extras"]
    assert "This one holds" in browser.get(f"/audits/{cast.ref}/conflicts").text
    settled = browser.post(
        f"/audits/{cast.ref}/conflicts/{told['conflicts'][0]['id']}", data={"other": "1", "seen": "1"}
    )
    assert settled.status_code == 302
    assert unit(lambda s: s.get(Answer, cast.questions[0]).note, "read") == "<b>two</b>"
    assert "Nothing to choose" in browser.get(f"/audits/{cast.ref}/conflicts").text


def test_the_plain_form_works_without_a_script(unit, cast, client_of):
    browser = client_of(cast.auditor)
    page = browser.get(f"/audits/{cast.ref}/walk?show=unanswered").text
    reply = browser.post(
        f"/audits/{cast.ref}/walk/{cast.questions[1]}/answer",
        data={
            "known": known_of(page, 2), "result": "not_applicable", "reason": "Not begun", "note": "", "evidence": "",
            "interviewees": "", "sample": "", "flagged": ["0", "1"],
        },
        headers={"Referer": f"http://localhost/audits/{cast.ref}/walk?show=unanswered"},
    )  # fmt: skip
    assert reply.location == f"/audits/{cast.ref}/walk?show=unanswered#q2"
    answer = unit(lambda s: s.get(Answer, cast.questions[1]), "read")
    assert (answer.result, answer.reason, answer.flagged) == (Result.NOT_APPLICABLE, "Not begun", True)
    page = browser.get(f"/audits/{cast.ref}/walk").text
    again = browser.post(
        f"/audits/{cast.ref}/walk/{cast.questions[1]}/answer",
        data={"known": known_of(page, 2), "result": "not_applicable", "reason": "Not begun", "flagged": "0"},
    )
    assert again.status_code == 302
    assert not unit(lambda s: s.get(Answer, cast.questions[1]).flagged, "read")


def test_filters_and_search_narrow_the_walk(cast, client_of):
    browser = client_of(cast.auditor)
    url = f"/audits/{cast.ref}/walk"
    browser.post(
        f"{url}/{cast.questions[0]}/answer", data={"result": "conforms", "flagged": "1"}, headers=FETCH
    )

    def shown(query):
        return browser.get(f"{url}?{query}").text.count('<article class="question"')

    assert shown("show=unanswered") == len(cast.questions) - 1
    assert shown("show=flagged") == 1
    assert shown("show=mine") == 0
    assert 0 < shown(f"relationship={cast.relationship_ref}") <= len(cast.questions)
    assert shown("q=nothing-at-all-like-this") == 0
    assert shown("show=nonsense") == len(cast.questions)


def test_the_marks_of_the_walk_cannot_come_from_an_address(cast, client_of):
    browser = client_of(cast.auditor)
    for words in ("%00", "%00cards-1%00", "%00csrf%00", "a%00b"):
        page = browser.get(f"/audits/{cast.ref}/walk?q={words}&relationship={words}")
        assert page.status_code == 200
        assert "\x00" not in page.text
    assert browser.get(f"/audits/{cast.ref}%00/walk").status_code == 404


def test_sections_are_shared_out(cast, client_of):
    leader = client_of(cast.leader)
    page = leader.get(f"/audits/{cast.ref}/assign").text
    assert 'name="person-0"' in page
    assert (
        leader.post(f"/audits/{cast.ref}/assign", data={"person-0": str(cast.auditor.person_id)}).status_code
        == 302
    )
    browser = client_of(cast.auditor)
    assert '<article class="question"' in browser.get(f"/audits/{cast.ref}/walk?show=mine").text
    assert browser.post(f"/audits/{cast.ref}/assign", data={"person-0": ""}).status_code == 403


def test_readers_read_and_strangers_do_not(cast, client_of):
    for who, status in ((cast.reader, 200), (cast.auditee, 200), (cast.outsider, 404)):
        browser = client_of(who)
        for page in ("walk", "findings", "evidence", "conflicts"):
            assert browser.get(f"/audits/{cast.ref}/{page}").status_code == status, page
    page = client_of(cast.reader).get(f"/audits/{cast.ref}/walk").text
    assert "<textarea" not in page
    url = f"/audits/{cast.ref}/walk/{cast.questions[0]}/answer"
    assert client_of(cast.reader).post(url, data={"note": "x"}, headers=FETCH).status_code == 403
    assert client_of(cast.outsider).post(url, data={"note": "x"}, headers=FETCH).status_code == 404


def test_after_the_closing_meeting_the_walk_says_whose_turn_it_is(unit, cast, client_of):
    unit(lambda s: setattr(s.get(Audit, cast.audit_id), "status", AuditStatus.REPORTING))
    browser = client_of(cast.auditor)
    page = browser.get(f"/audits/{cast.ref}/walk").text
    assert "<textarea" not in page
    assert "closing meeting was held" in page
    refused = browser.post(
        f"/audits/{cast.ref}/walk/{cast.questions[0]}/answer", data={"note": "late"}, headers=FETCH
    )
    assert refused.status_code == 409
    assert "audit team leader" in refused.get_json()["error"]


def test_the_opening_meeting_begins_the_walk(unit, client_of, make):
    cast = unit(lambda s: make(s, opened=False))
    leader = client_of(cast.leader)
    assert "opening meeting comes first" in leader.get(f"/audits/{cast.ref}/walk").text
    assert client_of(cast.auditor).get(f"/audits/{cast.ref}/open").status_code == 403
    assert "Lea Leader" in leader.get(f"/audits/{cast.ref}/open").text
    ahead = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    wrong = leader.post(f"/audits/{cast.ref}/open", data={"held_at": ahead, "participants": "Everybody"})
    assert wrong.status_code == 422
    assert "Everybody" in wrong.text
    reply = leader.post(
        f"/audits/{cast.ref}/open", data={"held_at": "2026-03-02T09:00", "participants": "All"}
    )
    assert reply.location.endswith(f"/audits/{cast.ref}/walk")
    assert unit(lambda s: s.scalar(sa.select(Meeting.participants)), "read") == "All"
    assert leader.get(f"/audits/{cast.ref}/open").status_code == 409


def test_a_finding_in_two_taps(cast, client_of):
    browser = client_of(cast.auditor)
    url = f"/audits/{cast.ref}/walk"
    browser.post(f"{url}/{cast.questions[2]}/answer", data={"result": "nonconforming"}, headers=FETCH)
    refused = browser.post(f"/audits/{cast.ref}/findings", data={"question": "3"}, headers=FETCH)
    assert refused.status_code == 422
    for statement in ("\x00", "bell\x07", "x" * 20_001):
        data = {"question": "3", "grade": "minor", "statement": statement}
        reply = browser.post(f"/audits/{cast.ref}/findings", data=data, headers=FETCH)
        assert (reply.status_code, reply.get_json()["field"]) == (422, "statement")
    told = browser.post(
        f"/audits/{cast.ref}/findings", data={"question": "3", "grade": "minor"}, headers=FETCH
    )
    assert told.status_code == 201
    page = browser.get(told.get_json()["page"]).text
    assert "No objective evidence was found for" in page
    assert told.get_json()["ref"] in browser.get(url).text


def test_a_finding_is_written_edited_supported_and_withdrawn_on_pages(unit, cast, client_of):
    browser = client_of(cast.auditor)
    browser.post(
        f"/audits/{cast.ref}/walk/{cast.questions[0]}/answer",
        data={"result": "observation", "note": "A note"},
        headers=FETCH,
    )
    page = browser.get(f"/audits/{cast.ref}/findings/new?question=1").text
    assert "A note" in page
    assert re.search(r'value="observation"[^>]*checked|checked[^>]*value="observation"', page)
    empty = browser.post(
        f"/audits/{cast.ref}/findings", data={"question": "1", "grade": "minor", "statement": ""}
    )
    assert empty.status_code == 422
    requirement = re.search(r'name="requirements" value="([^"]+)" checked', page).group(1)
    made = browser.post(
        f"/audits/{cast.ref}/findings",
        data={
            "question": "1", "grade": "minor", "statement": "What was found", "objective_evidence": "Minutes",
            "requirements": requirement, "relationship": str(cast.relationship_id),
            "auditee": str(cast.auditee.person_id),
        },
    )  # fmt: skip
    assert made.location.endswith("#q1")
    found = unit(lambda s: s.scalar(sa.select(Finding)), "read")
    assert found.ref == f"{cast.ref}-F1"
    assert len(found.requirements) == 1
    page = browser.get(f"/findings/{found.ref}").text
    assert "Ede Auditee" in page
    assert "A note" in page
    values = {
        "grade": "major", "statement": "Found more", "objective_evidence": "", "relationship": "", "auditee": "",
        "version": "1",
    }  # fmt: skip
    assert browser.get(f"/findings/{found.ref}/edit").status_code == 200
    assert browser.post(f"/findings/{found.ref}/edit", data=values).status_code == 302
    stale = browser.post(f"/findings/{found.ref}/edit", data=values | {"statement": "My words stay"})
    assert stale.status_code == 409
    assert "My words stay" in stale.text
    assert browser.get(f"/findings/{found.ref}/answers").status_code == 200
    chosen = [str(one) for one in cast.questions[:3]]
    assert browser.post(f"/findings/{found.ref}/answers", data={"question": chosen}).status_code == 302
    assert browser.post(f"/findings/{found.ref}/withdraw", data={"reason": ""}).status_code == 422
    assert browser.post(f"/findings/{found.ref}/withdraw", data={"reason": "Wrong"}).status_code == 302
    assert unit(lambda s: s.scalar(sa.select(Finding.status)), "read") is FindingStatus.WITHDRAWN
    assert browser.get(f"/findings/{found.ref}/edit").status_code == 200
    assert browser.post(f"/findings/{found.ref}/edit", data=values | {"version": "3"}).status_code == 409


def test_the_register_of_findings_is_narrowed_by_its_address(app, unit, client_of, make):
    cast = unit(make)

    def fill(session):
        for number in range(60):
            raise_finding(
                session, actor=cast.auditor, at=now(), audit=session.get(Audit, cast.audit_id),
                grade=Grade.MAJOR if number % 2 else Grade.GOOD_PRACTICE, statement=f"Statement {number} 100%",
                relationship_id=cast.relationship_id if number % 3 else None,
            )  # fmt: skip

    unit(fill)
    browser = client_of(cast.reader)

    def total(query):
        page = browser.get(f"/findings/?{query}").text
        found = re.search(r"of (\d+)</p>", page)
        return int(found.group(1)) if found else page.count('<th scope="row">')

    year = now().year
    assert total("") == 60
    assert total("grade=major") == 30
    assert total(f"relationship={cast.relationship_ref}") == 40
    assert total(f"year={year}") == 60
    assert total(f"year={year - 1}") == 0
    assert total("status=withdrawn") == 0
    assert total("q=100%25") == 60
    assert total("q=statement+59+100%25") == 1
    assert total("grade=nonsense&year=0&page=-4") == 60
    assert len(statements_of(app, lambda: browser.get("/findings/"))) <= 8
    assert client_of(cast.outsider).get(f"/findings/{cast.ref}-F1").status_code == 404
    assert "Statement" not in client_of(cast.outsider).get("/findings/").text


def test_conflicts_are_counted_once(unit, cast, client_of):
    url = f"/audits/{cast.ref}/walk/{cast.questions[0]}/answer"
    client_of(cast.auditor).post(url, data={"result": "conforms"}, headers=FETCH)
    for _ in range(3):
        client_of(cast.leader).post(url, data={"result": "observation"}, headers=FETCH)
    assert unit(lambda s: s.scalar(sa.select(sa.func.count()).select_from(AnswerConflict)), "read") == 1
