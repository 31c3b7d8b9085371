"""The filters of the registers by token: the same rows as on the pages, and no filter that is quietly left out."""

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest

from auditapp.api.filters import NAMES, ActionsAsked, NonconformitiesAsked
from auditapp.api.shapes import Paging
from auditapp.audits.execution.rules import Grade
from auditapp.findings.actions import service
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import SPECS
from auditapp.findings.register.service.views import save_view
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.kit.clock import now
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship
from tests.factories.nonconformities import Cast, make_case, make_nonconformity

S = NcStatus
ASKED = {Register.NONCONFORMITIES: NonconformitiesAsked, Register.ACTIONS: ActionsAsked}
ADDRESS = "http://127.0.0.1:8000"  # of the site, as the settings of the tests leave it
TODAY = now().date()
SPAN = f"{TODAY - timedelta(days=1)}..{TODAY + timedelta(days=1)}"
# What the pages are asked and what programs ask for the same; {…} is filled from the case.
SAME = {
    "/nonconformities": [
        "", "show=open", "show=closed", "show=overdue", "show=mine", "show=turn", "show=check_due", "show=no_relationship",
        "show=no_stage", "show=all", "status=implementing", "status=implementing&status=closed", "grade=major",
        "source=audit", "stage=awareness", "cause=information", "root=information", "root=people",
        "relationship={relationship}", "responsible={responsible}", "responsible=me", "verifier={verifier}", "clause=8.2",
        "audit={audit}", "year={year}", "requirement=ISO+44001:2017+8.2.2", f"raised={SPAN}", f"closed={SPAN}",
        f"checked={SPAN}", "q=telephone", "q=review&status=closed", "ref={ref}", f"before={TODAY}",
    ],
    "/actions": [
        "", "show=open", "show=mine", "show=partner", "show=requested", "show=ended", "status=in_progress",
        "kind=corrective&priority=medium", "request=extension", "grade=major", "relationship={relationship}",
        "owner={owner}", "nonconformity={ref}", f"extension={SPAN}", "q=calendar", f"before={TODAY + timedelta(days=30)}",
    ],
}  # fmt: skip
WRONG = {
    "/nonconformities": {
        "show": "everything", "status": "gone", "grade": "observation", "source": "x", "stage": "9", "cause": "x", "root": "x",
        "relationship": "R" * 41, "responsible": "me2", "verifier": "1", "clause": "8..2", "audit": " ", "year": "26",
        "requirement": "x" * 122, "raised": "2026-05-02..2026-05-01", "acknowledged": "2026", "planned": "..",
        "closed": "2026-01-01", "checked": "a..b", "ref": "N" * 41, "words": "\u200b", "due_before": "1989-12-31",
    },
    "/actions": {"request": "money", "priority": "x", "kind": "x", "owner": "x", "nonconformity": "", "extension": "x"},
}  # fmt: skip


@pytest.fixture
def cast(unit):
    return unit(Cast)


@pytest.fixture
def case(unit, cast):
    """A few nonconformities, each somewhere else in its life; what they are called."""

    def work(session):
        nc, action, _theirs = make_case(session, cast, S.IMPLEMENTING, turn_due_on=TODAY - timedelta(days=3))
        make_case(session, cast, S.CLOSED, grade=Grade.MAJOR)
        make_case(session, cast, S.EFFECTIVENESS, turn_due_on=TODAY)
        make_nonconformity(session, cast["manager"], title="Said by telephone only", clauses=("7.1",))
        service.ask_extension(
            session, actor=cast["owner"], at=now(), action=action, version=None,
            wanted_on=action.due_on + timedelta(days=7), reason="The survey is late.", impact="None",
        )  # fmt: skip
        relationship = session.get_one(Relationship, cast.relationship.id)
        relationship.ref = "R-77"  # as real ones are called
        return {
            "ref": nc.ref, "relationship": relationship.ref, "audit": cast.audit.ref, "year": now().year,
            "responsible": cast.id_of("responsible"), "verifier": cast.id_of("verifier"), "owner": cast.id_of("owner"),
        }  # fmt: skip

    return unit(work)


def refs(answer):
    assert answer.status_code == 200, answer.json
    return sorted(one["ref"] for one in answer.json["items"])


def on_the_page(browser, path, query):
    with browser.get(f"{path}/export.csv?{query}") as answer:
        text = answer.get_data(as_text=True)
    return sorted(row[0] for row in list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1:])


def as_programs_say(query):
    return urlencode([(NAMES.get(key, key), value) for key, value in parse_qsl(query)])


def test_every_filter_of_the_registers_is_one_of_ours():
    for register, model in ASKED.items():
        ours = model.model_fields.keys() - Paging.model_fields.keys()
        assert ours == {*SPECS[register].filters, "words", "due_before", "ref"}


@pytest.mark.parametrize("path", SAME)
def test_the_same_rows_as_on_the_page(cast, case, client_of, program_of, path):
    who = cast["system_manager"]
    browser, program = client_of(who), program_of(who)
    seen = {}
    for query in SAME[path]:
        asked = query.format(**case)
        here = refs(program.client.get(
            f"/api/v1{path}?limit=100&{as_programs_say(asked)}", headers={"Authorization": f"Bearer {program.secret}"}
        ))  # fmt: skip
        # The plain page shows what is open; a program that asks for nothing gets all of it.
        assert here == on_the_page(browser, path, asked or "show=all"), asked
        seen[query] = here
    assert seen["show=open"] != seen[""]
    filled = [query for query, found in seen.items() if found]
    assert len(filled) > len(SAME[path]) * 0.6, filled


@pytest.mark.parametrize("path", WRONG)
def test_what_cannot_be_read_is_told(cast, case, program_of, path):
    program = program_of(cast["system_manager"])
    for name, value in WRONG[path].items():
        for given in (value, [value, value]):
            if name in ("words", "due_before") and given != value:
                continue
            answer = program.get(path, **{name: given})
            assert answer.status_code == 422, (name, answer.json)
            assert answer.json["errors"][0]["field"] == f"query.{name}"
    good = SPECS[Register(path[1:])].filters["status"].choices
    one_wrong = program.get(path, status=[*good, "gone"])
    assert one_wrong.json["errors"][0]["field"] == "query.status"
    assert program.get(path, status=list(good)).status_code == 200
    assert program.get(path, ref=[f"X-{one}" for one in range(201)]).status_code == 422
    assert program.get(path, words=["a", "b"]).json["errors"][0]["field"] == "query.words"
    assert program.get(path, sort="due").json["errors"][0]["field"] == "query.sort"


def test_filters_and_pages_of_a_list(unit, cast, program_of):
    unit(lambda s: [make_nonconformity(s, cast["raiser"], grade=Grade.MAJOR) for _ in range(5)])
    unit(lambda s: make_nonconformity(s, cast["raiser"]))
    program, seen, cursor = program_of(cast["system_manager"]), [], {}
    while True:
        page = program.get("/nonconformities", limit="2", grade="major", **cursor).json
        seen += [one["ref"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 5


def test_a_contact_cannot_find_out_by_filters(cast, case, program_of):
    contact = program_of(cast["contact_owner"])
    mine = refs(contact.get("/actions"))
    assert mine
    assert refs(contact.get("/actions", show="mine")) == mine
    for name, value in {
        "grade": "major", "relationship": case["relationship"], "nonconformity": case["ref"], "extension": SPAN
    }.items():  # fmt: skip
        refused = contact.get("/actions", **{name: value})
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, f"query.{name}")
    assert contact.get("/nonconformities", grade="major").status_code == 403


def test_a_kept_view_can_be_asked_for(unit, cast, case, client_of, program_of):
    who = cast["system_manager"]
    kept = {
        "Mine": (Register.NONCONFORMITIES, "show=open&show=mine&sort=-raised&cols=grade"),
        "Words": (Register.NONCONFORMITIES, f"q=review&before={TODAY}&grade=minor"),
        "Plain": (Register.NONCONFORMITIES, ""),
        "Partners": (Register.ACTIONS, "show=partner"),
    }

    def work(session):
        for name, (register, asked) in kept.items():
            save_view(
                session,
                actor=who,
                at=now(),
                register=register,
                name=name,
                asked=asked,
                shared=name == "Words",
            )

    unit(work)
    program, browser = program_of(who), client_of(who)
    found = {one["name"]: one for one in program.get("/saved-views").json["items"]}
    assert found.keys() == kept.keys()
    for name, (register, asked) in kept.items():
        one = found[name]
        assert (one["of"], one["owner"], one["shared"]) == (register, "", name == "Words")
        answer = program.client.get(
            f"/api/v1/{register}?{one['query']}", headers={"Authorization": f"Bearer {program.secret}"}
        )
        assert refs(answer) == on_the_page(browser, f"/{register}", asked), name
        assert browser.get(one["page"].removeprefix(ADDRESS)).status_code == 200
    assert [one["name"] for one in program.get("/saved-views", of="actions").json["items"]] == ["Partners"]
    others = program_of(cast["manager"]).get("/saved-views").json["items"]
    assert [(one["name"], one["owner"]) for one in others] == [("Words", "Sy Manager")]
    assert program_of(cast["contact"]).get("/saved-views").status_code == 403


def test_other_registers(demo):
    """Each filter gives some of the rows, or none, and what has to do with it."""
    _app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)

    def items(path, **query):
        answer = program.get(path, limit="100", **query)
        assert answer.status_code == 200, (path, query, answer.json)
        return answer.json["items"]

    issues = items("/issues")
    assert {one["level"] for one in items("/issues", level="1")} <= {1}
    assert {one["ref"] for one in items("/issues", words=issues[0]["ref"])} == {issues[0]["ref"]}
    assert len(items("/issues", show="open")) + len(items("/issues", show="ended")) == len(issues)
    risks = items("/risks")
    one = next(one for one in risks if one["owner"])
    assert {each["owner"]["id"] for each in items("/risks", owner=one["owner"]["id"]) if each["owner"]} >= {one["owner"]["id"]}  # fmt: skip
    cell = items("/risks", likelihood=str(one["likelihood"]), impact=str(one["impact"]))
    assert {(each["likelihood"], each["impact"]) for each in cell} == {(one["likelihood"], one["impact"])}
    assert {each["state"] for each in items("/risks", due="true")} <= {"open"}
    assert one["ref"] in {each["ref"] for each in items("/risks", words=one["title"][:200])}
    duties = items("/obligations")
    assert {each["key"] for each in items("/obligations", key=duties[0]["key"])} == {duties[0]["key"]}
    assert program.get("/obligations", key="none").json["errors"][0]["field"] == "query.key"
    assert {each["state"] for each in items("/obligations", show="overdue")} <= {"open"}
    papers = items("/documents")
    assert items("/documents", show="review") != papers
    assert program_of(Role.PARTNER_CONTACT).get("/documents", show="waiting").status_code == 422
    body = items("/certificate-findings")
    assert {each["status"] for each in items("/certificate-findings", show="open")} <= {"open", "answered"}
    assert body
    certificate = items("/certificates")[0]["ref"]
    assert len(items("/certificate-findings", certificate=certificate)) <= len(body)
    assert program.get("/certificate-findings", certificate="none").status_code == 404
    found = items("/findings")
    year = found[0]["raised_at"][:4]
    assert {each["raised_at"][:4] for each in items("/findings", year=year)} == {year}
    assert {each["ref"] for each in items("/findings", words=found[0]["ref"])} >= {found[0]["ref"]}
    person = program.get(f"/audits/{found[0]['audit']}").json["members"][0]["person"]["id"]
    assert found[0]["audit"] in {each["ref"] for each in items("/audits", person=person)}
