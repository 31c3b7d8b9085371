"""The exit strategy by token: what its pages show, to whom they show it, and a check of a trigger."""

import sqlalchemy as sa
from markupsafe import escape

from auditapp.kit.db import current_session, run_unit
from auditapp.people.rules import Role
from auditapp.relationships.exits import model
from auditapp.relationships.exits.rules.triggers import TriggerKind
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing
from tests.api.both import browser_of, items, statements

WITH_TESTS, TWO_VERSIONS, DRAFT, ENDED = "R-01", "R-02", "R-05", "R-07"  # of the demonstration


def rows_of(app, ref, table):
    """The rows of a table of the strategy."""
    with app.app_context():
        return list(
            current_session().scalars(
                sa.select(table)
                .join(model.ExitStrategy, model.ExitStrategy.id == table.strategy_id)
                .join(Relationship, Relationship.id == model.ExitStrategy.relationship_id)
                .where(Relationship.ref == ref)
            )
        )


def texts_of(app, version_id, *sharing):
    """The texts of a version by section."""
    with app.app_context():
        found = current_session().scalars(
            sa.select(model.ExitSection).where(
                model.ExitSection.version_id == version_id, model.ExitSection.sharing.in_(sharing or Sharing)
            )
        )
        return {one.key.value: one.text for one in found if one.text}


def test_a_version_is_read_whole(demo):
    app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    listed = ours.get(f"/relationships/{WITH_TESTS}/exit").json["versions"]
    assert len(listed) == len(rows_of(app, WITH_TESTS, model.ExitVersion)) > 0
    for row in rows_of(app, WITH_TESTS, model.ExitVersion):
        path = f"/relationships/{WITH_TESTS}/exit/versions/{row.number}"
        whole, seen = ours.get(path).json, theirs.get(path).json
        assert next(one for one in listed if one["number"] == row.number).items() <= whole.items()
        assert {one["key"]: one["text"] for one in whole["sections"]} == texts_of(app, row.id)
        shared = texts_of(app, row.id, Sharing.SHARED)
        assert {one["key"]: one["text"] for one in seen["sections"]} == shared
        assert {(one["sharing"], one["owner"]) for one in seen["sections"]} <= {(None, "")}
        assert (seen["changes"], seen["lacks"]) == ("", [])
        assert all(one["shared"] for one in seen["triggers"])
        assert [one["position"] for one in whole["steps"]] == list(range(1, len(whole["steps"]) + 1))
        page = browser_of(app, ours).get(f"/relationships/{WITH_TESTS}/exits/versions/{row.number}").text
        assert [one["what"] for one in whole["steps"] if str(escape(one["what"])) not in page] == []
        assert str(escape(whole["turn"])) in page


def test_what_is_no_contacts_is_not_there(demo):
    _app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    for path in ("/versions/1", "/versions/1/difference", "/reviews", "/tests"):
        where = f"/relationships/{DRAFT}/exit{path}"
        assert (ours.get(where).status_code, theirs.get(where).status_code) == (200, 404), path
    for path in ("", "/versions/1", "/reviews", "/processes/XP-2026-001"):
        assert theirs.get(f"/relationships/{ENDED}/exit{path}").status_code == 404
    for path in ("/triggers/1", "/triggers/1/checks"):
        assert theirs.get(f"/relationships/{WITH_TESTS}/exit{path}").status_code == 403
    draft = theirs.get(f"/relationships/{DRAFT}/exit").json
    assert (draft["ref"], draft["versions"], draft["triggers"], draft["initiators"]) == ("", [], [], [])
    whole, seen = (one.get(f"/relationships/{WITH_TESTS}/exit").json for one in (ours, theirs))
    assert {one["watcher"] for one in whole["triggers"]} != {""}
    assert {one["watcher"] for one in seen["triggers"]} == {""}
    assert len(seen["due"]) < len(whole["due"])
    assert [one["key"] for one in seen["due"]] == ["exit_review"]


def test_a_difference_is_that_of_the_page(demo):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    path = f"/relationships/{TWO_VERSIONS}/exit/versions/2/difference"
    made = program.get(path).json
    assert (made["older"], made["newer"], made["choices"]) == (1, 2, [1])
    assert made == program.get(path, **{"from": "1"}).json
    page = browser_of(app, program).get(
        f"/relationships/{TWO_VERSIONS}/exits/versions/2/difference", headers={"Accept": "text/html"}
    )
    assert made["entries"]
    for entry in made["entries"]:
        assert f"<h2>{entry['part']}</h2>" in page.text
    assert page.text.count("<ins>") == sum(
        one["change"] == "new" for entry in made["entries"] for one in entry["pieces"]
    )
    assert program.get(path, **{"from": "2"}).status_code == 404
    assert program.get(path, **{"from": "x"}).status_code == 400
    first = program.get(f"/relationships/{TWO_VERSIONS}/exit/versions/1/difference").json
    assert (first["older"], first["entries"]) == (None, [])


def test_reviews_tests_and_an_exit(demo):
    app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    for path, table, said in (("reviews", model.ExitReview, "own"), ("tests", model.ExitTest, "what")):
        rows = rows_of(app, WITH_TESTS, table)
        where = f"/relationships/{WITH_TESTS}/exit/{path}"
        assert sorted(one[said] for one in items(ours, where)) == sorted(getattr(one, said) for one in rows)
        shared = sorted(getattr(one, said) for one in rows if one.sharing is Sharing.SHARED)
        assert sorted(one[said] for one in items(theirs, where)) == shared
        assert {one["sharing"] for one in items(theirs, where)} <= {None}
        assert rows, f"the demonstration has no {path}"
    exit_of = ours.get(f"/relationships/{ENDED}/exit").json
    (short,) = exit_of["processes"]
    whole = ours.get(f"/relationships/{ENDED}/exit/processes/{short['ref']}").json
    assert len(whole["steps"]) == len(short["steps"]) > 0
    for few, many in zip(short["steps"], whole["steps"], strict=True):
        assert few.items() <= many.items()
    assert whole["evaluations"]
    assert {"completed"} == {whole["status"]}
    page = browser_of(app, ours).get(f"/relationships/{ENDED}/exits/process/{short['ref']}").text
    assert [one["what"] for one in whole["steps"] if str(escape(one["what"])) not in page] == []
    assert [one["party"] for one in whole["evaluations"] if str(escape(one["party"])) not in page] == []


def test_a_trigger_is_checked(demo):
    app, program_of = demo
    ours, auditor = program_of(Role.SYSTEM_MANAGER), program_of(Role.AUDITOR)
    path = f"/relationships/{WITH_TESTS}/exit/triggers/1"
    found = ours.get(path)
    short = next(
        one for one in ours.get(f"/relationships/{WITH_TESTS}/exit").json["triggers"] if one["number"] == 1
    )
    assert short.items() <= found.json.items()
    assert auditor.get(path).json["text"] == short["text"]
    before = items(ours, f"{path}/checks")
    assert auditor.post(f"{path}/check", {"verb": "confirm"}).status_code == 403
    assert program_of(Role.PARTNER_CONTACT).post(f"{path}/check", {"verb": "confirm"}).status_code == 403
    assert ours.post(f"{path}/check", {"verb": "stay", "note": "No."}).status_code == 400
    unsaid = ours.post(f"{path}/check", {"verb": "watch"})
    assert (unsaid.status_code, unsaid.json["errors"][0]["field"]) == (422, "note")
    tag = {"If-Match": found.headers["ETag"]}
    made = ours.post(f"{path}/check", {"verb": "watch", "note": "Their owner sells."}, tag)
    assert (made.status_code, made.json["state"]) == (201, "watch")
    assert ours.post(f"{path}/check", {"verb": "confirm"}, tag).status_code == 412
    after = items(ours, f"{path}/checks")
    assert after[1:] == before
    assert (after[0]["verb"], after[0]["note"], after[0]["before"]) == (
        "watch", "Their owner sells.", short["state"],
    )  # fmt: skip
    page = browser_of(app, ours).get(f"/relationships/{WITH_TESTS}/exits/triggers/1").text
    assert "Their owner sells." in page


def test_an_answer_takes_as_many_statements_whatever_there_is(demo):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    path = f"/relationships/{WITH_TESTS}/exit"
    paths = (path, f"{path}/versions/1", f"{path}/triggers/1", f"{path}/triggers/1/checks", f"{path}/tests")
    few = [statements(app, program, one) for one in paths]
    first = next(one for one in rows_of(app, WITH_TESTS, model.ExitTrigger) if one.number == 1)

    def more():
        for number in range(40):
            current_session().add(
                model.ExitTrigger(
                    strategy_id=first.strategy_id, number=number + 100, kind=TriggerKind.MARKET,
                    description=f"T{number}", watcher_id=first.watcher_id, state_since=first.state_since,
                )
            )  # fmt: skip

    with app.app_context():
        run_unit(more, "write")
    many = [statements(app, program, one) for one in paths]
    assert many == few
    assert max(many) < 40, many
