"""The log is one statement on both databases."""

from datetime import date

from auditapp.reminders.outbox.queries import lists
from auditapp.reminders.outbox.queries.log import LogWanted, log_lines, log_page
from tests.reminders.outbox.conftest import put


def test_it_can_be_asked_with_every_filter(session, sinks, ada):
    put(session, ada.person_id)
    wanted = LogWanted(
        item_key="a", ref="b", relationship_id=ada.person_id, person_id=ada.person_id, since=date(2026, 1, 1),
        until=date(2026, 2, 1), zone="Asia/Tokyo",
    )  # fmt: skip
    assert log_page(session, wanted, page=1).total == 0
    assert list(log_lines(session, wanted)) == []
    assert lists.messages_page(session, lists.Wanted(fallen=True), page=1).total == 0
    assert lists.messages_page(session, lists.Wanted(), page=1).total == 1
