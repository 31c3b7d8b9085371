"""What issues ask: of who holds the level for the party whose turn it is, and of who has to answer."""

from datetime import date, timedelta

import pytest

from auditapp.relationships.issues import service
from auditapp.relationships.issues.rules.clock import Going
from auditapp.relationships.issues.rules.ladder import Severity as HowSevere
from auditapp.relationships.rules import Sharing
from auditapp.reminders.rules import Kind, Level, Severity
from tests.relationships.issues.conftest import MONDAY, make_cast

DAY = timedelta(days=1)


@pytest.fixture
def cast(session):
    return make_cast(session)


@pytest.mark.parametrize(
    ("how", "severity"),
    [
        (HowSevere.MODERATE, Severity.NORMAL),
        (HowSevere.SERIOUS, Severity.SERIOUS),
        (HowSevere.CRITICAL, Severity.CRITICAL),
    ],
)
def test_a_level_is_for_its_holder_by_the_end_of_its_last_day(session, cast, look, how, severity):
    issue = cast.raised(session, severity=how)
    [found] = look("issue", at=MONDAY)
    assert (found.kind, found.severity, found.shared) == (Kind.ISSUE_LEVEL, severity, True)
    # The partner has the ball, so the day ends in the partner's zone and the partner's people are asked.
    assert (found.zone, found.due_at) == ("Europe/Amsterdam", issue.due_at)
    assert found.due_on == (issue.due_at - DAY).date() + (issue.due_at.hour > 12) * DAY
    assert found.owners == (cast.lead.person_id,)
    assert found.above[Level.RELATIONSHIP] == (cast.owner.person_id, cast.manager.person_id)
    assert found.key.endswith(":1")


def test_a_higher_level_is_another_item(session, cast, look):
    issue = cast.raised(session, by="manager")
    [low] = look("issue", at=MONDAY)
    service.move_up(session, actor=cast.manager, at=MONDAY + DAY, issue=issue, reason="No answer.")
    [high] = look("issue", at=MONDAY + DAY)
    assert high.key != low.key
    assert high.key.endswith(":2")


def test_paused_nothing_is_due(session, cast, look):
    issue = cast.raised(session)
    service.ask_pause(
        session, actor=cast.manager, at=MONDAY, issue=issue, until_on=date(2026, 11, 20), reason="A trial runs."
    )  # fmt: skip
    [asked] = look("issue_request", at=MONDAY)
    assert (asked.kind, asked.owners) == (Kind.ISSUE_ANSWER, (cast.lead.person_id,))
    assert asked.due_on > MONDAY.date()
    service.answer_request(session, actor=cast.lead, at=MONDAY + DAY, issue=issue, agreed=True)
    assert issue.going is Going.PAUSED
    assert look("issue", at=MONDAY + DAY) == look("issue_request", at=MONDAY + DAY) == []


def test_a_resolution_waits_for_the_other_party(session, cast, look):
    issue = cast.raised(session)
    service.resolve(
        session, actor=cast.lead, at=MONDAY, issue=issue, cause="Late orders.", resolution="Order on Mondays.",
        lesson="Agree a day.",
    )  # fmt: skip
    assert look("issue", at=MONDAY) == []
    [found] = look("issue_answer", at=MONDAY)
    assert (found.kind, found.due_at) == (Kind.ISSUE_ANSWER, issue.answer_by)
    assert found.owners == (cast.manager.person_id,)
    assert found.zone == "Europe/London"
    service.accept(session, actor=cast.manager, at=MONDAY + DAY, issue=issue)
    assert look("issue_answer", at=MONDAY + DAY) == []


def test_an_internal_issue_is_for_our_own_people_only(session, cast, look):
    cast.raised(session, sharing=Sharing.INTERNAL)
    [found] = look("issue", at=MONDAY)
    assert found.owners == (cast.manager.person_id,)
    assert not found.shared
