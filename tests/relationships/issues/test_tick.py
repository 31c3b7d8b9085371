"""The tick: what came by itself is written down, once, and nobody waits for it."""

import pytest
import sqlalchemy as sa

from auditapp.cli import write_down_what_came
from auditapp.kit import clock
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.rules.ladder import Severity
from auditapp.relationships.issues.service import advance, base
from auditapp.relationships.rules import Sharing
from tests.relationships.issues.conftest import make_cast, utc


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_tick_writes_down_what_came_and_the_next_finds_nothing(app, unit, monkeypatch):
    unit(lambda s: make_cast(s).raised(s, severity=Severity.CRITICAL).ref)
    for moment, count in (("2026-11-09 16:00", 0), ("2026-11-18 09:00", 6), ("2026-11-18 09:00", 0)):
        monkeypatch.setattr(clock, "now", lambda at=moment: utc(at))
        with app.app_context():
            assert write_down_what_came() >= count if count else write_down_what_came() == 0
    assert unit(lambda s: s.scalars(sa.select(Issue.level)).one(), "read") == 4


@pytest.mark.parametrize("sharing", Sharing)
def test_on_the_last_level_the_exit_triggers_are_watched(session, cast, monkeypatch, sharing):
    told = []
    monkeypatch.setattr(base, "watch_triggers", lambda _session, **values: told.append(values) or 0)
    issue = cast.raised(session, severity=Severity.CRITICAL, sharing=sharing)
    base_at = utc("2026-11-30 09:00")
    advance(session, at=base_at)
    assert [(one["relationship_id"], one["ref"]) for one in told] == [(cast.relationship.id, issue.ref)]
    assert (told[0]["because"] == issue.title) == (sharing is Sharing.SHARED)
