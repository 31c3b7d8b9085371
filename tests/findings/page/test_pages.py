"""The page of one nonconformity: everything stands on it, for who may see it, in statements that do not grow."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.audits.execution.rules import Grade
from auditapp.findings.model import (
    Cause,
    Comment,
    Dispute,
    EffectivenessCheck,
    ExtentCheck,
    Nonconformity,
    Repeat,
    Verification,
)
from auditapp.findings.page.rules import PATH, StepState, path_of
from auditapp.findings.rules.nonconformity import CauseCategory, CheckResult, DisputeOutcome, NcStatus, Source
from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from tests.factories import make_person
from tests.factories.nonconformities import make_action, make_nonconformity
from tests.findings.causes.conftest import stage


@pytest.mark.parametrize("status", NcStatus)
def test_the_path_has_eight_steps_and_one_place(status):
    path = path_of(status, {})
    if status is NcStatus.WITHDRAWN:
        assert path == []
        return
    assert len(path) == 8
    here = [one.state for one in path].count(StepState.HERE)
    assert here == (0 if status is NcStatus.CLOSED else 1)
    assert sum(status in statuses for _, statuses, _ in PATH) == here


def fill(session, cast, count):
    """So many of everything, in two rounds."""
    nc = cast.nc
    for number in range(count):
        for round_ in (1, 2):
            session.add(
                Cause(
                    nonconformity_id=nc.id, round=round_, text=f"cause {round_}-{number}", root=True,
                    category=CauseCategory.PEOPLE,
                )
            )  # fmt: skip
            session.add(
                ExtentCheck(
                    nonconformity_id=nc.id,
                    round=round_,
                    place=f"place {number}",
                    checker_id=cast.checker.person_id,
                )
            )
            action = make_action(session, nc, make_person(session).person_id, round=round_)
            session.add(
                Verification(
                    nonconformity_id=nc.id, action_id=action.id, round=round_, accepted=False,
                    note=f"verdict {number}", by_id=cast.verifier.person_id, at=now(),
                )
            )  # fmt: skip
        session.add(
            Comment(
                nonconformity_id=nc.id, text=f"said {number}", by_id=make_person(session).person_id, at=now()
            )
        )
        other = make_nonconformity(session, cast.manager)
        session.add(
            Repeat(
                nonconformity_id=nc.id,
                earlier_id=other.id,
                linked_by_id=cast.manager.person_id,
                linked_at=now(),
            )
        )
    session.flush()


def statements_of(app, call):
    with app.app_context():
        engine = db.engine
    seen = []
    listener = lambda *given: seen.append(given[2])  # noqa: E731 - to be taken off again
    sa.event.listen(engine, "before_cursor_execute", listener)
    try:
        answer = call()
    finally:
        sa.event.remove(engine, "before_cursor_execute", listener)
    assert answer.status_code == 200, answer.text[:400]
    return len(seen)


def test_the_same_statements_for_1_and_for_40_of_everything(app, unit, client_of):
    def make(session, count):
        cast = stage(session, status=NcStatus.IMPLEMENTING, reopened=1)
        fill(session, cast, count)
        return cast.nc.ref, cast.responsible

    counted = []
    for count in (1, 40):
        ref, who = unit(lambda s, count=count: make(s, count))
        browser = client_of(who)
        for path in ("", "/causes"):
            url = f"/nonconformities/{ref}{path}"
            browser.get(url)
            counted.append(statements_of(app, lambda browser=browser, url=url: browser.get(url)))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 45


def test_everything_stands_on_it_and_a_reader_without_part_is_told_nothing(unit, client_of):
    def make(session):
        cast = stage(
            session, status=NcStatus.PLAN_RETURNED, reopened=1, status_reason="The dates are missing",
            source=Source.CERTIFICATION_BODY, body_name="A body", body_ref="B-77",
            reply_due_on=now().date() + timedelta(days=9), close_due_on=now().date() + timedelta(days=90),
            correction="Reviewed at once", cause_summary="Nobody was named", verifier_conflict="audited there",
            verifier_reason="nobody else", grade=Grade.MAJOR,
        )  # fmt: skip
        fill(session, cast, 1)
        session.add(
            Dispute(
                nonconformity_id=cast.nc.id, view="It was done by phone", raised_by_id=cast.responsible.person_id,
                raised_at=now(), answer="No record was shown", outcome=DisputeOutcome.UPHELD, decision="It stands",
                decided_by_id=cast.manager.person_id, decided_at=now(),
            )
        )  # fmt: skip
        for round_ in (1, 2):
            session.add(
                EffectivenessCheck(
                    nonconformity_id=cast.nc.id, round=round_, criteria=f"criteria {round_}",
                    result=CheckResult.NOT_EFFECTIVE if round_ == 1 else CheckResult.OPEN, checked_at=now(),
                )
            )  # fmt: skip
        return cast.nc.ref, cast.responsible, cast.reader, make_person(session, Role.ACTION_OWNER)

    ref, responsible, reader, stranger = unit(make)
    for who in (responsible, reader):
        page = client_of(who).get(f"/nonconformities/{ref}").text
        for words in (
            "The dates are missing", "B-77", "Reviewed at once", "Nobody was named", "audited there", "nobody else",
            "It was done by phone", "No record was shown", "It stands", "cause 1-0", "cause 2-0", "place 0", "verdict 0",
            "criteria 1", "criteria 2", "said 0", "Round 1", "ISO 44001:2017 8.2.2", "History",
        ):  # fmt: skip
            assert words in page, words
    assert client_of(stranger).get(f"/nonconformities/{ref}").status_code == 404
    assert client_of(stranger).get(f"/nonconformities/{ref}/causes").status_code == 404


@pytest.mark.parametrize("status", NcStatus)
def test_the_page_opens_in_every_status(unit, client_of, status):
    def make(session):
        cast = stage(session, status=status)
        return cast.nc.ref, cast.responsible

    ref, who = unit(make)
    assert client_of(who).get(f"/nonconformities/{ref}").status_code == 200
    assert unit(lambda s: s.scalar(sa.select(Nonconformity.status)), "read") is status
