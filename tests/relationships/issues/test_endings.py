"""How issues end and begin again, how the ladder is set, what they are linked to, on both databases."""

from datetime import date

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.people.model import Account
from auditapp.relationships.issues import service
from auditapp.relationships.issues.queries import clock_of, current_stay, ladder_of, open_request
from auditapp.relationships.issues.queries.access import find_issues
from auditapp.relationships.issues.queries.running import stays_of
from auditapp.relationships.issues.rules.clock import Going, Party
from auditapp.relationships.issues.rules.issue import Came, Outcome, Status
from auditapp.relationships.issues.rules.ladder import DEFAULT_LIMITS, Expiry, Holder, Level, Severity
from auditapp.relationships.links.service import add_link
from auditapp.relationships.rules import Sharing
from auditapp.trail.model import Fact
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
