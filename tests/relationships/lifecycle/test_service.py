"""Outputs and passages: who may, what is asked for, what is kept."""

import json

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.lifecycle import queries, service
from auditapp.relationships.lifecycle.model import StageOutput, StagePassage
from auditapp.relationships.lifecycle.rules import OutputState, PassageKind, outputs_of
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.links.service import remove_link
from auditapp.relationships.obligations.queries import open_extras
from auditapp.relationships.partners.service import edit_relationship
from auditapp.relationships.rmp.model import Plan, PlanVersion
from auditapp.relationships.rmp.rules import PlanKind, VersionStatus
from auditapp.relationships.rmp.service import begin_plan, write_section
from auditapp.relationships.rules import STAGES, Sharing, Stage
from auditapp.trail.model import Fact
from tests.factories import make_contact, make_person, make_relationship

OPEN, THERE, NOT = OutputState.OPEN, OutputState.THERE, OutputState.NOT_APPLICABLE
URL = "https://intranet.example.org/handbook"


@pytest.fixture
def found(session):
    return make_relationship(session, stage=Stage.AWARENESS)


@pytest.fixture
def mia(session, found):
    """The relationship's manager."""
    return make_person(session, scoped=[(Role.RELATIONSHIP_MANAGER, found.id)])


def said(session, who, found, key, **more):
    values = {
        "version": 0, "state": THERE, "note": "In the handbook.", "reason": "", "sharing": Sharing.INTERNAL,
    }  # fmt: skip
    return service.save_output(
        session, actor=who, at=now(), relationship_id=found.id, key=key, **(values | more)
    )


def bring(session, who, found, *, but=()):
    """All outputs of the present stage, and the update of the RMP."""
    for one in outputs_of(found.stage):
        if one.key not in but and not one.rmp:
            said(session, who, found, one.key)
    if not any(one.rmp and one.key in but for one in outputs_of(found.stage)):
        tick(session, who, found)


def tick(session, who, found):
    """The RMP, begun if there is none, is updated for the present stage."""
    if session.scalar(sa.select(Plan.id).where(Plan.relationship_id == found.id)) is None:
        begin_plan(
            session, actor=who, at=now(), kind=PlanKind.INTERNAL, title="Plan", relationship_id=found.id
        )
    service.tick_rmp(
        session, actor=who, at=now(), relationship_id=found.id, stage=found.stage, note="Sections 1 to 4."
    )


def move(session, who, found, **more):
    return service.move_on(
        session, actor=who, at=now(), relationship_id=found.id, **({"version": found.version} | more)
    )


def facts(session, *verbs):
    return [
        (row.verb, json.loads(row.before or "null"), json.loads(row.after or "null"))
        for row in session.scalars(sa.select(Fact).where(Fact.verb.in_(verbs)).order_by(Fact.seq))
    ]


def test_it_moves_on_when_all_is_there(session, found, mia):
    bring(session, mia, found)
    passage = move(session, mia, found)
    assert found.stage is Stage.KNOWLEDGE
    assert (passage.kind, passage.missing, passage.rmp_updated) == (PassageKind.ON, [], True)
    assert not passage.overridden
    assert [line[:2] for line in passage.outputs] == [[f"AW{n}", "there"] for n in range(1, 10)]
    assert facts(session, "relationship.stage_moved") == [
        (
            "relationship.stage_moved",
            {"stage": "awareness"},
            {
                "stage": "knowledge", "way": "on", "missing": [], "overridden": False, "rmp_updated": True,
                "reason": "",
            },
        )
    ]  # fmt: skip


def test_it_says_what_is_missing_and_stays(session, found, mia):
    bring(session, mia, found, but={"AW3", "AW9"})
    with pytest.raises(Invalid, match=r"AW3, AW9") as refusal:
        move(session, mia, found)
    assert refusal.value.field == "reason"
    assert found.stage is Stage.AWARENESS


def test_the_rmp_alone_holds_it_back(session, found, mia):
    bring(session, mia, found, but={"AW9"})
    with pytest.raises(Invalid, match="AW9"):
        move(session, mia, found)


def test_without_an_rmp_nothing_can_have_been_updated(session, found, mia):
    with pytest.raises(Refusal, match="no plan yet"):
        service.tick_rmp(
            session, actor=mia, at=now(), relationship_id=found.id, stage=found.stage, note="All of it."
        )


def test_who_comes_back_to_a_stage_updates_the_rmp_again(session, found, mia):
    bring(session, mia, found)
    move(session, mia, found)
    service.go_back(
        session, actor=mia, at=now(), relationship_id=found.id, version=found.version, to_stage=Stage.AWARENESS,
        reason="The offer changed.",
    )  # fmt: skip
    with pytest.raises(Invalid, match="Awareness: AW9"):
        move(session, mia, found)
    tick(session, mia, found)
    move(session, mia, found)


def test_a_move_asks_for_an_extra_review_of_the_plan_in_force(session, found, mia):
    tick(session, mia, found)
    version = session.scalars(sa.select(PlanVersion)).one()
    version.status = VersionStatus.IN_FORCE
    session.flush()
    plan = session.scalars(sa.select(Plan)).one()
    move(session, mia, found, reason="in a hurry")
    assert [one.extra for one in open_extras(session, "rmp_review", plan.id)] == ["stage"]


def test_what_the_rmp_says_is_found(session, found, mia):
    plan = begin_plan(
        session, actor=mia, at=now(), kind=PlanKind.INTERNAL, title="Plan", relationship_id=found.id
    )
    write_section(
        session, actor=mia, at=now(), plan=plan, key="objectives_own_and_joint", version=0, text="Save a tenth.",
        owner_id=None, sharing=Sharing.INTERNAL,
    )  # fmt: skip
    assert [one.refs for one in queries.suggestions(session, mia, found, ["AW3"])["AW3"]] == [(plan.ref,)]
    row = service.take_suggestion(
        session, actor=mia, at=now(), relationship_id=found.id, key="AW3",
        suggestion="rmp:objectives_own_and_joint",
    )  # fmt: skip
    assert [one.ref for one in links_of(session, mia, "stage_output", [row.id])[row.id]] == [plan.ref]


def test_a_reason_overrides_and_is_kept(session, found, mia):
    passage = move(session, mia, found, reason="  The tender closes on Friday. ")
    assert passage.overridden
    assert passage.reason == "The tender closes on Friday."
    assert passage.missing == [f"AW{n}" for n in range(1, 10)]
    assert facts(session, "relationship.stage_moved")[0][2]["overridden"] is True


def test_a_reason_that_was_not_needed_is_not_an_override(session, found, mia):
    bring(session, mia, found)
    assert move(session, mia, found, reason="just so").reason == ""


def test_all_eight_stages_and_no_further(session, found, mia):
    for stage in STAGES[:-1]:
        assert found.stage is stage
        bring(session, mia, found)
        move(session, mia, found)
    with pytest.raises(Refusal, match="last of the eight"):
        move(session, mia, found)
    assert session.scalar(sa.select(sa.func.count()).select_from(StagePassage)) == 7


def test_back_with_a_reason(session, found, mia):
    move(session, mia, found, reason="in a hurry")
    move(session, mia, found, reason="in a hurry")

    def back(**more):
        values = {"version": found.version, "to_stage": Stage.AWARENESS, "reason": "The market changed."}
        return service.go_back(session, actor=mia, at=now(), relationship_id=found.id, **(values | more))

    with pytest.raises(Invalid, match="Say why"):
        back(reason=" ")
    with pytest.raises(Invalid, match="before this one"):
        back(to_stage=Stage.WORKING_TOGETHER)
    passage = back()
    assert found.stage is Stage.AWARENESS
    assert (passage.kind, passage.from_stage) == (PassageKind.BACK, Stage.INTERNAL_ASSESSMENT)
    assert facts(session, "relationship.stage_moved")[-1][2]["way"] == "back"


def test_not_to_collaborate_ends_it_and_can_be_taken_back(session, found, mia):
    def decide(verb, reason):
        return verb(
            session, actor=mia, at=now(), relationship_id=found.id, version=found.version, reason=reason
        )

    with pytest.raises(Refusal, match="none to take back"):
        decide(service.reopen, "why not")
    with pytest.raises(Invalid, match="Say why"):
        decide(service.decline, "")
    decide(service.decline, "Nothing to gain that a contract would not give.")
    assert found.ended_on is not None
    assert found.stage is Stage.AWARENESS
    for refused in (
        lambda: said(session, mia, found, "AW1"),
        lambda: move(session, mia, found, reason="anyway"),
        lambda: decide(service.decline, "twice"),
    ):
        with pytest.raises(Refusal, match="has ended"):
            refused()
    with pytest.raises(Invalid, match="has changed"):
        decide(service.reopen, " ")
    decide(service.reopen, "The partner came with another offer.")
    assert found.ended_on is None
    assert [one[0] for one in facts(session, "relationship.declined", "relationship.stage_reopened")] == [
        "relationship.declined",
        "relationship.stage_reopened",
    ]
    assert [row.kind for row in session.scalars(sa.select(StagePassage).order_by(StagePassage.at))] == [
        PassageKind.DECLINED,
        PassageKind.REOPENED,
    ]


def test_the_decision_is_not_undone_by_emptying_the_last_day(session, found, mia):
    contact = make_contact(session, found)
    service.decline(
        session, actor=mia, at=now(), relationship_id=found.id, version=found.version, reason="No gain."
    )
    with pytest.raises(Refusal, match="among its stages"):
        edit_relationship(
            session, actor=mia, at=now(), relationship_id=found.id, version=found.version, name=found.name,
            kind=found.kind, priority=found.priority, partner_ids=[contact.partner_id], purpose="", ser_id=None,
            owner_id=None, manager_id=None, started_on=None, ended_on=None,
        )  # fmt: skip


def test_what_ended_otherwise_is_not_reopened_here(session, mia, found):
    found.ended_on = now().date()
    session.flush()
    with pytest.raises(Refusal, match="none to take back"):
        service.reopen(
            session, actor=mia, at=now(), relationship_id=found.id, version=found.version, reason="x"
        )


def test_not_to_collaborate_comes_too_late_once_working_together(session):
    found = make_relationship(session, stage=Stage.WORKING_TOGETHER)
    owner = make_person(session, scoped=[(Role.RELATIONSHIP_OWNER, found.id)])
    with pytest.raises(Refusal, match="exit strategy"):
        service.decline(
            session, actor=owner, at=now(), relationship_id=found.id, version=found.version, reason="x"
        )


def test_an_old_page_is_refused(session, found, mia):
    old = found.version
    move(session, mia, found, reason="in a hurry")
    with pytest.raises(Stale):
        move(session, mia, found, version=old, reason="in a hurry")
    row = said(session, mia, found, "KN1")
    with pytest.raises(Stale):
        said(session, mia, found, "KN1", note="another page")
    said(session, mia, found, "KN1", version=row.version, note="the page opened again")


def test_there_and_not_applicable_ask_for_their_grounds(session, found, mia):
    with pytest.raises(Invalid) as refusal:
        said(session, mia, found, "AW2", note=" ")
    assert refusal.value.field == "note"
    with pytest.raises(Invalid) as refusal:
        said(session, mia, found, "AW2", state=NOT)
    assert refusal.value.field == "reason"
    assert said(session, mia, found, "AW2", state=NOT, reason="Bought by the group.").state is NOT
    with pytest.raises(NotFound):
        said(session, mia, found, "AW99")
    with pytest.raises(NotFound, match="RMP"):
        said(session, mia, found, "AW9")


def test_a_link_makes_it_there_and_its_removal_open_again(session, found, mia):
    def row():
        return session.scalars(sa.select(StageOutput)).one()

    service.link_output(
        session, actor=mia, at=now(), relationship_id=found.id, key="AW8", to=URL, label="Handbook"
    )
    assert row().state is THERE
    link = links_of(session, mia, "stage_output", [row().id])[row().id][0]
    remove_link(session, actor=mia, at=now(), link_id=link.id)
    assert row().state is OPEN
    with pytest.raises(Invalid, match="has the number"):
        service.link_output(session, actor=mia, at=now(), relationship_id=found.id, key="AW8", to="DOC-9")


def test_the_note_keeps_it_there_when_a_link_goes(session, found, mia):
    row = said(session, mia, found, "AW8")
    made = service.link_output(session, actor=mia, at=now(), relationship_id=found.id, key="AW8", to=URL)
    remove_link(session, actor=mia, at=now(), link_id=made.id)
    assert row.state is THERE


def test_what_another_relationship_has_for_the_system_is_taken_over(session, found, mia):
    other = make_relationship(session, ref="R-07", stage=Stage.AWARENESS)
    ada = make_person(session, Role.SYSTEM_MANAGER)
    said(session, ada, other, "AW2", note="Policy of 2025")
    service.link_output(session, actor=ada, at=now(), relationship_id=other.id, key="AW2", to=URL)
    said(session, ada, other, "AW3", note="theirs alone")
    offered = queries.suggestions(session, mia, found, ["AW2", "AW3"])
    assert [(one.key, one.refs) for one in offered["AW2"]] == [("from:R-07", (URL,))]
    assert "AW3" not in offered
    row = service.take_suggestion(
        session, actor=mia, at=now(), relationship_id=found.id, key="AW2", suggestion="from:R-07"
    )
    assert (row.state, row.note) == (THERE, "Policy of 2025")
    assert [one.url for one in links_of(session, mia, "stage_output", [row.id])[row.id]] == [URL]
    with pytest.raises(NotFound):
        service.take_suggestion(
            session, actor=mia, at=now(), relationship_id=found.id, key="AW3", suggestion="from:R-07"
        )


def test_who_leads_is_found(session):
    ben, ida, mo = (make_person(session, name=name) for name in ("Ben B", "Ida I", "Mo M"))
    found = make_relationship(
        session, stage=Stage.INTERNAL_ASSESSMENT, ser_id=ben.person_id, owner_id=ida.person_id,
        manager_id=mo.person_id,
    )  # fmt: skip
    boss = make_person(session, Role.SYSTEM_MANAGER)
    offered = queries.suggestions(session, boss, found, ["IA2", "AW1"])
    assert str(offered["IA2"][0].label) == "Ida I owns it, Mo M manages it"
    assert "Ben B" in str(offered["AW1"][0].label)


VERBS = {
    "save": lambda s, who, r: said(s, who, r, "AW1"),
    "link": lambda s, who, r: service.link_output(
        s, actor=who, at=now(), relationship_id=r.id, key="AW1", to=URL
    ),
    "take": lambda s, who, r: service.take_suggestion(
        s, actor=who, at=now(), relationship_id=r.id, key="AW4", suggestion="priority"
    ),
    "rmp": lambda s, who, r: service.tick_rmp(
        s, actor=who, at=now(), relationship_id=r.id, stage=r.stage, note="Sections 1 to 4."
    ),
    "move": lambda s, who, r: move(s, who, r, reason="because"),
    "decline": lambda s, who, r: service.decline(
        s, actor=who, at=now(), relationship_id=r.id, version=r.version, reason="because"
    ),
}


def test_who_may(session):
    found, other = (make_relationship(session, stage=Stage.AWARENESS) for _ in range(2))
    may = [
        make_person(session, Role.SYSTEM_MANAGER),
        make_person(session, scoped=[(Role.RELATIONSHIP_OWNER, found.id)]),
        make_person(session, scoped=[(Role.RELATIONSHIP_MANAGER, found.id)]),
    ]
    may_not = [
        make_person(session, Role.VIEWER),
        make_person(session, Role.SER),
        make_person(session, Role.AUDITOR),
        make_person(session, scoped=[(Role.RELATIONSHIP_MANAGER, other.id)]),
        make_contact(session, found),
    ]
    stranger = make_contact(session, other)
    tick(session, may[0], found)
    for place, verb in enumerate(VERBS.values()):
        for who in may_not:
            with pytest.raises(NotAllowed):
                verb(session, who, found)
        with pytest.raises(NotFound):
            verb(session, stranger, found)
        verb(session, may[place % 3], found)
