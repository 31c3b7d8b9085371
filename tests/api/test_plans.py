"""Plans by token: the sections of each version, what changed, the same files as on the page, a word on a section."""

import sqlalchemy as sa

from auditapp.kit.db import current_session
from auditapp.people.rules import Role
from auditapp.relationships.rmp import model
from auditapp.relationships.rmp.rules import SECTIONS
from auditapp.relationships.rules import Sharing
from tests.api.both import browser_of, items, statements

JOINT, TWO_VERSIONS, CORPORATE = "RMP-01", "RMP-02", "RMP-05"  # of the demonstration


def texts_of(app, ref, number, *sharing):
    """The texts of a version by section."""
    with app.app_context():
        return {
            one.key: one.text
            for one in current_session().scalars(
                sa.select(model.PlanSection)
                .join(model.PlanVersion, model.PlanVersion.id == model.PlanSection.version_id)
                .join(model.Plan, model.Plan.id == model.PlanVersion.plan_id)
                .where(
                    model.Plan.ref == ref,
                    model.PlanVersion.number == number,
                    model.PlanSection.sharing.in_(sharing or Sharing),
                )
            )
        }


def test_each_plan_is_read_whole(demo):
    app, program_of = demo
    for role, sharing in ((Role.SYSTEM_MANAGER, ()), (Role.PARTNER_CONTACT, (Sharing.SHARED,))):
        program = program_of(role)
        for short in items(program, "/plans"):
            whole = program.get(f"/plans/{short['ref']}").json
            assert short.items() <= whole.items()
            for version in whole["versions"]:
                one = program.get(f"/plans/{short['ref']}", version=version["number"]).json
                told = {section["key"]: section["text"] for section in one["sections"]}
                assert told == texts_of(app, short["ref"], version["number"], *sharing)
                assert one["number"] == version["number"]
            texts = {one["key"]: one["text"] for one in whole["sections"]}
            empty = [key for key in SECTIONS if not texts.get(key)]
            assert whole["missing"] == ([] if sharing else empty)
    theirs = program_of(Role.PARTNER_CONTACT)
    seen = theirs.get(f"/plans/{JOINT}").json
    assert (seen["missing"], seen["ticks"], seen["partner_owner"]) == ([], [], None)
    assert {one["sharing"] for one in seen["sections"]} == {None}
    assert {one["changes"] for one in seen["reviews"]} == {""}
    assert {one["reason"] for one in seen["versions"]} == {""}
    assert program_of(Role.SYSTEM_MANAGER).get(f"/plans/{JOINT}", version="99").status_code == 404


def test_what_is_no_contacts_is_not_there(demo):
    _app, program_of = demo
    theirs = program_of(Role.PARTNER_CONTACT)
    for ref in (TWO_VERSIONS, CORPORATE):
        for path in ("", "/difference", "/sections/review_log", "/versions/1/pdf", "/versions/1/word"):
            assert theirs.get(f"/plans/{ref}{path}").status_code == 404, path
    ours = program_of(Role.SYSTEM_MANAGER)
    every = {one["key"] for one in ours.get(f"/plans/{JOINT}").json["sections"]}
    hidden = every - {one["key"] for one in theirs.get(f"/plans/{JOINT}").json["sections"]}
    assert hidden
    for key in hidden:
        assert theirs.get(f"/plans/{JOINT}/sections/{key}").status_code == 404
        assert theirs.post(f"/plans/{JOINT}/sections/{key}/comments", {"text": "So."}).status_code == 404
        assert ours.get(f"/plans/{JOINT}/sections/{key}").json["section"]["text"]


def test_a_difference_is_that_of_the_page(demo):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    made = program.get(f"/plans/{TWO_VERSIONS}/difference").json
    assert (made["older"], made["newer"]) == (1, 2)
    before, after = (texts_of(app, TWO_VERSIONS, number) for number in (1, 2))
    assert [one["key"] for one in made["sections"]] == [
        key for key in SECTIONS if before.get(key, "") != after.get(key, "")
    ]
    for one in made["sections"]:
        pieces = one["pieces"]
        assert "".join(each["text"] for each in pieces if each["op"] != "gone") == after.get(one["key"], "")
        assert "".join(each["text"] for each in pieces if each["op"] != "new") == before.get(one["key"], "")
    back = program.get(f"/plans/{TWO_VERSIONS}/difference", **{"from": "2", "to": "1"}).json
    assert (back["older"], back["newer"], len(back["sections"])) == (2, 1, len(made["sections"]))
    assert program.get(f"/plans/{TWO_VERSIONS}/difference", **{"from": "7"}).status_code == 404
    page = browser_of(app, program).get(f"/rmp/{TWO_VERSIONS}/compare").text
    assert page.count("<ins>") == sum(
        each["op"] == "new" for one in made["sections"] for each in one["pieces"]
    )


def test_the_files_are_those_of_the_page(demo):
    app, program_of = demo
    kept = {}
    for role in (Role.SYSTEM_MANAGER, Role.PARTNER_CONTACT):
        program = program_of(role)
        browser = browser_of(app, program)
        version = program.get(f"/plans/{JOINT}").json["versions"][0]
        for kind, begins in (("pdf", b"%PDF"), ("word", b"PK")):
            assert version[kind].endswith(f"/api/v1/plans/{JOINT}/versions/1/{kind}")
            with (
                program.get(f"/plans/{JOINT}/versions/1/{kind}") as by_token,
                browser.get(f"/rmp/{JOINT}/versions/1/{kind}") as on_page,
            ):
                assert by_token.data == on_page.data
                assert by_token.data.startswith(begins)
                assert by_token.mimetype == on_page.mimetype
                kept[role, kind] = by_token.data
    assert len(set(kept.values())) == len(kept), "a contact gets the shared part"


def test_a_word_on_a_section(demo):
    app, program_of = demo
    ours, theirs = program_of(Role.SYSTEM_MANAGER), program_of(Role.PARTNER_CONTACT)
    path = f"/plans/{JOINT}/sections/issue_resolution"
    assert theirs.get(path).json["words"] == []
    inside = ours.post(f"{path}/comments", {"text": "Among us."})
    assert (inside.status_code, [one["text"] for one in inside.json["words"]]) == (201, ["Among us."])
    assert theirs.get(path).json["words"] == []
    said = theirs.post(f"{path}/comments", {"text": "Level 2 is too short.", "sharing": "internal"})
    assert [(one["text"], one["sharing"]) for one in said.json["words"]] == [
        ("Level 2 is too short.", "shared")
    ]
    assert [one["text"] for one in ours.get(path).json["words"]] == ["Among us.", "Level 2 is too short."]
    whole = ours.get(f"/plans/{JOINT}").json["sections"]
    assert next(one["comments"] for one in whole if one["key"] == "issue_resolution") == 2
    assert (
        "Level 2 is too short." in browser_of(app, ours).get(f"/rmp/{JOINT}/sections/issue_resolution").text
    )
    assert ours.post(f"{path}/comments", {"text": " "}).status_code == 400
    assert ours.get(f"/plans/{JOINT}/sections/nothing").status_code == 404


def test_a_whole_plan_takes_as_many_statements_as_an_empty_one(demo):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    taken = {one["ref"]: statements(app, program, f"/plans/{one['ref']}") for one in items(program, "/plans")}
    assert max(taken.values()) <= 22, taken
    assert statements(app, program, f"/plans/{JOINT}/sections/issue_resolution") <= 14
