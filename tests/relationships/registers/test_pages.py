"""The pages of the registers, in a browser's words: our own people, and a partner's contact."""

import io
import re

import openpyxl
import pytest

from auditapp.kit.clock import now
from auditapp.people.queries import today_of
from auditapp.relationships.model import RelationshipMember
from auditapp.relationships.registers.communications import service as communications
from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften
from auditapp.relationships.registers.ideas import service as ideas
from auditapp.relationships.registers.ideas.rules import Category
from auditapp.relationships.registers.lessons import service as lessons
from auditapp.relationships.registers.lessons.rules import Theme
from auditapp.relationships.registers.risks import service as risks
from auditapp.relationships.registers.risks.rules import RiskKind, Scores, Treatment
from auditapp.relationships.rules import MemberRole, Sharing
from bench.stage import statements
from tests.factories import make_person

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
EVIL = "=cmd|'/c calc'!A1"


def fill(session, cast, count=1, title="A thing", sharing=Sharing.SHARED):
    """So many rows in every register."""
    common = {"actor": cast.kim, "at": now(), "relationship_id": cast.found.id}
    for n in range(count):
        name = f"{title} {n}" if count > 1 else title
        risks.add_risk(
            session,
            content=risks.Content(
                kind=RiskKind.RISK, title=name, scores=Scores(likelihood=1 + n % 5, impact=3), treatment=Treatment.SHARE,
                sharing=sharing, owner_id=cast.kim.person_id,
            ),
            **common,
        )  # fmt: skip
        ideas.raise_idea(
            session,
            content=ideas.Content(
                title=name, category=Category.COST, sharing=sharing, owner_id=cast.kim.person_id,
                expected={None: ideas.Worth(amount=100, unit="gbp")},
            ),
            **common,
        )  # fmt: skip
        lesson = lessons.write_lesson(
            session,
            content=lessons.Content(
                title=name, happened="This", learned="That", themes=[Theme.RISK], sharing=sharing
            ),
            **common,
        )
        lessons.apply_lesson(
            session, actor=cast.kim, at=now(), lesson_id=lesson.id, what="Done so", on=today_of(session, now()),
            sharing=sharing,
        )  # fmt: skip
        communications.add_communication(
            session,
            content=communications.Content(
                what=name, audience=Audience.BOTH, channel=Channel.CALL, how_often=HowOften.WEEK,
                first_on=today_of(session, now()), sharing=sharing, owner_id=cast.kim.person_id,
            ),
            **common,
        )  # fmt: skip
        person = make_person(session, name=f"Member {n}")
        session.add(
            RelationshipMember(
                relationship_id=cast.found.id,
                person_id=person.person_id,
                role=MemberRole.JOINT_TEAM,
                added_at=now(),
            )
        )
    session.flush()


LISTS = (
    "/relationships/R-01/risks",
    "/relationships/R-01/risks?show=all&kind=risk&q=thing&sort=review",
    "/relationships/R-01/risks/matrix",
    "/relationships/R-01/ideas",
    "/relationships/R-01/ideas/board",
    "/relationships/R-01/lessons?theme=risk&applied=yes",
    "/lessons/?q=that",
    "/relationships/R-01/behaviours",
    "/relationships/R-01/communications?show=due",
)


@pytest.mark.parametrize("path", LISTS)
def test_statements_do_not_grow_with_rows(app, unit, client_of, cast, path):
    browser = client_of(cast.kim)
    counts = []
    for more in (1, 30):
        unit(lambda s, more=more: fill(s, cast, more))
        browser.get(path)
        with statements(app) as sent:
            answer = browser.get(path)
        assert answer.status_code == 200, answer.text
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 16


def links(page, part):
    """The addresses on a page that have a part in them."""
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', page) if part in one]


@pytest.mark.parametrize("room", ["risks", "ideas", "lessons", "communications"])
def test_an_empty_register_offers_the_first_step(client_of, cast, room):
    page = client_of(cast.kim).get(f"/relationships/R-01/{room}").text
    assert f"/relationships/R-01/{room}/new" in page
    looking = client_of(cast.vic).get(f"/relationships/R-01/{room}")
    assert looking.status_code == 200
    assert (f"/relationships/R-01/{room}/new" in looking.text) == (room in ("ideas", "lessons"))


RISK = {
    "kind": "risk", "title": "Late", "likelihood": "4", "impact": "5", "treatment": "reduce", "owner": "",
    "partner_owner": "", "sharing": "internal", "residual_likelihood": "", "residual_impact": "",
}  # fmt: skip


def test_a_risk_from_first_to_last(unit, client_of, cast):
    browser = client_of(cast.kim)
    wrong = browser.post("/relationships/R-01/risks/new", data=RISK | {"title": "", "cause": "kept as typed"})
    assert wrong.status_code == 422
    assert "kept as typed" in wrong.text
    wrong = browser.post("/relationships/R-01/risks/new", data=RISK | {"treatment": "exploit"})
    assert (wrong.status_code, 'id="treatment-error"' in wrong.text) == (422, True)
    made = browser.post("/relationships/R-01/risks/new", data=RISK)
    assert made.status_code == 302, made.text
    page = browser.get(made.location).text
    assert "Late" in page
    assert "First assessment." in page
    edit = browser.get(f"{made.location}/edit").text
    version = re.search(r'name="version" value="(\d+)"', edit)[1]
    changed = RISK | {"title": "Very late", "version": version}
    assert browser.post(f"{made.location}/edit", data=changed).status_code == 302
    again = browser.post(f"{made.location}/edit", data=changed | {"title": "Lost"})
    assert (again.status_code, "Somebody changed this" in again.text) == (409, True)
    version = re.search(r'name="version" value="(\d+)"', browser.get(f"{made.location}/review").text)[1]
    said = {
        "said": "Better",
        "likelihood": "2",
        "impact": "5",
        "residual_likelihood": "1",
        "residual_impact": "5",
        "version": version,
    }
    assert browser.post(f"{made.location}/review", data=said).status_code == 302
    assert "Better" in browser.get(made.location).text
    version = re.search(r'name="version" value="(\d+)"', browser.get(f"{made.location}/close").text)[1]
    assert browser.post(f"{made.location}/close", data={"version": version}).status_code == 422
    assert (
        browser.post(f"{made.location}/close", data={"version": version, "reason": "Over"}).status_code == 302
    )
    page = browser.get(made.location).text
    assert "Closed" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert browser.post(f"{made.location}/reopen", data={"version": version}).status_code == 302
    cells = links(browser.get("/relationships/R-01/risks/matrix").text, "likelihood=2")
    assert len(cells) == 1
    assert "Very late" in browser.get(cells[0]).text
    assert "Very late" not in browser.get("/relationships/R-01/risks?likelihood=5&impact=5").text


def test_the_walk_through_what_is_due(unit, client_of, cast):
    unit(lambda s: fill(s, cast, 2, title="Due one"))
    browser = client_of(cast.kim)
    assert client_of(cast.vic).get("/relationships/R-01/risks/review").status_code == 403
    done = browser.get("/relationships/R-01/risks/review")
    assert (done.status_code, "Nothing in the register waits" in done.text) == (200, True)
    page = browser.get(links(browser.get("/relationships/R-01/risks").text, "/risks/RK-")[0]).text
    close = links(page, "/close")[0]
    version = re.search(r'name="version" value="(\d+)"', browser.get(close).text)[1]
    browser.post(close, data={"version": version, "reason": "x"})
    page = browser.get(close.removesuffix("/close")).text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    browser.post(close.replace("/close", "/reopen"), data={"version": version})  # now it waits for a review
    walk = browser.get("/relationships/R-01/risks/review")
    assert walk.location.endswith("/review?walk=1")
    finish = {"on": "2026-01-01", "outcome": "All seen"}
    assert browser.post("/relationships/R-01/risks/review", data=finish).status_code == 409
    version = re.search(r'name="version" value="(\d+)"', browser.get(walk.location).text)[1]
    said = {
        "said": "Same",
        "likelihood": "2",
        "impact": "3",
        "residual_likelihood": "",
        "residual_impact": "",
        "version": version,
    }
    assert browser.post(walk.location, data=said).location.endswith("/risks/review")
    assert browser.post("/relationships/R-01/risks/review", data=finish).status_code == 302


def test_an_idea_that_both_accept_and_that_brings_something(unit, client_of, cast):
    ours, theirs = client_of(cast.kim), client_of(cast.wes)
    form = {
        "title": "One boat for both", "category": "cost", "owner": str(cast.kim.person_id), "amount_0": "1200.50",
        "unit_0": "gbp", "words_0": "", "amount_1": "", "unit_1": "", "words_1": "Fewer trips",
    }  # fmt: skip
    wrong = theirs.post("/relationships/R-01/ideas/new", data=form | {"unit_0": ""})
    assert (wrong.status_code, "Say of what" in wrong.text) == (422, True)
    made = theirs.post("/relationships/R-01/ideas/new", data=form)
    assert made.status_code == 302, made.text
    idea = made.location
    page = ours.get(idea).text
    assert "1\u202f200.50 GBP" in page
    assert "Fewer trips" in page
    assert links(page, "/edit") == []  # it is theirs

    def version(browser, path):
        return re.search(r'name="version" value="(\d+)"', browser.get(path).text)[1]

    no = {
        "party": "",
        "verdict": "declined",
        "reason": "",
        "said_by": "",
        "version": version(ours, f"{idea}/decision"),
    }
    assert ours.post(f"{idea}/decision", data=no).status_code == 422
    yes = no | {"verdict": "accepted"}
    assert ours.post(f"{idea}/decision", data=yes).status_code == 302
    mine = {
        "party": str(cast.partner_id),
        "verdict": "accepted",
        "version": version(theirs, f"{idea}/decision"),
    }
    assert (
        theirs.post(f"{idea}/decision", data=mine | {"party": ""}).status_code == 422
    )  # not for the other party
    assert theirs.post(f"{idea}/decision", data=mine).status_code == 302
    page = ours.get(idea).text
    assert "Accepted. To be carried out by Kim Kapok." in page
    assert ours.post(f"{idea}/start", data={"version": version(ours, idea)}).status_code == 302
    value = {
        "party": "",
        "on": "2026-01-05",
        "amount": "800",
        "unit": "GBP",
        "words": "",
        "shared_how": "Half each",
    }
    assert ours.post(f"{idea}/value", data=value | {"amount": ""}).status_code == 422
    assert ours.post(f"{idea}/value", data=value).status_code == 302
    assert theirs.post(f"{idea}/value", data=value).status_code == 422  # of theirs only
    assert theirs.post(f"{idea}/value", data=value | {"party": str(cast.partner_id)}).status_code == 302
    realised = {"version": version(ours, f"{idea}/realise"), "lesson": "Ask earlier"}
    assert ours.post(f"{idea}/realise", data=realised).status_code == 302
    assert "Ask earlier" in theirs.get(idea).text
    page = theirs.get("/relationships/R-01/ideas?show=realised").text
    assert page.count("800 GBP") >= 2
    back = re.findall(r'action="([^"]+/value/[^"]+/back)"', theirs.get(idea).text)
    assert len(back) == 1
    assert theirs.post(back[0]).status_code == 302
    assert theirs.get("/relationships/R-01/ideas").text.count("800 GBP") == 1


def test_a_lesson_is_written_found_and_applied(unit, client_of, cast):
    ours, theirs = client_of(cast.vic), client_of(cast.wes)
    form = {
        "title": "Ask the harbour first",
        "happened": "We waited",
        "learned": "Tides rule",
        "themes": ["delivery", "risk"],
        "stage": "",
        "learned_on": "2026-01-05",
    }
    made = theirs.post("/relationships/R-01/lessons/new", data=form | {"sharing": "internal"})
    assert made.status_code == 302, made.text
    inside = ours.post(
        "/relationships/R-01/lessons/new", data=form | {"title": "A secret", "sharing": "internal"}
    )
    assert inside.status_code == 302
    index = ours.get("/lessons/?q=tides+harbour&theme=risk").text
    assert "Ask the harbour first" in index
    assert "A secret" not in index
    assert theirs.get("/lessons/").status_code == 403
    assert theirs.get(inside.location).status_code == 404
    assert "A secret" not in theirs.get("/relationships/R-01/lessons").text
    applied = {
        "what": "Asked in March",
        "on": "2026-03-01",
        "relationship": str(cast.other.id),
        "sharing": "internal",
    }
    assert ours.post(f"{made.location}/apply", data=applied | {"sharing": "shared"}).status_code == 422
    assert ours.post(f"{made.location}/apply", data=applied).status_code == 302
    assert "R-02" in ours.get(made.location).text
    assert "Asked in March" not in theirs.get(made.location).text
    assert "Ask the harbour first" in ours.get("/lessons/?applied=yes").text
    assert "Not applied yet" in theirs.get(made.location).text
    assert ours.get(f"{made.location}/edit").status_code == 403
    version = re.search(r'name="version" value="(\d+)"', theirs.get(f"{made.location}/edit").text)[1]
    assert theirs.post(f"{made.location}/withdraw", data={"version": version}).status_code == 302
    assert "Ask the harbour first" not in ours.get("/lessons/").text
    assert "Ask the harbour first" in ours.get("/relationships/R-01/lessons?show=withdrawn").text


def test_the_plan_of_communications(unit, client_of, cast):
    ours, theirs = client_of(cast.kim), client_of(cast.wes)
    form = {
        "what": "Weekly call", "purpose": "", "audience": "both", "audience_roles": "Joint team", "channel": "call",
        "how_often": "month", "first_on": "2026-01-31", "owner": str(cast.wes.person_id), "confidentiality": "No prices",
        "sharing": "shared",
    }  # fmt: skip
    assert theirs.post("/relationships/R-01/communications/new", data=form).status_code == 403
    assert (
        ours.post("/relationships/R-01/communications/new", data=form | {"sharing": "internal"}).status_code
        == 422
    )
    made = ours.post("/relationships/R-01/communications/new", data=form)
    assert made.status_code == 302, made.text
    assert "No prices" in theirs.get(made.location).text
    assert theirs.get(f"{made.location}/edit").status_code == 403
    assert (
        theirs.post(f"{made.location}/done", data={"done_on": "2026-02-02", "note": "Fine"}).status_code
        == 302
    )
    assert "28 February 2026" in ours.get(made.location).text
    assert theirs.post(f"{made.location}/take-back").status_code == 302
    assert "31 January 2026" in ours.get("/relationships/R-01/communications").text
    assert (
        ours.post(
            "/relationships/R-01/communications/review", data={"on": "2026-01-05", "outcome": "Kept"}
        ).status_code
        == 302
    )
    assert theirs.get("/relationships/R-01/communications/review").status_code == 403


@pytest.mark.parametrize("room", ["risks", "ideas"])
def test_a_file_holds_what_the_reader_may_see_and_no_formula(unit, client_of, cast, room):
    unit(lambda s: (fill(s, cast, title=EVIL), fill(s, cast, title="Only ours", sharing=Sharing.INTERNAL)))

    def titles(who):
        answer = client_of(who).get(f"/relationships/R-01/{room}/export.xlsx", buffered=True)
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}
        return {cell.value for row in sheet.iter_rows(min_row=2) for cell in row}

    assert {EVIL, "Only ours"} <= titles(cast.kim)
    seen = titles(cast.wes)
    assert EVIL in seen
    assert "Only ours" not in seen


def addresses(page):
    """Every address and every form of a page."""
    return set(re.findall(r'(?:href|action)="(/[^"#]+)', page))


def test_a_contact_sees_exactly_the_shared_half(unit, client_of, cast):
    unit(
        lambda s: (
            fill(s, cast, title="Ours and theirs"),
            fill(s, cast, title="Only ours", sharing=Sharing.INTERNAL),
        )
    )
    ours, theirs, others = (client_of(one) for one in (cast.kim, cast.wes, cast.eve))
    rooms = ("risks", "risks/matrix", "ideas", "ideas/board", "lessons", "behaviours", "communications")
    todo, seen = {f"/relationships/R-01/{room}" for room in rooms}, set()
    internal = set()
    while todo:
        path = todo.pop()
        seen.add(path)
        answer = ours.get(path, buffered=True)
        if answer.status_code == 200 and answer.mimetype == "text/html" and "/R-01/" in path:
            if re.search(r"<h1>Only ours", answer.text):
                internal.add(path)
            todo |= {
                one for one in addresses(answer.text) if "/R-01/" in one and re.search("|".join(rooms), one)
            } - seen
    assert len(internal) == 4
    for path in seen:
        got = theirs.get(path, buffered=True)
        assert "Only ours" not in got.text if got.mimetype == "text/html" else got.status_code == 200, path
        assert others.get(path, buffered=True).status_code in (403, 404, 405), path
        if path in internal or any(path.startswith(f"{one}/") for one in internal):
            assert got.status_code in (403, 404, 405), path
            assert theirs.post(path, data={"version": 1, "reason": "x"}).status_code in (403, 404, 405), path
    assert "Ours and theirs" in theirs.get("/relationships/R-01/ideas").text
