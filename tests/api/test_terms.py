"""What a relationship rests on, by token: terms, outputs, ladder, measures, rules, health checks."""

import sqlalchemy as sa
from markupsafe import escape

from auditapp.kit.db import current_session
from auditapp.people.rules import Role
from auditapp.relationships.lifecycle.model import StageOutput
from auditapp.relationships.lifecycle.rules import OUTPUTS
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.objectives.model import Measure, MeasureReading
from auditapp.relationships.rules import STAGES, Sharing
from tests.api.both import browser_of, items, statements

PLACE = "R-01"  # of the demonstration


def lacking(page, texts):
    """The texts that a page does not show."""
    return [one for one in texts if str(escape(one)) not in page]


def test_terms_and_ladder(demo):
    app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    browser = browser_of(app, ours)
    terms = ours.get(f"/relationships/{PLACE}/terms").json
    page = browser.get(f"/relationships/{PLACE}/terms").text
    assert lacking(page, [one["title"] for one in terms["criteria"]]) == []
    assert lacking(page, [one["reason"] for one in terms["criteria"]]) == []
    assert lacking(page, [one["relationship"]["name"] for one in terms["interdependencies"]]) == []
    assert (
        lacking(browser.get("/relationships/criteria").text, [one["title"] for one in terms["criteria"]])
        == []
    )
    scored = [(one["weight"], one["score"]) for one in terms["criteria"] if one["score"]]
    assert abs(terms["mean"] - sum(w * s for w, s in scored) / sum(w for w, _s in scored)) < 0.01
    assert theirs.get(f"/relationships/{PLACE}/terms").status_code == 403
    ladder, seen = (one.get(f"/relationships/{PLACE}/ladder").json for one in (ours, theirs))
    page = browser.get(f"/relationships/{PLACE}/issues/ladder").text
    assert [one["level"] for one in ladder["levels"]] == [1, 2, 3, 4]
    holders = [holder["name"] for level in ladder["levels"] for holder in level["holders"]]
    assert lacking(page, holders) == []
    assert any(holders)
    mine = {one["party"] for one in seen["calendars"]}
    assert mine <= {one["party"] for one in ladder["calendars"]}
    assert theirs.get("/relationships/R-02/ladder").status_code == 404


def test_outputs_of_the_stages(demo):
    app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    made = ours.get(f"/relationships/{PLACE}/outputs").json
    assert [one["stage"] for one in made["stages"]] == [one.value for one in STAGES]
    told = {one["key"]: one for stage in made["stages"] for one in stage["outputs"]}
    assert set(told) == set(OUTPUTS)
    with app.app_context():
        rows = (
            current_session()
            .scalars(
                sa.select(StageOutput)
                .join(Relationship, Relationship.id == StageOutput.relationship_id)
                .where(Relationship.ref == PLACE)
            )
            .all()
        )
    for row in rows:
        assert (told[row.key]["state"], told[row.key]["note"]) == (row.state.value, row.note)
    seen = theirs.get(f"/relationships/{PLACE}/outputs").json
    shown = {one["key"] for stage in seen["stages"] for one in stage["outputs"]}
    assert shown == {one.key for one in rows if one.sharing is Sharing.SHARED} != set()
    assert {one["percent"] for one in seen["stages"]} == {None}
    browser = browser_of(app, theirs)
    for key in shown:
        assert browser.get(f"/relationships/{PLACE}/stages/outputs/{key}").status_code == 200
    assert browser.get(f"/relationships/{PLACE}/stages/outputs/{min(set(told) - shown)}").status_code == 404


def test_measures(demo):
    app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    with app.app_context():
        refs = list(current_session().scalars(sa.select(Measure.ref)))
        values = {
            ref: sorted(
                current_session().scalars(
                    sa.select(MeasureReading.value)
                    .join(Measure, Measure.id == MeasureReading.measure_id)
                    .where(Measure.ref == ref, MeasureReading.gone_at.is_(None))
                )
            )
            for ref in refs
        }
    open_to_them = {measure["ref"] for one in items(theirs, "/objectives") for measure in one["measures"]}
    assert 0 < len(open_to_them) < len(refs)
    browser = browser_of(app, ours)
    for ref in refs:
        whole = ours.get(f"/measures/{ref}").json
        assert whole["readings"] == len(values[ref])
        assert sorted(one["value"] for one in items(ours, f"/measures/{ref}/readings")) == values[ref]
        assert lacking(browser.get(f"/measures/{ref}").text, [whole["sentence"], whole["method"]]) == []
        with (
            ours.get(f"/measures/{ref}/chart") as by_token,
            browser.get(f"/measures/{ref}/chart.svg") as page,
        ):
            assert (by_token.data, by_token.mimetype) == (page.data, "image/svg+xml")
        for path in ("", "/readings", "/chart"):
            status = theirs.get(f"/measures/{ref}{path}").status_code
            assert status == (200 if ref in open_to_them else 404), (ref, path)


def test_rules_and_questions_are_our_own(demo):
    app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    browser = browser_of(app, ours)
    rules = ours.get("/obligation-rules").json["items"]
    assert lacking(browser.get("/obligations/rules").text, [one["title"] for one in rules]) == []
    asked = ours.get("/health-questions").json
    questions = [each["text"] for one in asked["respects"] for each in one["questions"]]
    assert lacking(browser.get("/health/questions").text, questions) == []
    assert len(rules) > 10 < len(questions)
    for path in ("/obligation-rules", "/health-questions"):
        assert theirs.get(path).status_code == 403


def test_health_checks_and_ones_own_answers(demo):
    app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    browser = browser_of(app, ours)
    closed = [one for one in items(ours, "/health-checks") if one["state"] == "closed"]
    for short in closed:
        whole = ours.get(f"/health-checks/{short['ref']}").json
        page = browser.get(f"/health/{short['ref']}/results").text
        assert lacking(page, [one["title"] for one in whole["elements"]]) == []
        assert lacking(page, [one["text"] for one in whole["comments"]]) == []
        assert whole["elements"]
        assert not any(set(one["sides"]) & set(whole["withheld"]) for one in whole["elements"])
        if short["ref"] not in {one["ref"] for one in items(theirs, "/health-checks")}:
            assert theirs.get(f"/health-checks/{short['ref']}").status_code == 404
    (running,) = (one["ref"] for one in items(theirs, "/health-checks") if one["state"] == "open")
    path = f"/health-checks/{running}"
    assert theirs.get(path).json["elements"] == []
    assert ours.get(f"{path}/answers").status_code == 404, "the system manager is not asked"
    before = theirs.get(f"{path}/answers").json
    question = next(one["key"] for one in before["items"] if one["answered_at"] is None)
    body = {"question": question, "score": 2, "comment": "Late twice.", "sharing": "internal"}
    made = theirs.post(f"{path}/answers", body)
    assert made.status_code == 200
    after = next(one for one in made.json["items"] if one["key"] == question)
    assert (after["score"], after["comment"], after["sharing"]) == (2, "Late twice.", "internal")
    assert theirs.post(f"{path}/answers", {**body, "score": None}).json["items"] != made.json["items"]
    assert theirs.post(f"{path}/answers", {**body, "score": 6}).status_code == 400
    assert theirs.post(f"{path}/answers", {**body, "question": "none"}).status_code == 404
    assert ours.post(f"{path}/answers", body).status_code == 403
    assert "Late twice." not in browser.get(f"/health/{running}").text


def test_an_answer_takes_a_bounded_number_of_statements(demo):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    most = {"terms": 13, "outputs": 30, "ladder": 14}
    for one in items(program, "/relationships"):
        for path, bound in most.items():
            taken = statements(app, program, f"/relationships/{one['ref']}/{path}")
            assert taken <= bound, (one["ref"], path, taken)
    for one in items(program, "/health-checks"):
        assert statements(app, program, f"/health-checks/{one['ref']}") <= 12
