"""What can be done with an issue, who may, and what comes by itself, on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.relationships.issues import service
from auditapp.relationships.issues.model import IssueComment
from auditapp.relationships.issues.queries import clock_of, current_stay
from auditapp.relationships.issues.queries.running import anything_due, stays_of
from auditapp.relationships.issues.rules.clock import Going, Party
from auditapp.relationships.issues.rules.issue import Came, CommentKind, Outcome, RequestStatus, Status
from auditapp.relationships.issues.rules.ladder import DEFAULT_LIMITS, Expiry, Level, Severity
from auditapp.relationships.rules import Sharing
from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed
from tests.relationships.issues.conftest import MONDAY, utc

WHY = "Because it is so."
WORDS = {
    "cause": "No slot was booked.",
    "resolution": "Slots are booked a week ahead.",
    "lesson": "Book early.",
}


def facts(session, issue):
    found = session.scalars(sa.select(Fact).where(Fact.thing_id == str(issue.id)).order_by(Fact.seq))
    return [fact.verb.removeprefix("issue.") for fact in found]


def levels(session, issue):
    return [(stay.level, stay.entered_at, stay.left_at) for stay in stays_of(session, issue.id)]


def test_an_issue_is_raised_with_a_number_and_its_clock_starts(session, cast):
    issue = cast.raised(session)
    assert (issue.ref, issue.status, issue.level, issue.awaited) == (
        "IS-2026-001",
        Status.OPEN,
        1,
        Party.PARTNER,
    )
    stay = current_stay(session, issue)
    assert (stay.own_name, stay.partner_name, stay.limit_days) == ("Mia Maple", "Yara Yew", 5)
    assert stay.calendars["partner"] == {"zone": "Europe/Amsterdam", "country": "NL", "subdivision": ""}
    assert issue.due_at == utc("2026-11-16 23:00")
    assert cast.raised(session).ref == "IS-2026-002"
    assert facts(session, issue) == ["raised"]


def test_what_a_contact_raises_is_shared_and_waits_for_us(session, cast):
    issue = cast.raised(session, by="lead", sharing=Sharing.INTERNAL)
    assert (issue.sharing, issue.awaited, issue.raised_party_id) == (
        Sharing.SHARED, Party.OWN, cast.lead.partner_id,
    )  # fmt: skip
    with pytest.raises(NotFound):
        cast.raised(session, by="stranger")


def test_an_internal_issue_waits_for_us_and_needs_no_partner(session, cast):
    issue = cast.raised(session, sharing=Sharing.INTERNAL)
    assert issue.awaited is Party.OWN
    for refused in (
        lambda: service.ask_pause(session, actor=cast.manager, at=MONDAY, issue=issue, until_on=date(2026, 12, 1), reason=WHY),
        lambda: service.ask_jump(session, actor=cast.manager, at=MONDAY, issue=issue, to_level=Level.FINAL, reason=WHY),
        lambda: service.pass_ball(session, actor=cast.manager, at=MONDAY, issue=issue, to=Party.PARTNER, note=WHY),
    ):  # fmt: skip
        with pytest.raises(Refusal, match="internal"):
            refused()
    with pytest.raises(NotFound):
        service.comment(session, actor=cast.lead, at=MONDAY, issue=issue, text="Hello")
    service.resolve(session, actor=cast.manager, at=MONDAY, issue=issue, **WORDS)
    assert issue.status is Status.CLOSED


def test_sharing_is_one_way_and_leaves_comments_internal(session, cast):
    issue = cast.raised(session, sharing=Sharing.INTERNAL)
    said = service.comment(
        session,
        actor=cast.ser,
        at=MONDAY,
        issue=issue,
        text="Mind them",
        sharing=Sharing.SHARED,
    )
    assert said.sharing is Sharing.INTERNAL
    service.share_issue(session, actor=cast.manager, at=MONDAY, issue=issue)
    service.share_issue(session, actor=cast.manager, at=MONDAY, issue=issue)
    assert issue.sharing is Sharing.SHARED
    assert said.sharing is Sharing.INTERNAL
    assert facts(session, issue).count("shared") == 1


def test_three_weeks_of_downtime_are_made_up_level_by_level(session, cast):
    issue = cast.raised(session, severity=Severity.CRITICAL)
    back = utc("2026-11-30 09:00")
    assert anything_due(session, back)
    service.advance(session, at=back)
    assert levels(session, issue) == [
        (1, MONDAY, utc("2026-11-10 23:00")),
        (2, utc("2026-11-10 23:00"), utc("2026-11-12 23:00")),
        (3, utc("2026-11-12 23:00"), utc("2026-11-17 23:00")),
        (4, utc("2026-11-17 23:00"), None),
    ]
    top = current_stay(session, issue)
    assert top.expired_at == utc("2026-11-24 23:00")
    assert [stay.used_days for stay in stays_of(session, issue.id)] == [1, 2, 3, None]
    told = facts(session, issue)
    assert told == ["raised", "moved_up_itself", "moved_up_itself", "moved_up_itself", "ladder_ended"]
    assert not anything_due(session, back + timedelta(days=400))
    assert service.advance(session, at=back) == 0
    assert facts(session, issue) == told


def test_warnings_are_kept_once_each(session, cast):
    issue = cast.raised(session)
    for at in (
        "2026-11-12 10:59",
        "2026-11-12 11:00",
        "2026-11-12 11:01",
        "2026-11-13 22:59",
        "2026-11-13 23:00",
        "2026-11-16 22:59",
    ):
        service.advance(session, at=utc(at))
    assert facts(session, issue) == ["raised", "half_time", "last_day"]
    service.advance(session, at=utc("2026-11-16 23:00"))
    assert facts(session, issue)[-1] == "moved_up_itself"
    assert current_stay(session, issue).own_name == "Iris Ivy"
    assert current_stay(session, issue).partner_name == "Piet Populier"


def test_several_issues_advance_in_the_order_of_time(session, cast):
    slow = cast.raised(session)
    quick = cast.raised(session, severity=Severity.CRITICAL)
    service.advance(session, at=utc("2026-11-17 09:00"))
    found = session.scalars(
        sa.select(Fact).where(Fact.verb == "issue.moved_up_itself").order_by(Fact.seq)
    ).all()
    moments = [parsed(fact.after)["moment"] for fact in found]
    assert moments == sorted(moments)
    assert {fact.thing_ref for fact in found} == {slow.ref, quick.ref}


def test_where_the_ladder_asks_somebody_moves_it(session, cast):
    service.set_ladder(
        session, actor=cast.manager, at=MONDAY, relationship=cast.relationship, limits=DEFAULT_LIMITS,
        expiry=Expiry.ASK, answer_days=5,
    )  # fmt: skip
    issue = cast.raised(session)
    service.advance(session, at=utc("2026-12-30 09:00"))
    assert (issue.level, current_stay(session, issue).expired_at) == (1, utc("2026-11-16 23:00"))
    assert facts(session, issue) == ["raised", "time_over"]
    with pytest.raises(Refusal, match="nothing to pause"):
        service.ask_pause(
            session,
            actor=cast.lead,
            at=utc("2026-12-30 09:00"),
            issue=issue,
            until_on=date(2027, 2, 1),
            reason=WHY,
        )
    service.move_up(session, actor=cast.lead, at=utc("2026-12-30 09:00"), issue=issue, reason=WHY)
    assert (issue.level, stays_of(session, issue.id)[0].outcome) == (2, Outcome.MOVED_UP)
    assert stays_of(session, issue.id)[0].used_days == 35.42


def test_a_pause_needs_both_and_ends_by_itself(session, cast):
    issue = cast.raised(session)
    at = utc("2026-11-11 23:00")
    service.ask_pause(
        session, actor=cast.manager, at=at, issue=issue, until_on=date(2026, 11, 23), reason=WHY
    )
    assert (issue.going, issue.due_at) == (Going.RUNNING, utc("2026-11-16 23:00"))
    with pytest.raises(Refusal, match="own party"):
        service.answer_request(session, actor=cast.owner, at=at, issue=issue, agreed=True)
    with pytest.raises(Refusal, match="proposed already"):
        service.ask_pause(
            session, actor=cast.lead, at=at, issue=issue, until_on=date(2026, 11, 23), reason=WHY
        )
    service.answer_request(session, actor=cast.lead, at=at, issue=issue, agreed=True)
    assert (issue.going, issue.due_at) == (Going.PAUSED, utc("2026-11-25 23:00"))
    assert clock_of(session, issue, at=utc("2026-11-20 12:00")).used == 2
    service.advance(session, at=utc("2026-11-22 23:00"))
    assert issue.going is Going.RUNNING
    assert facts(session, issue) == ["raised", "pause_proposed", "paused", "resumed_itself"]
    service.advance(session, at=utc("2026-11-26 09:00"))
    first = stays_of(session, issue.id)[0]
    assert (first.left_at, first.used_days, first.paused_days) == (utc("2026-11-25 23:00"), 5, 7)


def test_a_pause_is_refused_with_a_reason_or_taken_back(session, cast):
    issue = cast.raised(session)
    ask = {"issue": issue, "until_on": date(2026, 11, 23), "reason": WHY, "at": MONDAY}
    service.ask_pause(session, actor=cast.lead, **ask)
    with pytest.raises(Invalid) as refused:
        service.answer_request(session, actor=cast.manager, at=MONDAY, issue=issue, agreed=False)
    assert refused.value.field == "answer"
    service.answer_request(session, actor=cast.manager, at=MONDAY, issue=issue, agreed=False, answer="No.")
    assert issue.going is Going.RUNNING
    asked = service.ask_pause(session, actor=cast.lead, **ask)
    with pytest.raises(Refusal, match="other party"):
        service.take_back_request(session, actor=cast.manager, at=MONDAY, issue=issue)
    service.take_back_request(session, actor=cast.lead, at=MONDAY, issue=issue)
    service.take_back_request(session, actor=cast.lead, at=MONDAY, issue=issue)
    assert asked.status is RequestStatus.TAKEN_BACK
    for day in (date(2026, 11, 9), date(2028, 1, 1)):
        with pytest.raises(Invalid) as refused:
            service.ask_pause(session, actor=cast.lead, **ask | {"until_on": day})
        assert refused.value.field == "until_on"


def test_either_party_takes_it_up_again(session, cast):
    issue = paused(session, cast)
    service.resume(session, actor=cast.lead, at=utc("2026-11-15 09:00"), issue=issue)
    service.resume(session, actor=cast.manager, at=utc("2026-11-15 09:00"), issue=issue)
    assert (issue.going, issue.due_at) == (Going.RUNNING, utc("2026-11-18 23:00"))


def paused(session, cast):
    issue = cast.raised(session)
    at = utc("2026-11-11 23:00")
    service.ask_pause(
        session, actor=cast.manager, at=at, issue=issue, until_on=date(2026, 11, 23), reason=WHY
    )
    service.answer_request(session, actor=cast.lead, at=at, issue=issue, agreed=True)
    return issue


def test_a_proposal_is_overtaken_when_the_level_is_left(session, cast):
    issue = cast.raised(session)
    asked = service.ask_pause(
        session, actor=cast.lead, at=MONDAY, issue=issue, until_on=date(2026, 12, 1), reason=WHY
    )
    service.advance(session, at=utc("2026-11-17 09:00"))
    assert (issue.level, asked.status) == (2, RequestStatus.OVERTAKEN)


def test_a_jump_is_agreed_by_both_and_says_what_it_left_out(session, cast):
    issue = cast.raised(session)
    with pytest.raises(Invalid) as refused:
        service.ask_jump(
            session, actor=cast.manager, at=MONDAY, issue=issue, to_level=Level.OPERATIONAL, reason=WHY
        )
    assert refused.value.field == "to_level"
    service.ask_jump(
        session, actor=cast.manager, at=MONDAY, issue=issue, to_level=Level.EXECUTIVE, reason=WHY
    )
    service.answer_request(session, actor=cast.lead, at=MONDAY, issue=issue, agreed=True)
    stays = stays_of(session, issue.id)
    assert [(stay.level, stay.came, stay.outcome) for stay in stays] == [
        (1, Came.RAISED, Outcome.JUMPED),
        (3, Came.JUMPED, None),
    ]
    last = session.scalars(sa.select(Fact).where(Fact.verb == "issue.jumped")).one()
    assert parsed(last.after)["skipped"] == [2]
    service.ask_jump(session, actor=cast.ser, at=MONDAY, issue=issue, to_level=Level.FINAL, reason=WHY)
    service.answer_request(
        session, actor=cast.partner_ser, at=MONDAY, issue=issue, agreed=False, answer="Not yet."
    )
    assert issue.level == 3


def test_moving_up_by_hand_is_for_the_holders(session, cast):
    issue = cast.raised(session)
    for who in (cast.viewer, cast.ser):
        with pytest.raises(NotAllowed):
            service.move_up(session, actor=who, at=MONDAY, issue=issue, reason=WHY)
    with pytest.raises(NotFound):
        service.move_up(session, actor=cast.stranger, at=MONDAY, issue=issue, reason=WHY)
    with pytest.raises(Invalid):
        service.move_up(session, actor=cast.lead, at=MONDAY, issue=issue, reason=" ")
    service.move_up(session, actor=cast.lead, at=MONDAY, issue=issue, reason=WHY)
    with pytest.raises(NotAllowed):  # not the holder of joint management
        service.move_up(session, actor=cast.lead, at=MONDAY, issue=issue, reason=WHY)
    service.move_up(session, actor=cast.partner_manager, at=MONDAY, issue=issue, reason=WHY)
    service.move_up(session, actor=cast.ser, at=MONDAY, issue=issue, reason=WHY)
    assert issue.level == 4
    with pytest.raises(Refusal, match="no level above"):
        service.move_up(session, actor=cast.manager, at=MONDAY, issue=issue, reason=WHY)


def test_another_severity_counts_from_the_entry_and_never_back(session, cast):
    issue = cast.raised(session)
    at = utc("2026-11-10 10:00")
    service.change_severity(
        session, actor=cast.lead, at=at, issue=issue, severity=Severity.SERIOUS, reason=WHY
    )
    assert (issue.due_at, issue.level) == (utc("2026-11-12 23:00"), 1)
    with pytest.raises(Invalid):
        service.change_severity(
            session, actor=cast.lead, at=at, issue=issue, severity=Severity.SERIOUS, reason=WHY
        )
    later = utc("2026-11-12 10:00")
    service.change_severity(
        session, actor=cast.manager, at=later, issue=issue, severity=Severity.CRITICAL, reason=WHY
    )
    assert levels(session, issue) == [(1, MONDAY, later), (2, later, None)]
    assert issue.due_at == utc("2026-11-16 23:00")
    service.change_severity(
        session, actor=cast.manager, at=later, issue=issue, severity=Severity.MODERATE, reason=WHY
    )
    assert (issue.level, issue.due_at) == (2, utc("2026-11-26 23:00"))


def test_the_ball_goes_to_and_fro_and_what_is_used_stays_used(session, cast):
    issue = cast.raised(session)
    service.pass_ball(
        session, actor=cast.lead, at=utc("2026-11-11 23:00"), issue=issue, to=Party.OWN, note="Which dock?"
    )
    assert issue.awaited is Party.OWN
    assert clock_of(session, issue, at=utc("2026-11-11 23:00")).used == 2
    assert issue.due_at == utc("2026-11-16 23:00")
    service.pass_ball(
        session, actor=cast.lead, at=utc("2026-11-12 00:00"), issue=issue, to=Party.OWN, note=WHY
    )
    with pytest.raises(Invalid):
        service.pass_ball(
            session, actor=cast.manager, at=utc("2026-11-12 09:00"), issue=issue, to=Party.PARTNER, note=""
        )
    service.comment(
        session,
        actor=cast.manager,
        at=utc("2026-11-12 09:00"),
        issue=issue,
        text="Dock 4",
        kind=CommentKind.PROPOSAL,
    )
    assert issue.awaited is Party.PARTNER
    assert facts(session, issue) == ["raised", "ball_passed", "proposed"]


def test_comments_of_contacts_are_shared_and_ours_internal_unless_said(session, cast):
    issue = cast.raised(session)
    theirs = service.comment(
        session, actor=cast.partner_ser, at=MONDAY, issue=issue, text="We look", sharing=Sharing.INTERNAL
    )
    ours = service.comment(session, actor=cast.ser, at=MONDAY, issue=issue, text="Careful")
    assert (theirs.sharing, theirs.party_id) == (Sharing.SHARED, cast.lead.partner_id)
    assert (ours.sharing, ours.party_id) == (Sharing.INTERNAL, None)
    with pytest.raises(NotAllowed):
        service.comment(session, actor=cast.viewer, at=MONDAY, issue=issue, text="I too")
    with pytest.raises(NotAllowed):
        service.comment(
            session, actor=cast.ser, at=MONDAY, issue=issue, text="Do so", kind=CommentKind.PROPOSAL
        )
    with pytest.raises(Invalid):
        service.comment(session, actor=cast.manager, at=MONDAY, issue=issue, text="  ")
    assert session.scalar(sa.select(sa.func.count()).select_from(IssueComment)) == 2
