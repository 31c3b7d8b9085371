"""A review from its plan to issued minutes and a correction; its actions and the duty it answers."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.rules import Role
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.obligations.rules import State
from auditapp.reminders import due
from auditapp.reminders.news.service import tell_news
from auditapp.reminders.outbox.model import Notice
from auditapp.reports.management_review import service
from auditapp.reports.management_review.model import ReviewPaper
from auditapp.reports.management_review.queries.store import (
    action_by_ref,
    earlier_actions,
    frozen,
    parts_of,
    review_by_ref,
)
from auditapp.reports.management_review.reports.pack import input_pack, without_data
from auditapp.reports.management_review.rules import (
    DUTY,
    ActionStatus,
    DecisionKind,
    PaperKind,
    Status,
    Topic,
)
from auditapp.reports.readiness.queries.standing import records
from tests.factories import make_person, make_relationship
from tests.statements import counted

DAY = timedelta(days=1)


class Cast:
    """Who is there, and one review."""

    def __init__(self, session):
        self.session, self.at = session, now()
        self.today = self.at.date()
        self.ada = make_person(session, Role.SYSTEM_MANAGER, name="Ada")
        self.chair = make_person(session, Role.SER, name="Chair")
        self.owner = make_person(session, Role.ACTION_OWNER, name="Owner")
        self.auditor = make_person(session, Role.AUDITOR, name="Auditor")
        self.contact = make_person(session, Role.PARTNER_CONTACT, name="Contact")
        self.review = self.plan()

    def by(self, who=None):
        return {"actor": who or self.ada, "at": self.at, "review": self.review}

    def said(self, **more):
        values = {
            "title": "Review of the year", "planned_on": self.today, "since": self.today - 365 * DAY,
            "chair_id": self.chair.person_id, "people": (self.auditor.person_id,),
        } | more  # fmt: skip
        return service.PlanInput(**values)

    def plan(self, **more):
        return service.plan(self.session, actor=self.ada, at=self.at, said=self.said(**more))

    def hold(self):
        service.hold(
            self.session, held_on=self.today, attended=[self.chair.person_id, self.ada.person_id], **self.by()
        )

    def write(self):
        for topic in Topic:
            service.write_note(self.session, topic=topic, text=f"Looked at {topic.value}.", **self.by())
        service.write_conclusion(self.session, text="It fits and works.", **self.by())

    def ask(self, days=10):
        return service.ask(
            self.session, title="Train two auditors", owner=self.owner.person_id,
            due_on=self.today + days * DAY, **self.by(),
        )  # fmt: skip


@pytest.fixture
def cast(session):
    return Cast(session)


def test_from_the_plan_to_the_minutes(cast, session):
    review = cast.review
    assert (review.ref, review.status) == (f"MR-{cast.at.year}-01", Status.PLANNED)
    assert [name for _one, name in parts_of(session, review).people] == ["Auditor", "Chair"]
    service.write_note(session, topic=Topic.CONTEXT, text="A new law.", **cast.by())
    with pytest.raises(Refusal):
        service.issue(session, **cast.by())
    cast.hold()
    parts = parts_of(session, review)
    assert (review.status, parts.attended) == (Status.HELD, ["Ada", "Chair"])
    pack = frozen(session, parts.paper(PaperKind.PACK))
    assert Topic.BODY in without_data(pack)
    assert "A new law." in repr(pack)
    with pytest.raises(Refusal):
        service.change(session, said=cast.said(title="Else"), version=review.version, **cast.by())
    service.decide(session, kind=DecisionKind.RESOURCES, text="One more auditor.", **cast.by())
    wrong = service.decide(session, kind=DecisionKind.OTHER, text="A slip.", **cast.by())
    service.remove_decision(session, decision_id=wrong.id, **cast.by())
    action = cast.ask()
    with pytest.raises(Refusal):  # nothing is concluded yet
        service.issue(session, **cast.by())
    cast.write()
    assert service.what_is_missing(session, review, parts_of(session, review)) == []
    with pytest.raises(NotAllowed):
        service.issue(session, **cast.by(cast.auditor))
    paper = service.issue(session, **cast.by(cast.chair))
    kept = repr(frozen(session, paper))
    assert all(
        one in kept
        for one in ("One more auditor.", "Train two auditors", "It fits and works.", pack.fingerprint())
    )
    assert "A slip." not in kept
    with pytest.raises(Refusal):
        service.write_conclusion(session, text="Else.", **cast.by())
    with pytest.raises(Refusal):
        service.take_out(session, action=action, **cast.by())


def test_a_correction_is_a_new_issue_and_the_old_one_stays(cast, session):
    cast.hold()
    cast.write()
    first = service.issue(session, **cast.by(cast.chair))
    before = frozen(session, first)
    with pytest.raises(Invalid):
        service.correct(session, reason=" ", **cast.by())
    service.correct(session, reason="A name was wrong.", **cast.by())
    service.write_conclusion(session, text="It fits, and works better.", **cast.by())
    second = service.issue(session, **cast.by(cast.chair))
    assert (first.revision, second.revision, second.reason) == (1, 2, "A name was wrong.")
    assert frozen(session, first) == before
    assert "A name was wrong." in repr(frozen(session, second))
    done = session.scalars(
        sa.select(Obligation).where(Obligation.key == DUTY, Obligation.state == State.DONE)
    )
    assert len(done.all()) == 1  # a correction is no second review


def test_the_pack_stays_what_it_was_when_the_data_move_on(cast, session):
    cast.hold()
    kept = parts_of(session, cast.review).paper(PaperKind.PACK)
    before = frozen(session, kept)
    make_relationship(session, name="Begun later", started_on=cast.today)
    live = input_pack(
        session, actor=cast.ada, as_of=cast.at, review=cast.review, parts=parts_of(session, cast.review)
    )
    assert live.fingerprint() != before.fingerprint() == kept.sha256
    assert frozen(session, kept) == before
    assert "Begun later" in repr(live)


@pytest.mark.parametrize(
    "said", ["UPDATE management_review_paper SET content = '{}'", "DELETE FROM management_review_paper"]
)
def test_the_database_refuses_to_change_a_paper(cast, session, said):
    cast.hold()
    session.flush()
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.text(said))
    assert session.scalar(sa.select(sa.func.count()).select_from(ReviewPaper)) == 1


def test_issued_minutes_answer_the_duty_and_readiness_sees_them(cast, session):
    obligations.begin(
        session, at=cast.at, key=DUTY, subject="system", anchor_on=cast.today - 400 * DAY,
        first_on=cast.today - 5 * DAY,
    )  # fmt: skip
    cast.hold()
    cast.write()
    service.issue(session, **cast.by(cast.chair))
    following = open_one(session, DUTY, "system")
    assert following.due_on > cast.today + 300 * DAY
    record = next(one for _clauses, one in records(session, cast.today) if one.key == DUTY)
    assert (record.last_on, record.done, record.overdue) == (cast.today, 1, 0)
    note = session.scalar(
        sa.select(Obligation.note).where(Obligation.key == DUTY, Obligation.state == State.DONE)
    )
    assert cast.review.ref in note


def test_a_duty_that_never_began_begins_with_the_minutes(cast, session):
    cast.hold()
    cast.write()
    service.issue(session, **cast.by(cast.chair))
    record = next(one for _clauses, one in records(session, cast.today) if one.key == DUTY)
    assert (record.last_on, record.done) == (cast.today, 1)
    assert record.next_on > cast.today


def test_an_action_reaches_its_owner_and_is_answered(cast, session):
    cast.hold()
    action = cast.ask()

    def mine():
        return due.items(session, at=cast.at, until=cast.today + 30 * DAY, person_id=cast.owner.person_id)

    (item,) = mine()
    assert (item.endpoint, item.args, item.ref) == (
        "management_review.action",
        {"ref": action.ref},
        action.ref,
    )
    assert "Train two auditors" in item.title
    common = {"at": cast.at, "action": action, "chair_id": cast.chair.person_id}
    with pytest.raises(NotAllowed):
        service.finish(session, actor=cast.auditor, note="Done", evidence="", **common)
    with pytest.raises(NotAllowed):
        service.drop(session, actor=cast.owner, reason="No.", **common)
    service.finish(session, actor=cast.owner, note="Both trained.", evidence="DOC-7", **common)
    service.finish(session, actor=cast.owner, note="Again.", evidence="", **common)
    assert (action.status, action.note, mine()) == (ActionStatus.DONE, "Both trained.", [])
    service.reopen(session, actor=cast.chair, reason="One left.", due_on=cast.today + 20 * DAY, **common)
    (item,) = mine()
    assert item.due_on == action.due_on == cast.today + 20 * DAY
    service.drop(session, actor=cast.chair, reason="The role is gone.", **common)
    assert (action.status, mine()) == (ActionStatus.NOT_NEEDED, [])
    later = cast.plan(title="The next one")
    (row,) = earlier_actions(session, cast.ada, review_id=later.id, since=cast.today)
    assert (row[0].ref, row[1], row[2]) == (action.ref, "Owner", cast.review.ref)


def test_the_reminder_is_not_settled_behind_the_back_of_its_action(cast, session):
    cast.hold()
    action = cast.ask()
    duty = open_one(session, "review_action", action.id)
    common = {"session": session, "at": cast.at, "found": duty}
    for state in (State.DONE, State.SKIPPED):
        with pytest.raises(Refusal), session.begin_nested():
            obligations.finish(**common, actor=cast.ada, state=state, on=cast.today, note="x")
    until = cast.today + 40 * DAY
    with pytest.raises(NotAllowed), session.begin_nested():
        obligations.put_off(**common, actor=cast.owner, due_on=until, reason="x")
    obligations.put_off(**common, actor=cast.ada, due_on=until, reason="The course is full.")
    assert action.due_on == until


def test_bad_input_names_its_field(cast, session):
    wrong = {
        "title": {"title": " "},
        "since": {"since": cast.today + DAY},
        "chair": {"chair_id": cast.contact.person_id},
    }
    make_contact = cast.contact.partner_id is None
    for field, more in wrong.items():
        if field == "chair" and make_contact:
            continue
        with pytest.raises(Invalid) as refused:
            cast.plan(**more)
        assert refused.value.field == field
    hold = {"held_on": cast.today + DAY, "attended": [cast.chair.person_id]}
    with pytest.raises(Invalid, match="lies ahead"):
        service.hold(session, **hold, **cast.by())
    with pytest.raises(Stale):
        service.change(session, said=cast.said(title="Else"), version=99, **cast.by())
    with pytest.raises(Invalid):
        service.cancel(session, reason="", **cast.by())
    service.cancel(session, reason="The chair is ill.", **cast.by())
    with pytest.raises(Refusal):
        cast.hold()


def test_who_may_what(cast, session):
    for who in (cast.auditor, cast.owner, cast.contact):
        with pytest.raises(NotAllowed):
            service.plan(session, actor=who, at=cast.at, said=cast.said())
    for who in (cast.chair, make_person(session, Role.PROGRAMME_MANAGER)):
        service.plan(session, actor=who, at=cast.at, said=cast.said())
    ref = cast.review.ref
    assert review_by_ref(session, cast.auditor, ref) is cast.review
    for who in (cast.owner, cast.contact):
        with pytest.raises(NotFound):
            review_by_ref(session, who, ref)
    cast.hold()
    action = cast.ask()
    assert action_by_ref(session, cast.owner, action.ref)[0] is action
    with pytest.raises(NotFound):
        action_by_ref(session, cast.contact, action.ref)


def test_who_is_invited_is_told(app, unit):
    def told(session):
        return set(session.scalars(sa.select(Notice.person_id)))

    unit(lambda s: tell_news(s, at=now()))
    cast = unit(Cast)
    unit(lambda s: tell_news(s, at=now()))
    assert unit(told) == {cast.chair.person_id, cast.auditor.person_id}


def test_the_pack_asks_a_fixed_number_of_statements(app, unit):
    cast = unit(Cast)

    def build(session):
        review = review_by_ref(session, cast.ada, cast.review.ref)
        parts = parts_of(session, review)
        with counted(db.engine) as said:
            input_pack(session, actor=cast.ada, as_of=cast.at, review=review, parts=parts)
        return len(said)

    few = unit(build)
    unit(lambda s: [make_relationship(s, started_on=cast.today) for _ in range(12)])
    assert unit(build) <= few <= 48
