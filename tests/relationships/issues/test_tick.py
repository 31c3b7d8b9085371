"""The tick: what came by itself is written down, once, and nobody waits for it."""

import pytest
import sqlalchemy as sa

from auditapp.cli import write_down_what_came
from auditapp.kit import clock
from auditapp.relationships.exits.model import ExitTrigger, ExitTriggerCheck
from auditapp.relationships.exits.rules.triggers import TriggerState
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.rules.issue import IssueKind
from auditapp.relationships.issues.rules.ladder import Severity
from auditapp.relationships.issues.service import advance, raise_issue
from tests.relationships.exits.conftest import make_scene
from tests.relationships.issues.conftest import MONDAY, make_cast, utc


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_tick_writes_down_what_came_and_the_next_finds_nothing(app, unit, monkeypatch):
    unit(lambda s: make_cast(s).raised(s, severity=Severity.CRITICAL).ref)
    for moment, count in (("2026-11-09 16:00", 0), ("2026-11-18 09:00", 6), ("2026-11-18 09:00", 0)):
        monkeypatch.setattr(clock, "now", lambda at=moment: utc(at))
        with app.app_context():
            assert write_down_what_came() >= count if count else write_down_what_came() == 0
    assert unit(lambda s: s.scalars(sa.select(Issue.level)).one(), "read") == 4


def test_on_the_last_level_the_exit_triggers_are_watched(session):
    scene = make_scene(session)
    issue = raise_issue(
        session, actor=scene["manager"], at=MONDAY, relationship_id=scene.relationship.id, title="No way out",
        kind=IssueKind.CONTRACT, severity=Severity.CRITICAL,
    )  # fmt: skip
    advance(session, at=utc("2026-11-16 09:00"))
    assert (issue.level, watched(session)) == (3, [])
    advance(session, at=utc("2026-11-18 09:00"))
    assert (issue.level, watched(session)) == (4, ["An issue that level 4 did not resolve"])
    (seen,) = session.scalars(sa.select(ExitTriggerCheck).where(ExitTriggerCheck.ref == issue.ref)).all()
    assert seen.note == "No way out"


def watched(session):
    return list(
        session.scalars(sa.select(ExitTrigger.description).where(ExitTrigger.state == TriggerState.WATCH))
    )
