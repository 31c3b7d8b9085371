"""Competence and behaviours by token: levels are personal here as on the pages."""

import sqlalchemy as sa
from markupsafe import escape

from auditapp.kit.db import current_session, run_unit
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.behaviours import model, rules
from tests.api.both import browser_of, statements

PLACE = "R-01"  # of the demonstration: somebody of ours is assessed there, and a contact


def levels_of(app):
    """The levels that were given in the relationship, by person."""
    found = {}
    with app.app_context():
        for row in current_session().scalars(
            sa.select(model.BehaviourAssessment)
            .join(Relationship, Relationship.id == model.BehaviourAssessment.relationship_id)
            .where(Relationship.ref == PLACE, ~model.BehaviourAssessment.taken_back)
        ):
            found.setdefault(str(row.person_id), []).append((row.source.value, row.level, row.evidence))
    return found


def people(program):
    """The people of the relationship by id."""
    listed = program.get(f"/relationships/{PLACE}/behaviours").json["items"]
    return {one["person"]["id"]: one for one in listed}


def test_what_is_expected(demo):
    app, program_of = demo
    ours = program_of(Role.SYSTEM_MANAGER)
    items = ours.get("/behaviours").json["items"]
    assert {one["key"] for one in items} >= set(rules.DEFAULTS)
    assert all(set(one["levels"]) == set(rules.EXPECTED) for one in items)
    page = browser_of(app, ours).get("/behaviours/").text
    assert [one["name"] for one in items if str(escape(one["name"])) not in page] == []
    assert program_of(Role.PARTNER_CONTACT).get("/behaviours").status_code == 403


def test_levels_are_for_the_person_and_who_manages_them(demo):
    app, program_of = demo
    given = levels_of(app)
    for role in (Role.SYSTEM_MANAGER, Role.PARTNER_CONTACT, Role.AUDITOR):
        program = program_of(role)
        me, seen = program.get("/me").json["person"]["id"], people(program)
        assert set(given) <= set(seen), "the demonstration assesses people of the relationship"
        for person_id, short in seen.items():
            whole = program.get(f"/relationships/{PLACE}/behaviours/{person_id}").json
            assert whole["sees"] is (short["standing"] is not None), (role, short)
            told = sorted((one["source"], one["level"], one["evidence"]) for one in whole["assessments"])
            assert told == (sorted(given.get(person_id, [])) if whole["sees"] else [])
            assert whole["expected"], "everybody with a role is expected to know something"
            if not whole["sees"]:
                assert (whole["development"], short["development_due"]) == ([], [])
                assert {(len(one["levels"]), one["gap"]) for one in whole["expected"]} == {(0, None)}
            page = browser_of(app, program).get(f"/relationships/{PLACE}/behaviours/{person_id}").text
            assert all((str(escape(text)) in page) for _source, _level, text in told)
        if role is Role.PARTNER_CONTACT:
            assert [one for one, short in seen.items() if short["standing"]] == [me]
            ours = [one for one in seen.values() if one["party"] != seen[me]["party"]]
            assert ours
            assert {one["induction"] for one in ours} == {None}
        if role is Role.AUDITOR:
            assert [one for one in seen.values() if one["standing"]] == []


def test_who_is_not_of_the_relationship_is_not_there(demo):
    _app, program_of = demo
    theirs = program_of(Role.PARTNER_CONTACT)
    foreign = program_of(Role.SYSTEM_MANAGER).get("/relationships/R-02/behaviours").json["items"][0]
    assert theirs.get("/relationships/R-02/behaviours").status_code == 404
    known = foreign["person"]["id"]
    assert theirs.get(f"/relationships/R-02/behaviours/{known}").status_code == 404
    me = theirs.get("/me").json["person"]["id"]
    assert theirs.get(f"/relationships/R-02/behaviours/{me}").status_code == 404


def test_an_answer_takes_as_many_statements_whatever_there_is(demo):
    app, program_of = demo
    program = program_of(Role.SYSTEM_MANAGER)
    assessed = next(iter(levels_of(app)))
    paths = (f"/relationships/{PLACE}/behaviours", f"/relationships/{PLACE}/behaviours/{assessed}")
    few = [statements(app, program, one) for one in paths]

    def more():
        session = current_session()
        one = session.scalars(
            sa.select(model.BehaviourAssessment)
            .join(Relationship, Relationship.id == model.BehaviourAssessment.relationship_id)
            .where(Relationship.ref == PLACE)
        ).first()
        for key in rules.DEFAULTS:
            for source in rules.Source:
                session.add(
                    model.BehaviourAssessment(
                        relationship_id=one.relationship_id, person_id=one.person_id, item_key=key, source=source,
                        level=2, assessed_on=one.assessed_on, by_id=one.by_id, created_at=one.created_at,
                    )
                )  # fmt: skip

    with app.app_context():
        run_unit(more, "write")
    assert [statements(app, program, one) for one in paths] == few
    assert max(few) <= 16, few
