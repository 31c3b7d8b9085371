"""What can be done with an issue, who may, and what comes by itself, on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.model import Account
from auditapp.relationships.issues import service
from auditapp.relationships.issues.model import IssueComment
from auditapp.relationships.issues.queries import clock_of, current_stay, ladder_of, open_request
from auditapp.relationships.issues.queries.access import find_issues
from auditapp.relationships.issues.queries.running import anything_due, stays_of
from auditapp.relationships.issues.rules.clock import Going, Party
from auditapp.relationships.issues.rules.issue import Came, CommentKind, Outcome, RequestStatus, Status
from auditapp.relationships.issues.rules.ladder import DEFAULT_LIMITS, Expiry, Holder, Level, Severity
from auditapp.relationships.links.service import add_link
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


def test_a_resolution_waits_for_the_other_party(session, cast):
    issue = cast.raised(session)
    at = utc("2026-11-11 23:00")
    for missing in WORDS:
        with pytest.raises(Invalid) as refused:
            service.resolve(session, actor=cast.lead, at=at, issue=issue, **WORDS | {missing: " "})
        assert refused.value.field == missing
    service.resolve(session, actor=cast.lead, at=at, issue=issue, **WORDS)
    service.resolve(session, actor=cast.lead, at=at, issue=issue, **WORDS)
    assert (issue.status, issue.awaited, issue.due_at) == (Status.RESOLVED, Party.OWN, None)
    assert issue.answer_by == utc("2026-11-19 00:00")  # five working days of ours, from Wednesday evening on
    with pytest.raises(Refusal, match="own party"):
        service.accept(session, actor=cast.lead, at=at, issue=issue)
    with pytest.raises(Refusal, match="waits"):
        service.move_up(session, actor=cast.manager, at=at, issue=issue, reason=WHY)
    service.accept(session, actor=cast.manager, at=at, issue=issue)
    service.accept(session, actor=cast.manager, at=at, issue=issue)
    assert (issue.status, issue.ended_at, issue.next_at) == (Status.CLOSED, at, None)
    (stay,) = stays_of(session, issue.id)
    assert (stay.outcome, stay.used_days, stay.left_at) == (Outcome.RESOLVED, 2, at)


def test_an_objection_lets_the_clock_go_on_where_it_stood(session, cast):
    issue = cast.raised(session)
    service.resolve(session, actor=cast.manager, at=utc("2026-11-11 23:00"), issue=issue, **WORDS)
    assert issue.awaited is Party.PARTNER
    at = utc("2026-11-13 00:00")
    with pytest.raises(Invalid):
        service.object_to(session, actor=cast.lead, at=at, issue=issue, reason="")
    service.object_to(session, actor=cast.lead, at=at, issue=issue, reason="Nothing changed.")
    service.object_to(session, actor=cast.lead, at=at, issue=issue, reason="Nothing changed.")
    assert (issue.status, issue.awaited) == (Status.OPEN, Party.OWN)
    assert issue.due_at == utc("2026-11-18 00:00")
    found = clock_of(session, issue, at=at)
    assert (found.used, found.left) == (2, 3)
    assert found.answered > 1


def test_silence_accepts(session, cast):
    issue = cast.raised(session)
    service.resolve(session, actor=cast.manager, at=MONDAY, issue=issue, **WORDS)
    service.advance(session, at=utc("2026-11-16 22:59"))
    assert issue.status is Status.RESOLVED
    service.advance(session, at=utc("2026-12-16 22:59"))
    assert (issue.status, issue.ended_at) == (Status.CLOSED, utc("2026-11-16 23:00"))
    assert facts(session, issue)[-1] == "accepted_by_silence"


def test_reopening_starts_where_it_was_resolved(session, cast):
    issue = cast.raised(session)
    service.move_up(session, actor=cast.manager, at=MONDAY, issue=issue, reason=WHY)
    service.resolve(session, actor=cast.manager, at=MONDAY, issue=issue, **WORDS)
    service.accept(session, actor=cast.partner_manager, at=MONDAY, issue=issue)
    later = utc("2026-12-07 10:00")
    with pytest.raises(Invalid):
        service.reopen(session, actor=cast.partner_manager, at=later, issue=issue, reason="")
    service.reopen(session, actor=cast.partner_manager, at=later, issue=issue, reason="It came back.")
    stay = current_stay(session, issue)
    assert (issue.status, stay.level, stay.came, stay.entered_at, issue.awaited) == (
        Status.OPEN, 2, Came.REOPENED, later, Party.OWN,
    )  # fmt: skip
    assert issue.reopened == 1


def test_only_who_raised_it_withdraws_it(session, cast):
    issue = cast.raised(session, by="lead")
    with pytest.raises(NotAllowed, match="raised"):
        service.withdraw(session, actor=cast.manager, at=MONDAY, issue=issue, reason=WHY)
    service.withdraw(session, actor=cast.lead, at=MONDAY, issue=issue, reason="A mistake.")
    service.withdraw(session, actor=cast.lead, at=MONDAY, issue=issue, reason="A mistake.")
    assert (issue.status, issue.next_at) == (Status.WITHDRAWN, None)
    service.reopen(session, actor=cast.lead, at=MONDAY, issue=issue, reason="No mistake.")
    assert issue.level == 1


def test_what_it_says_is_changed_by_the_party_that_raised_it(session, cast):
    issue = cast.raised(session, by="lead")
    new = {"title": "They wait", "kind": issue.kind, "description": "At dock 4", "impact": "Two hours"}
    with pytest.raises(NotAllowed, match="stays theirs"):
        service.edit_issue(session, actor=cast.manager, at=MONDAY, issue=issue, **new)
    service.edit_issue(session, actor=cast.lead, at=MONDAY, issue=issue, **new)
    assert issue.title == "They wait"


def test_nobody_overwrites_what_they_have_not_seen(session, cast):
    issue = cast.raised(session)
    version, number = issue.version, current_stay(session, issue).number
    service.pass_ball(session, actor=cast.lead, at=MONDAY, issue=issue, to=Party.OWN, note=WHY)
    with pytest.raises(Stale, match="Yara Yew"):
        service.move_up(session, actor=cast.manager, at=MONDAY, issue=issue, reason=WHY, version=version)
    with pytest.raises(Stale, match="joint management"):
        service.move_up(
            session, actor=cast.manager, at=utc("2026-11-18 09:00"), issue=issue, reason=WHY, seen=number
        )


def test_for_a_partner_nobody_of_whom_can_sign_in_we_say_how_they_answered(session, cast):
    ids = [cast.lead.person_id, cast.partner_manager.person_id, cast.partner_ser.person_id]
    session.execute(sa.update(Account).where(Account.person_id.in_(ids)).values(disabled_at=MONDAY))
    issue = cast.raised(session)
    service.ask_pause(
        session, actor=cast.manager, at=MONDAY, issue=issue, until_on=date(2026, 12, 1), reason=WHY
    )
    with pytest.raises(Invalid) as refused:
        service.answer_request(session, actor=cast.manager, at=MONDAY, issue=issue, agreed=True)
    assert refused.value.field == "how"
    service.answer_request(
        session,
        actor=cast.manager,
        at=MONDAY,
        issue=issue,
        agreed=True,
        how="Yara, by telephone on 9 November",
    )
    assert issue.going is Going.PAUSED
    assert open_request(session, issue.id) is None


def test_the_ladder_is_set_and_running_issues_keep_their_figures(session, cast):
    running = cast.raised(session)
    limits = {level: dict(row) for level, row in DEFAULT_LIMITS.items()}
    limits[Level.OPERATIONAL] = {Severity.MODERATE: 2, Severity.SERIOUS: 2, Severity.CRITICAL: 1}
    partner_id = cast.lead.partner_id
    values = {
        "limits": limits, "expiry": Expiry.MOVE, "answer_days": 3, "own_zone": "", "zones": {partner_id: "Australia/Perth"},
        "holders": {
            (Level.FINAL, None): Holder(name="Tess Thyme, chief executive"),
            (Level.OPERATIONAL, partner_id): Holder(person_id=str(cast.partner_ser.person_id)),
        },
    }  # fmt: skip
    for who in (cast.viewer, cast.ser, cast.lead):
        with pytest.raises(NotAllowed):
            service.set_ladder(session, actor=who, at=MONDAY, relationship=cast.relationship, **values)
    service.set_ladder(
        session, actor=cast.manager, at=MONDAY, relationship=cast.relationship, version=0, **values
    )
    with pytest.raises(Stale):
        service.set_ladder(
            session, actor=cast.manager, at=MONDAY, relationship=cast.relationship, version=0, **values
        )
    ladder = ladder_of(session, cast.relationship)
    assert ladder.holder(Level.FINAL, None) == Holder(name="Tess Thyme, chief executive")
    assert ladder.holder(Level.MANAGEMENT, partner_id).name == "Piet Populier"
    assert ladder.partners[partner_id].zone == "Australia/Perth"
    assert current_stay(session, running).limit_days == 5
    assert running.due_at == utc("2026-11-16 23:00")
    fresh = cast.raised(session)
    assert (current_stay(session, fresh).limit_days, current_stay(session, fresh).partner_name) == (
        2,
        "Sofie Spar",
    )
    assert fresh.due_at == utc("2026-11-11 16:00")
    service.advance(session, at=utc("2026-11-17 09:00"))
    assert current_stay(session, running).calendars["partner"]["zone"] == "Australia/Perth"
    told = session.scalars(sa.select(Fact).where(Fact.verb == "issue_ladder.changed")).all()
    assert len(told) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": (Level.FINAL, Severity.MODERATE, 0)}, "days_4_moderate"),
        ({"days": (Level.FINAL, Severity.CRITICAL, 121)}, "days_4_critical"),
        ({"days": (Level.MANAGEMENT, Severity.CRITICAL, 11)}, "days_2_critical"),
        ({"answer_days": 0}, "answer_days"),
        ({"own_zone": "Mars/Olympus"}, "own_zone"),
    ],
)
def test_figures_that_make_no_sense_are_refused(session, cast, change, field):
    limits = {level: dict(row) for level, row in DEFAULT_LIMITS.items()}
    values = {"limits": limits, "expiry": Expiry.MOVE, "answer_days": 5} | change
    if "days" in change:
        level, severity, days = values.pop("days")
        limits[level][severity] = days
    with pytest.raises(Invalid) as refused:
        service.set_ladder(session, actor=cast.manager, at=MONDAY, relationship=cast.relationship, **values)
    assert refused.value.field == field


def test_a_holder_belongs_to_the_party_they_stand_for(session, cast):
    values = {"limits": DEFAULT_LIMITS, "expiry": Expiry.MOVE, "answer_days": 5}
    for party_id, who in (
        (None, cast.lead),
        (cast.lead.partner_id, cast.manager),
        (cast.lead.partner_id, cast.stranger),
    ):
        with pytest.raises(Invalid, match="belongs"):
            service.set_ladder(
                session, actor=cast.manager, at=MONDAY, relationship=cast.relationship,
                holders={(Level.FINAL, party_id): Holder(person_id=str(who.person_id))}, **values,
            )  # fmt: skip


def test_in_a_relationship_that_has_ended_nothing_is_raised_or_reopened(session, cast):
    issue = cast.raised(session)
    service.withdraw(session, actor=cast.manager, at=MONDAY, issue=issue, reason=WHY)
    cast.relationship.ended_on = date(2026, 11, 9)
    with pytest.raises(Refusal, match="has ended"):
        cast.raised(session)
    with pytest.raises(Refusal, match="has ended"):
        service.reopen(session, actor=cast.manager, at=MONDAY, issue=issue, reason=WHY)


def test_links_to_and_from_an_issue(session, cast):
    issue, other = cast.raised(session), cast.raised(session, sharing=Sharing.INTERNAL)
    link = {"from_kind": "issue", "from_id": issue.id}
    add_link(session, actor=cast.manager, at=MONDAY, to=other.ref, **link)
    add_link(session, actor=cast.lead, at=MONDAY, to="https://example.org/minutes", **link)
    with pytest.raises(Invalid):  # an internal issue is nothing that a contact could know of
        add_link(session, actor=cast.lead, at=MONDAY, to=other.ref, **link)
    with pytest.raises(NotAllowed):
        add_link(session, actor=cast.viewer, at=MONDAY, to=other.ref, **link)
    with pytest.raises(NotFound):
        add_link(session, actor=cast.stranger, at=MONDAY, to="https://example.org/", **link)
    assert set(find_issues(session, cast.manager, [issue.ref, other.ref])) == {issue.ref, other.ref}
    assert set(find_issues(session, cast.lead, [issue.ref, other.ref])) == {issue.ref}
