"""The exit: started by who may, with steps and days; called off together; evaluated by each party; completed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.kit.ids import new_id
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitNotice, ExitProcess, ExitStep, ExitTrigger
from auditapp.relationships.exits.queries.base import roles_held
from auditapp.relationships.exits.rules.process import Again, ExitKind, ExitStatus, StepStatus
from auditapp.relationships.exits.rules.triggers import TriggerState, TriggerVerb
from auditapp.relationships.links.service import add_link
from auditapp.relationships.obligations.queries import open_extras, open_one
from auditapp.relationships.rules import Sharing, Stage
from auditapp.trail.model import Fact
from tests.factories import make_contact, make_person, make_relationship

X, P = ExitKind, ExitStatus
TODAY = now().date()


def begin(session, scene, part="ser", kind=X.PLANNED, **more):
    actor = scene[part]
    values = {
        "reason": "It is built.", "notice_on": TODAY, "ends_on": TODAY + timedelta(days=120), "route": "A letter",
        "held": roles_held(session, actor, scene.relationship), "relationship": scene.relationship, "kind": kind,
    }  # fmt: skip
    found = service.activate(session, actor=actor, at=now(), **(values | more))
    session.flush()
    return found


def base(scene, process, part="manager", **more):
    return {"actor": scene[part], "at": now(), "relationship": scene.relationship, "process": process} | more


def steps(session, process):
    return session.scalars(
        sa.select(ExitStep).where(ExitStep.process_id == process.id).order_by(ExitStep.number)
    ).all()


WHO = (
    ("ser", X.PLANNED, None),
    ("ser", X.BY_US, None),
    ("ser", X.JOINT, None),
    ("partner_ser", X.JOINT, None),
    ("partner_ser", X.BY_PARTNER, None),
    ("manager", X.PLANNED, NotAllowed),  # the strategy names the two SERs
    ("system", X.BY_US, NotAllowed),
    ("viewer", X.PLANNED, NotAllowed),
    ("speaker", X.JOINT, NotAllowed),
    ("partner_ser", X.BY_US, NotAllowed),
    ("contact", X.BY_PARTNER, NotAllowed),
    ("manager", X.BY_PARTNER, Invalid),  # recorded by us only with where the notice stands
    ("viewer", X.BY_PARTNER, NotAllowed),
)


def test_who_starts_is_checked_against_the_strategy(session, agreed):
    for part, kind, error in WHO:
        nested = session.begin_nested()
        try:
            found = begin(session, agreed, part, kind)
        except (NotAllowed, Invalid) as refusal:
            refused = type(refusal)
        else:
            refused = None
            assert found.status is (P.PROPOSED if kind is X.JOINT else P.RUNNING)
            assert session.scalars(sa.select(ExitNotice.party_id)).one() == agreed[part].partner_id
        assert refused is error, (part, kind)
        nested.rollback()
        session.expire_all()


def test_what_is_missing_is_named(session, agreed):
    for more, field in (
        ({"reason": " "}, "reason"),
        ({"route": ""}, "route"),
        ({"ends_on": TODAY}, "ends_on"),
        ({"trigger_id": new_id()}, "trigger"),
    ):
        with pytest.raises(Invalid) as refused:
            begin(session, agreed, **more)
        assert refused.value.field == field


def test_the_steps_come_from_the_strategy_with_owners_and_days(session, agreed):
    found = begin(session, agreed)
    made = steps(session, found)
    assert len(made) == 10
    assert {one.party_id for one in made} == {None, agreed.partner_id}
    assert all(TODAY < one.due_on <= found.ends_on for one in made)
    waits = {one.id: one for one in made}
    assert any(one.after_id for one in made)
    assert all(waits[one.after_id].due_on <= one.due_on for one in made if one.after_id)
    with pytest.raises(Refusal, match="one at a time"):
        begin(session, agreed)


def test_a_premature_exit_by_the_partner_begins_with_continuity_and_is_quicker(session, agreed):
    found = begin(
        session,
        agreed,
        "manager",
        X.BY_PARTNER,
        reference="E-mail of 3 May",
        ends_on=TODAY + timedelta(days=40),
    )
    assert found.initiated_party_id == agreed.partner_id
    made = steps(session, found)
    assert [one.continuity for one in made][:3] == [True, True, False]
    assert made[0].due_on <= TODAY + timedelta(days=6)  # one working day, over a weekend or holidays
    notice = session.scalars(sa.select(ExitNotice)).one()
    assert (notice.party_id, notice.reference) == (agreed.partner_id, "E-mail of 3 May")
    # the partner never answers: our side settles its steps with how we know, and says why there is no evaluation
    for one in made:
        waits = next((other for other in made if other.id == one.after_id), None)
        if waits is not None and waits.status is StepStatus.OPEN:
            service.waive_step(session, step=waits, reason="Overtaken.", **base(agreed, found))
        if one.status is not StepStatus.OPEN:
            continue
        if one.party_id is not None:
            with pytest.raises(Invalid):
                service.do_step(session, step=one, on=TODAY, note="", **base(agreed, found))
        service.do_step(session, step=one, on=TODAY, note="Seen on site.", **base(agreed, found))
    evaluated(session, agreed, found)
    nothing = service.Evaluated(worked="", lessons="", value_reached="", future="", again=None)
    service.evaluate(
        session, party_id=agreed.partner_id, values=nothing, not_given="They do not answer any more.", **base(agreed, found)
    )  # fmt: skip
    service.complete(session, on=TODAY, **base(agreed, found))
    assert (agreed.relationship.stage, agreed.relationship.ended_on) == (Stage.EXIT_STRATEGY, TODAY)


def evaluated(session, scene, process, part="manager", **more):
    values = service.Evaluated(
        worked="Much.", lessons="Begin early.", value_reached="", future="", again=Again.YES
    )
    party = scene[part].partner_id
    return service.evaluate(
        session, **({"party_id": party, "values": values} | more), **base(scene, process, part)
    )


def test_without_a_joint_strategy_the_exit_follows_the_standard_steps(session):
    ser = make_person(session)
    relationship = make_relationship(session, ser_id=ser.person_id)
    make_contact(session, relationship)
    found = service.activate(
        session, actor=ser, at=now(), relationship=relationship, kind=X.BY_US, reason="No need.", notice_on=TODAY,
        ends_on=TODAY + timedelta(days=90), route="Letter", held=roles_held(session, ser, relationship),
    )  # fmt: skip
    assert len(steps(session, found)) == 10
    assert found.version_id is None


def test_a_joint_exit_begins_when_both_have_agreed(session, agreed):
    found = begin(session, agreed, kind=X.JOINT)
    assert steps(session, found) == []
    for part in ("viewer", "contact"):
        with pytest.raises(NotAllowed):
            service.answer_exit(
                session, party_id=agreed[part].partner_id, agreed=True, **base(agreed, found, part)
            )
    with pytest.raises(NotAllowed):  # nobody speaks for the other party signed in
        service.answer_exit(session, party_id=None, agreed=True, **base(agreed, found, "speaker"))
    with pytest.raises(Invalid):
        service.answer_exit(session, party_id=agreed.partner_id, agreed=True, **base(agreed, found))
    service.answer_exit(session, party_id=agreed.partner_id, agreed=True, **base(agreed, found, "speaker"))
    assert found.status is P.RUNNING
    assert len(steps(session, found)) == 10
    facts = session.scalars(
        sa.select(Fact.verb).where(Fact.verb.startswith("exit.")).order_by(Fact.seq)
    ).all()
    assert facts[-3:] == ["exit.proposed", "exit.consented", "exit.activated"]


def test_a_joint_exit_is_agreed_elsewhere_and_recorded(session, agreed):
    found = begin(session, agreed, kind=X.JOINT)
    service.answer_exit(
        session, party_id=agreed.partner_id, agreed=True, reference="Minutes of 4 May", **base(agreed, found)
    )
    assert found.status is P.RUNNING


def test_a_joint_exit_may_be_refused_or_taken_back(session, agreed):
    found = begin(session, agreed, kind=X.JOINT)
    with pytest.raises(Invalid):
        service.answer_exit(
            session, party_id=agreed.partner_id, agreed=False, **base(agreed, found, "speaker")
        )
    service.answer_exit(
        session, party_id=agreed.partner_id, agreed=False, note="Too early.", **base(agreed, found, "speaker")
    )
    assert found.status is P.REFUSED
    other = begin(session, agreed, "partner_ser", X.JOINT)
    with pytest.raises(NotFound):
        service.take_back(session, reason="No.", **base(agreed, other))
    service.take_back(session, reason="Found another way.", **base(agreed, other, "partner_ser"))
    assert other.status is P.CALLED_OFF


def test_calling_off_is_a_joint_decision(session, agreed):
    trigger = session.scalars(sa.select(ExitTrigger).where(ExitTrigger.number == 1)).one()
    service.check_trigger(
        session,
        actor=agreed["manager"],
        at=now(),
        strategy=agreed.strategy,
        trigger=trigger,
        verb=TriggerVerb.TRIP,
        note="Sold.",
    )
    found = begin(session, agreed, trigger_id=trigger.id)
    with pytest.raises(Invalid):
        service.ask_call_off(session, reason="", **base(agreed, found, "speaker"))
    service.ask_call_off(session, reason="The sale fell through.", **base(agreed, found, "speaker"))
    assert found.status is P.CALLING_OFF
    with pytest.raises(Refusal):
        service.complete(session, on=TODAY, **base(agreed, found))
    service.answer_call_off(
        session, party_id=None, agreed=False, note="We have told people.", **base(agreed, found)
    )
    assert found.status is P.RUNNING
    service.ask_call_off(session, reason="We changed our mind.", **base(agreed, found, "ser"))
    service.answer_call_off(
        session, party_id=agreed.partner_id, agreed=True, **base(agreed, found, "partner_ser")
    )
    assert found.status is P.CALLED_OFF
    assert trigger.state is TriggerState.WATCH
    assert agreed.relationship.ended_on is None
    with pytest.raises(Refusal):
        service.do_step(session, step=steps(session, found)[2], on=TODAY, **base(agreed, found))


def test_steps_are_done_by_their_party(session, agreed):
    found = begin(session, agreed)
    made = steps(session, found)
    theirs, ours = next(one for one in made if one.party_id), made[2]
    for part in ("speaker", "contact"):
        with pytest.raises(NotAllowed):
            service.do_step(session, step=ours, on=TODAY, **base(agreed, found, part))
    with pytest.raises(NotAllowed):
        service.do_step(session, step=ours, on=TODAY, **base(agreed, found, "viewer"))
    service.do_step(session, step=theirs, on=TODAY, **base(agreed, found, "contact"))
    with pytest.raises(Refusal, match="That one comes first"):
        service.do_step(session, step=made[1], on=TODAY, **base(agreed, found))
    with pytest.raises(Invalid):
        service.do_step(session, step=ours, on=TODAY + timedelta(days=1), **base(agreed, found))
    with pytest.raises(Stale):
        service.do_step(session, step=ours, on=TODAY, seen=99, **base(agreed, found))
    service.waive_step(session, step=made[0], reason="Customers stay.", **base(agreed, found, "ser"))
    service.do_step(session, step=made[1], on=TODAY, **base(agreed, found))
    service.reopen_step(session, step=made[1], **base(agreed, found))
    assert (made[1].status, made[1].settled_on) == (StepStatus.OPEN, None)


def test_evidence_is_linked_to_a_step_by_whose_it_is(session, agreed):
    found = begin(session, agreed)
    theirs = next(one for one in steps(session, found) if one.party_id)
    link = {"at": now(), "from_kind": "exit_step", "from_id": theirs.id}
    add_link(session, actor=agreed["contact"], to="https://example.org/list", **link)
    with pytest.raises(NotAllowed):
        add_link(session, actor=agreed["viewer"], to="https://example.org/other", **link)
    stranger = make_contact(session, make_relationship(session))
    with pytest.raises(NotFound):
        add_link(session, actor=stranger, to="https://example.org/other", **link)


def test_a_step_moves_with_a_reason_and_one_more_is_added(session, agreed):
    found = begin(session, agreed)
    one = steps(session, found)[2]
    first = one.due_on
    values = {"step": one, "due_on": first + timedelta(days=7), "owner_id": one.owner_id}
    with pytest.raises(Invalid):
        service.move_step(session, reason="", **values, **base(agreed, found))
    with pytest.raises(NotAllowed):
        service.move_step(session, reason="Holidays.", **values, **base(agreed, found, "speaker"))
    service.move_step(session, reason="Holidays.", **values, **base(agreed, found))
    assert (one.first_due_on, one.due_on) == (first, first + timedelta(days=7))
    made = service.add_step(
        session, what="Close the account", party_id=agreed.partner_id, owner_id=agreed["speaker"].person_id,
        due_on=TODAY, **base(agreed, found),
    )  # fmt: skip
    assert made.number == 11


def test_notices_are_recorded_by_their_party(session, agreed):
    found = begin(session, agreed)
    values = {"on": TODAY, "route": "E-mail"}
    with pytest.raises(NotAllowed):
        service.record_notice(session, party_id=None, **values, **base(agreed, found, "speaker"))
    with pytest.raises(NotAllowed):
        service.record_notice(session, party_id=agreed.partner_id, **values, **base(agreed, found, "contact"))
    made = service.record_notice(
        session, party_id=agreed.partner_id, **values, **base(agreed, found, "speaker")
    )
    assert made.number == 2


def test_what_each_party_wrote_at_the_end_stays_theirs(session, agreed):
    found = begin(session, agreed)
    with pytest.raises(NotAllowed):
        evaluated(session, agreed, found, "speaker", party_id=None)
    theirs = evaluated(session, agreed, found, "contact")
    assert theirs.sharing is Sharing.SHARED
    with pytest.raises(NotAllowed, match="stays theirs"):
        evaluated(session, agreed, found, party_id=agreed.partner_id, reference="E-mail")
    with pytest.raises(Invalid):
        evaluated(
            session, agreed, found,
            values=service.Evaluated(worked="Much.", lessons="", value_reached="", future="", again=Again.NO),
        )  # fmt: skip
    assert evaluated(session, agreed, found).sharing is Sharing.INTERNAL


def test_completing_needs_every_step_and_every_evaluation_and_ends_the_relationship(session, agreed):
    found = begin(session, agreed)
    with pytest.raises(Refusal, match="steps are open"):
        service.complete(session, on=TODAY, **base(agreed, found))
    for one in reversed(steps(session, found)):
        service.waive_step(session, step=one, reason="Short.", **base(agreed, found))
    with pytest.raises(Refusal, match="our own organization"):
        service.complete(session, on=TODAY, **base(agreed, found))
    evaluated(session, agreed, found)
    with pytest.raises(Refusal, match="Partner"):
        service.complete(session, on=TODAY, **base(agreed, found))
    evaluated(session, agreed, found, "speaker")
    for part in ("viewer", "speaker"):
        with pytest.raises(NotAllowed):
            service.complete(session, on=TODAY, **base(agreed, found, part))
    with pytest.raises(Invalid):
        service.complete(session, on=TODAY - timedelta(days=1), **base(agreed, found))
    service.complete(session, on=TODAY, **base(agreed, found))
    assert found.status is P.COMPLETED
    assert (agreed.relationship.stage, agreed.relationship.ended_on) == (Stage.EXIT_STRATEGY, TODAY)
    for key in ("exit_review", "trigger_watch", "continuity_test"):
        assert open_one(session, key, agreed.strategy.id) is None
        assert open_extras(session, key, agreed.strategy.id) == []
    fact = session.scalars(sa.select(Fact).where(Fact.verb == "exit.completed")).one()
    assert '"stage":"exit_strategy"' in fact.after
    # it is over for everybody
    with pytest.raises(Refusal, match="has ended"):
        evaluated(session, agreed, found)
    with pytest.raises(Refusal, match="has ended"):
        service.answer_call_off(session, party_id=None, agreed=True, **base(agreed, found))
    with pytest.raises(Refusal, match="has ended"):
        begin(session, agreed)


def test_the_life_of_an_exit_holds_in_the_database(session, agreed):
    begin(session, agreed)
    first = session.scalars(sa.select(ExitProcess)).one()
    session.add(
        ExitProcess(
            ref="XP-1", relationship_id=agreed.relationship.id, strategy_id=agreed.strategy.id, kind=X.BY_US,
            status=P.RUNNING, reason="", initiated_at=now(), notice_on=TODAY, ends_on=TODAY,
        )
    )  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    del first
