"""Verifying, returning, checking the effect: by somebody else, with nothing left open, not before the day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.findings.life.service.base import standing
from auditapp.findings.model import (
    Action,
    ActionRequest,
    EffectivenessCheck,
    ExtentCheck,
    Verification,
)
from auditapp.findings.rules.action import ActionStatus, RequestKind
from auditapp.findings.rules.nonconformity import CheckResult, ExtentResult, NcStatus
from auditapp.findings.verification import service
from auditapp.findings.verification.queries import check_of, waiting_for
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship
from auditapp.trail.model import Fact
from tests.factories import make_person
from tests.factories.audits import make_auditor
from tests.factories.nonconformities import Cast, make_action, make_case

S, A = NcStatus, ActionStatus


@pytest.fixture
def cast(session):
    return Cast(session)


def verbs(session):
    session.flush()
    return list(session.scalars(sa.select(Fact.verb).order_by(Fact.seq)))


def new_verbs(session, work):
    before = len(verbs(session))
    work()
    return verbs(session)[before:]


def refused(session, nc, error, match, work):
    """The command is refused, and leaves nothing."""
    session.flush()
    stood, facts = standing(nc), verbs(session)
    with pytest.raises(error, match=match):
        work()
    session.flush()
    assert standing(nc) == stood
    assert verbs(session) == facts


def today():
    return now().date()


class TestActions:
    def test_verified_once_although_sent_twice(self, session, cast):
        _nc, action, _ = make_case(session, cast, S.IMPLEMENTING, actions=A.DONE)
        by = {"actor": cast["verifier"], "at": now()}
        told = new_verbs(
            session,
            lambda: [
                service.verify_action(session, **by, action=action, note="Seen.", sample="3 of 9")
                for _ in range(2)
            ],
        )
        assert told == ["action.verified"]
        assert (action.status, action.verified_by_id) == (A.VERIFIED, cast.id_of("verifier"))
        row = session.scalars(sa.select(Verification)).one()
        assert (row.accepted, row.note, row.sample, row.action_id) == (True, "Seen.", "3 of 9", action.id)

    @pytest.mark.parametrize("who", ["owner", "stand_in", "former", "responsible", "deputy"])
    def test_nobody_verifies_their_own_work(self, session, cast, who):
        nc, action, _ = make_case(session, cast, S.IMPLEMENTING, actions=A.DONE)
        nc.verifier_id = cast.id_of(who)  # however they came to be the verifier
        for work in (
            lambda: service.verify_action(session, actor=cast[who], at=now(), action=action),
            lambda: service.return_action(session, actor=cast[who], at=now(), action=action, reason="No"),
        ):
            refused(session, nc, NotAllowed, "own work", work)
        assert action.status is A.DONE

    def test_returned_needs_a_reason_and_takes_submitted_work_back(self, session, cast):
        nc, action, _ = make_case(session, cast, S.VERIFICATION, actions=A.DONE)
        by = {"actor": cast["verifier"], "at": now(), "action": action}
        refused(session, nc, Invalid, "missing", lambda: service.return_action(session, **by, reason=" "))
        told = new_verbs(session, lambda: service.return_action(session, **by, reason="No date on it."))
        assert told == ["action.returned", "nonconformity.work_returned"]
        assert (action.status, action.status_reason, action.done_at) == (A.RETURNED, "No date on it.", None)
        assert (nc.status, nc.status_reason) == (S.IMPLEMENTING, "No date on it.")
        assert nc.turn_due_on == action.due_on
        tries = session.scalars(sa.select(Verification)).all()
        assert {(one.action_id, one.accepted, one.note) for one in tries} == {
            (action.id, False, "No date on it."),
            (None, False, "No date on it."),
        }

    def test_reopened_is_returned_or_proposed_again(self, session, cast):
        nc, first, second = make_case(session, cast, S.VERIFICATION)
        second.status, second.cancelled_at, second.cancelled_by_id = (
            A.CANCELLED,
            now(),
            cast.id_of("manager"),
        )
        by = {"actor": cast["verifier"], "at": now(), "reason": "It does not hold."}
        told = new_verbs(session, lambda: service.reopen_action(session, **by, action=first))
        assert told == ["action.reopened", "nonconformity.work_returned"]
        assert (first.status, first.verified_at, nc.status) == (A.RETURNED, None, S.IMPLEMENTING)
        assert new_verbs(session, lambda: service.reopen_action(session, **by, action=second)) == [
            "action.reopened"
        ]
        assert (second.status, second.cancelled_by_id) == (A.PROPOSED, None)

    def test_once_the_work_is_verified_no_single_action_is_reopened(self, session, cast):
        nc, action, _ = make_case(session, cast, S.EFFECTIVENESS)
        refused(
            session,
            nc,
            Refusal,
            "Effectiveness check",
            lambda: service.reopen_action(
                session, actor=cast["verifier"], at=now(), action=action, reason="Why not"
            ),
        )

    def test_an_owner_of_another_action_may_verify_this_one(self, session, cast):
        nc, action, _ = make_case(session, cast, S.IMPLEMENTING, actions=A.DONE)
        make_action(session, nc, cast.id_of("leader"))
        service.verify_action(session, actor=cast["leader"], at=now(), action=action)
        assert action.status is A.VERIFIED


class TestIndependence:
    def conflict(self, session, cast, who):
        session.get(Relationship, cast.relationship.id).owner_id = cast.id_of(who)
        session.flush()

    @pytest.mark.parametrize("who", ["verifier", "leader", "manager"])
    def test_whoever_runs_the_relationship_does_not_verify(self, session, cast, who):
        self.conflict(session, cast, who)
        nc, action, _ = make_case(session, cast, S.VERIFICATION, actions=A.DONE)
        by = {"actor": cast[who], "at": now()}
        for work in (
            lambda: service.verify_action(session, **by, action=action),
            lambda: service.return_action(session, **by, action=action, reason="No"),
            lambda: service.verify_work(session, **by, nc=nc, note="Seen.", sample="All"),
            lambda: service.return_work(session, **by, nc=nc, reason="No"),
        ):
            refused(session, nc, NotAllowed, "independent", work)
        nc.status = S.EFFECTIVENESS
        for work in (
            lambda: service.confirm_effective(session, **by, nc=nc, note="Holds."),
            lambda: service.fail_effective(session, **by, nc=nc, reason="No"),
        ):
            refused(session, nc, NotAllowed, "independent", work)

    def test_a_recorded_conflict_is_no_obstacle_to_the_verifier_alone(self, session, cast):
        self.conflict(session, cast, "verifier")
        nc, action, other = make_case(session, cast, S.IMPLEMENTING, actions=A.DONE)
        nc.verifier_conflict, nc.verifier_reason = "is owner", "Nobody else"
        nc.verifier_reviewer_id = cast.id_of("auditor")
        service.verify_action(session, actor=cast["verifier"], at=now(), action=action)
        self.conflict(session, cast, "leader")
        with pytest.raises(NotAllowed, match="independent"):
            service.verify_action(session, actor=cast["leader"], at=now(), action=other)

    def test_a_verifier_is_named_and_an_override_is_kept_in_the_open(self, session, cast):
        nc, _action, _ = make_case(session, cast, S.CAUSE)
        by = {"actor": cast["manager"], "at": now(), "nc": nc}
        told = new_verbs(
            session,
            lambda: [
                service.assign_verifier(session, **by, verifier_id=cast.id_of("auditor")) for _ in range(2)
            ],
        )
        assert told == ["nonconformity.verifier_assigned"]
        self.conflict(session, cast, "verifier")
        wanted = {"verifier_id": cast.id_of("verifier")}
        for more in ({}, {"reason": "Nobody else"}, {"reason": "N", "reviewer_id": cast.id_of("verifier")}):
            refused(
                session,
                nc,
                Refusal,
                "independent|review",
                lambda more=more: service.assign_verifier(session, **by, **wanted, **more),
            )
        service.assign_verifier(
            session, **by, **wanted, reason="Nobody else", reviewer_id=cast.id_of("auditor")
        )
        assert nc.verifier_conflict
        assert (nc.verifier_reason, nc.verifier_reviewer_id) == ("Nobody else", cast.id_of("auditor"))
        # Somebody independent afterwards: nothing of the override stays on the row.
        service.assign_verifier(session, **by, verifier_id=cast.id_of("auditor"), reason="said anyway")
        assert (nc.verifier_conflict, nc.verifier_reason, nc.verifier_reviewer_id) == ("", "", None)

    @pytest.mark.parametrize("who", ["responsible", "deputy", "owner", "stand_in", "former", "contact"])
    def test_own_work_and_partners_are_never_overridden(self, session, cast, who):
        nc, _action, _ = make_case(session, cast, S.CAUSE)
        refused(
            session,
            nc,
            Refusal,
            "own work|partner",
            lambda: service.assign_verifier(
                session,
                actor=cast["manager"],
                at=now(),
                nc=nc,
                verifier_id=cast.id_of(who),
                reason="Nobody else",
                reviewer_id=cast.id_of("auditor"),
            ),
        )


class TestWork:
    def verify(self, session, cast, nc, **more):
        values = {"note": "Records seen.", "sample": "5 of 12 reviews"} | more
        service.verify_work(session, actor=cast["verifier"], at=now(), nc=nc, **values)

    def test_verified_work_waits_for_its_day(self, session, cast):
        nc, _action, _ = make_case(session, cast, S.VERIFICATION)
        check = check_of(session, nc)
        check.not_before = today() + timedelta(days=40)
        told = new_verbs(session, lambda: [self.verify(session, cast, nc) for _ in range(2)])
        assert told == ["nonconformity.verified"]
        assert (nc.status, nc.verified_by_id) == (S.EFFECTIVENESS, cast.id_of("verifier"))
        assert check.not_before == today() + timedelta(days=40)
        assert nc.turn_due_on > check.not_before
        row = session.scalars(sa.select(Verification)).one()
        assert (row.accepted, row.sample, row.action_id) == (True, "5 of 12 reviews", None)

    def test_the_day_can_be_put_off_but_not_brought_forward(self, session, cast):
        nc, _action, _ = make_case(session, cast, S.VERIFICATION)
        check_of(session, nc).not_before = today() + timedelta(days=40)
        refused(
            session,
            nc,
            Refusal,
            "brought forward",
            lambda: self.verify(session, cast, nc, not_before=today() + timedelta(days=39)),
        )
        self.verify(session, cast, nc, not_before=today() + timedelta(days=90))
        assert check_of(session, nc).not_before == today() + timedelta(days=90)

    def test_no_day_written_gives_the_usual_one_and_one_that_is_over_today(self, session, cast):
        nc, _action, _ = make_case(session, cast, S.VERIFICATION)
        check_of(session, nc).not_before = None
        self.verify(session, cast, nc)
        assert 59 <= (check_of(session, nc).not_before - today()).days <= 61
        late, _action, _ = make_case(session, cast, S.VERIFICATION)
        self.verify(session, cast, late)
        assert check_of(session, late).not_before == today()

    def test_everything_that_is_open_is_named_at_once(self, session, cast):
        nc, first, second = make_case(session, cast, S.VERIFICATION)
        first.status, second.status = A.DONE, A.IN_PROGRESS
        session.add(
            ActionRequest(
                action_id=second.id,
                kind=RequestKind.CANCEL,
                reason="?",
                asked_by_id=second.owner_id,
                asked_at=now(),
            )
        )
        session.scalars(sa.select(ExtentCheck)).one().result = ExtentResult.OPEN
        check_of(session, nc).criteria = " "
        session.flush()
        with pytest.raises(Refusal) as raised:
            self.verify(session, cast, nc)
        words = str(raised.value)
        for wanted in (first.ref, second.ref, "request", "without a result: 1", "criteria"):
            assert wanted in words
        assert nc.status is S.VERIFICATION

    def test_an_action_of_an_earlier_round_counts_too(self, session, cast):
        nc, first, _ = make_case(session, cast, S.VERIFICATION, reopened=1)
        first.round, first.status = 1, A.PROPOSED
        refused(session, nc, Refusal, first.ref, lambda: self.verify(session, cast, nc))

    @pytest.mark.parametrize("missing", ["note", "sample"])
    def test_what_was_looked_at_is_written_down(self, session, cast, missing):
        nc, _action, _ = make_case(session, cast, S.VERIFICATION)
        refused(session, nc, Invalid, "looked at", lambda: self.verify(session, cast, nc, **{missing: " "}))

    def test_returned_work_goes_on(self, session, cast):
        nc, _action, _ = make_case(session, cast, S.VERIFICATION)
        by = {"actor": cast["leader"], "at": now(), "nc": nc}
        refused(session, nc, Invalid, "missing", lambda: service.return_work(session, **by, reason=""))
        told = new_verbs(
            session,
            lambda: [service.return_work(session, **by, reason="One is missing.") for _ in range(2)],
        )
        assert told == ["nonconformity.work_returned"]
        assert nc.status is S.IMPLEMENTING


class TestEffect:
    def test_not_before_the_day(self, session, cast):
        nc, _action, _ = make_case(session, cast, S.EFFECTIVENESS)
        check_of(session, nc).not_before = today() + timedelta(days=2)
        session.flush()
        by = {"actor": cast["verifier"], "at": now(), "nc": nc}
        for work in (
            lambda: service.confirm_effective(session, **by, note="Holds."),
            lambda: service.fail_effective(session, **by, reason="Came back."),
        ):
            refused(session, nc, Refusal, "not checked before", work)
        service.confirm_effective(
            session, actor=cast["verifier"], at=now() + timedelta(days=2, hours=1), nc=nc, note="Holds."
        )
        assert nc.status is S.CLOSED

    def test_effective_closes(self, session, cast):
        nc, _action, _ = make_case(session, cast, S.EFFECTIVENESS)
        by = {"actor": cast["verifier"], "at": now(), "nc": nc}
        refused(session, nc, Invalid, "criteria", lambda: service.confirm_effective(session, **by, note=" "))
        told = new_verbs(
            session,
            lambda: [service.confirm_effective(session, **by, note="Holds.", sample="All") for _ in range(2)],
        )
        assert told == ["nonconformity.effective"]
        assert (nc.status, nc.closed_by_id, nc.turn_due_on) == (S.CLOSED, cast.id_of("verifier"), None)
        check = check_of(session, nc)
        assert (check.result, check.note, check.sample) == (CheckResult.EFFECTIVE, "Holds.", "All")

    @pytest.mark.parametrize("status", [status for status in A if status not in {A.VERIFIED, A.CANCELLED}])
    def test_nothing_is_closed_with_an_action_open(self, session, cast, status):
        nc, action, _ = make_case(session, cast, S.EFFECTIVENESS)
        action.status = status
        session.flush()
        refused(
            session,
            nc,
            Refusal,
            action.ref,
            lambda: service.confirm_effective(
                session, actor=cast["verifier"], at=now(), nc=nc, note="Holds."
            ),
        )

    def test_not_effective_begins_a_new_round(self, session, cast):
        nc, action, _ = make_case(session, cast, S.EFFECTIVENESS)
        first = check_of(session, nc)
        by = {"actor": cast["verifier"], "at": now(), "nc": nc}
        refused(session, nc, Invalid, "criteria", lambda: service.fail_effective(session, **by, reason=""))
        told = new_verbs(
            session, lambda: [service.fail_effective(session, **by, reason="Came back.") for _ in range(2)]
        )
        assert told == ["nonconformity.not_effective"]
        assert (nc.status, nc.reopened, nc.round, nc.verified_at) == (S.CAUSE, 1, 2, None)
        assert (first.result, first.note) == (CheckResult.NOT_EFFECTIVE, "Came back.")
        assert check_of(session, nc) is None
        assert session.scalar(sa.select(sa.func.count()).select_from(EffectivenessCheck)) == 1
        assert session.get(Action, action.id).status is A.VERIFIED


def test_what_waits_for_a_verifier(session, cast):
    make_case(session, cast, S.PLAN_SUBMITTED)
    submitted, *_ = make_case(session, cast, S.VERIFICATION)
    due, *_ = make_case(session, cast, S.EFFECTIVENESS)
    later, *_ = make_case(session, cast, S.EFFECTIVENESS)
    check_of(session, later).not_before = today() + timedelta(days=9)
    _nc, done, other = make_case(session, cast, S.IMPLEMENTING, actions=A.DONE)
    submitted.turn_due_on = today() - timedelta(days=1)
    make_case(session, cast, S.CLOSED)
    found = waiting_for(session, cast["verifier"], now())
    assert len(found) == 6
    assert (found[0].ref, found[0].overdue) == (submitted.ref, True)
    assert (found[-1].ref, found[-1].ready, found[-1].since) == (
        later.ref,
        False,
        today() + timedelta(days=9),
    )
    assert {done.ref, other.ref, due.ref} <= {one.ref for one in found}
    assert waiting_for(session, make_auditor(session), now()) == []
    assert waiting_for(session, make_person(session, Role.PROGRAMME_MANAGER), now()) == []
