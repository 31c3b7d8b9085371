"""Receipts, the ladder, coverage, competence, the load of auditors and readiness by stage: each computed twice."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from auditapp.people.model import Person
from auditapp.relationships.rules import STAGES
from auditapp.reports.dashboards import queries as dashboards
from auditapp.reports.dashboards.standing import standing_by_stage
from auditapp.reports.figures import queries
from auditapp.reports.figures.rules import Asked
from tests.reports.figures.around import World
from tests.reports.figures.around_slow import (
    CLAUSE,
    STAGE,
    latest,
    slow_competence,
    slow_coverage,
    slow_ladder,
    slow_receipts,
    slow_state,
)
from tests.reports.figures.slow import load

REACHED = (
    "told", "sent", "read", "answered", "escalated", "failed", "unsure", "load", "done", "planned", "uncovered",
    "competence-expired", "competence-soon", "training-expired", "ready", "not ready", "answers", "climbed", "stands well",
)  # fmt: skip


def compare(session, world, asked, seen):
    """Every figure beside the same, the slow way."""
    receipts = {one.key: one.count for one in queries.receipts(session, asked)}
    assert receipts == {key: slow_receipts(session, asked)[key] for key in receipts}
    ladder, funnel = slow_ladder(session, asked)
    assert [one.count for one in queries.ladder(session, asked)] == ladder
    assert [one.count for one in dashboards.funnel(session, asked)] == funnel
    for (key, *_), count in zip(dashboards.FUNNEL, funnel, strict=True):
        assert len(dashboards.reminded(session, asked, key)) == count
    names = {str(key): name for key, name in session.execute(sa.select(Person.id, Person.name))}
    place = next((one.id for one in world.places if (one.ref,) == asked.refs), None)
    told = load(session, asked.since, asked.until, place)
    assert {
        one.name: (one.audits, one.led, one.days, one.warnings, one.overrides)
        for one in queries.auditor_load(session, asked)
    } == {names[person]: values for person, values in told.items()}
    own = {str(one.person_id) for one in world.auditors}
    competence = slow_competence(session, asked.today, own)
    gaps = {one.key: one.count for one in queries.competence_gaps(session, asked)}
    assert gaps == {key: competence[key] for key in gaps}
    coverage(session, world, asked, seen)
    stages(session, asked, seen)
    seen.update(receipts | gaps | {"load": len(told), "climbed": ladder[2]})


def coverage(session, world, asked, seen):
    known = slow_coverage(session, world.programme.id, asked)
    found = queries.coverage_map(session, asked)
    assert found is not None
    marks = {
        (row.label.split()[0], ref, year): mark
        for row in found.body
        for (ref, year), mark in zip(found.columns, row.marks, strict=True)
        if mark != "none"
    }
    assert marks == known
    seen.update(known.values())


def stages(session, asked, seen):
    answers = latest(session, asked.today)
    if asked.refs is None:
        known = {}
        for clause, stage in STAGE.items():
            state = slow_state(session, clause, answers)
            whole = state != "not_applicable"
            known[stage] = (state in {"conform", "arranged"}, whole and state != "not_assessed", whole)
            seen["ready" if known[stage][0] else "not ready"] += 1
    else:
        ids = {
            key
            for key, ref in session.execute(sa.text("SELECT id, ref FROM relationship"))
            if ref in asked.refs
        }
        ids = {str(one).replace("-", "") for one in ids}
        those = [one for one in answers if str(one[1]).replace("-", "") in ids and one[2] != "not_applicable"]
        whole = Counter(STAGE[one[0]] for one in those)
        good = Counter(STAGE[one[0]] for one in those if one[3] in {"", "put_right"})
        known = {stage: (good[stage], whole[stage], whole[stage]) for stage in STAGE.values()}
        seen.update({"answers": whole.total(), "stands well": good.total()})
    spokes = standing_by_stage(session, asked).spokes
    assert {one.stage.value: (one.good, one.looked, one.whole) for one in spokes} == {
        stage.value: tuple(int(one) for one in known.get(stage.value, (0, 0, 0))) for stage in STAGES
    }


def play(session, seeds):
    """Worlds one after the other, each in a savepoint; gives what was seen."""
    seen = Counter()
    for seed in seeds:
        point = session.begin_nested()
        world = World(session, random.Random(seed))
        world.live()
        for since, until in (
            (date(2026, 1, 1), date(2027, 12, 31)),
            (date(2026, 3, 20), date(2026, 4, 2)),
            (date(2026, 4, 3), date(2026, 12, 31)),
        ):
            for ref in ("", world.places[0].ref, world.places[-1].ref):
                asked = Asked(
                    principal=world.manager, since=since, until=until, at=world.at + timedelta(hours=1),
                    zone="Europe/London", relationship=ref,
                )  # fmt: skip
                try:
                    compare(session, world, asked, seen)
                except AssertionError as error:
                    error.add_note(f"seed {seed}, {since} to {until}, {ref or 'all'}")
                    raise
                seen["compared"] += 1
        point.rollback()
        session.expire_all()
    return seen


def test_the_figures_around_agree_with_what_happened(session):
    assert CLAUSE.keys() == {"small:SM-1", "small:SM-2"}
    assert play(session, range(1))["compared"] == 9


@pytest.mark.soak
def test_the_figures_around_agree_at_length(session, capsys):
    seen = play(session, range(1, 21))
    with capsys.disabled():
        print(f"\n{session.get_bind().dialect.name}: {dict(sorted(seen.items()))}")
    assert [name for name in REACHED if not seen[name]] == []
