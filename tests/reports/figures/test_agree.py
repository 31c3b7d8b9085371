"""The figures agree with what the trail tells, on random histories played through the real services.

Every example lives some nonconformities through any order of commands, right or wrong; then each figure is asked for
several periods and relationships, computed the slow way too, and compared; and each number is compared with the number
of rows that its address shows. Short in `make test`, long in `make soak`.
"""

from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from auditapp.findings.actions.service import ask_extension, decide
from auditapp.findings.model import Nonconformity
from auditapp.findings.queries import zone_of
from auditapp.findings.raising.service import raise_nonconformity, relate
from auditapp.findings.register.queries.narrow import Reader, narrowed
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import read_query
from auditapp.findings.rules.action import ActionVerb
from auditapp.findings.rules.nonconformity import NcStatus, NcVerb, Source
from auditapp.kit.errors import Refusal
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import STAGE_LABELS
from auditapp.reports.dashboards import queries as dashboards
from auditapp.reports.figures import queries
from auditapp.reports.figures.rules import Asked, Place
from tests.factories import make_relationship
from tests.factories.nonconformities import Cast
from tests.findings.test_machine import BEGIN, Lives
from tests.reports.figures.slow import Slow

MOST = 8  # nonconformities
REQUIREMENTS = [
    {"standard": standard, "clause": clause, "title": "Plan"}
    for standard in ("ISO 44001:2017", "BS 11000-1:2010")
    for clause in ("8.2", "8.2.2", "9.1")
]
REGISTERS = {Place.NONCONFORMITIES: Register.NONCONFORMITIES, Place.ACTIONS: Register.ACTIONS}


class Counted(Lives):
    """The same lives, more of them and in several places; the figures are compared at the end of each."""

    # These are checked where lives are tested for their own sake.
    replaying_the_trail_gives_the_present = None
    the_next_step_is_due_exactly_while_it_is_open = None
    rows_agree_with_their_status = None

    def __init__(self, session, cast, others, seen):
        super().__init__(session, cast, seen)
        self.others, self.shift = others, 0

    @rule(shift=st.integers(0, MOST - 1))
    def it_is_about_another(self, shift):
        self.shift = shift

    @rule(
        source=st.sampled_from(Source),
        who=st.sampled_from(["raiser", "auditor", "manager", "contact"]),
        stage=st.sampled_from(["", "unknown", *(one.value for one in STAGE_LABELS)]),
        requirements=st.lists(st.sampled_from(REQUIREMENTS), max_size=2),
        place=st.integers(0, 2),
    )
    def raise_one(self, source, who, stage="", requirements=(), place=0):
        if len(self.histories) == MOST:
            return

        def command():
            nc = raise_nonconformity(
                self.session, actor=self.cast[who], at=self.at, title="No review", statement="None is on record.",
                source=source, relationship_id=self.others[place], body_name="Body", stage=stage,
                requirements=requirements, audit_id=self.cast.audit.id if who == "auditor" else None,
            )  # fmt: skip
            made.append(nc.id)

        made = []
        if self.attempt(command, self.cast[who], NcVerb.EDIT):
            self.histories[made[0]] = None

    @rule(which=st.integers(0, 2), data=st.data())
    def it_goes_far(self, which, data):
        """Many steps towards the end at once: otherwise hardly any would be closed."""
        for _ in range(24):
            if self.nc(which).status is NcStatus.CLOSED:  # the next step would open it again
                break
            self.go_on(which, data)

    @rule(
        which=st.integers(0, 2),
        days=st.integers(1, 20),
        granted=st.sampled_from([True, False, None]),
        data=st.data(),
    )
    def more_time_is_asked_for(self, which, days, granted, data):
        """It comes so far that its actions are worked on; one of them takes longer, which is granted, refused or open."""
        for _ in range(16):
            if self.nc(which).status in {NcStatus.IMPLEMENTING, NcStatus.CLOSED}:
                break
            self.go_on(which, data)
        for one in self.actions(self.nc(which))[:1]:
            self.give(one, ActionVerb.ACCEPT, data, right=True, sure=True)
            wanted = one.due_on + timedelta(days=days)
            values = {"wanted_on": wanted, "reason": "It takes longer.", "impact": "None."}
            asked = self.said(one, ActionVerb.ASK_EXTENSION, ask_extension, **values)
            if asked and granted is not None:
                values = {"granted": granted, "decision": "So it is.", "due_on": wanted if granted else None}
                self.said(one, ActionVerb.DECIDE, decide, **values)

    @rule(which=st.integers(0, MOST - 1), earlier=st.integers(0, MOST - 1))
    def it_came_before(self, which, earlier):
        """It repeats another one."""
        nc, before = self.nc(which), self.nc(earlier)
        self.at += timedelta(hours=1)
        who = self.able(nc, NcVerb.RELATE)[0]
        self.attempt(
            lambda: relate(self.session, actor=who, at=self.at, nc=nc, earlier_id=before.id),
            who,
            NcVerb.RELATE,
        )

    def said(self, action, verb, command, **values):
        """Let the first who may say something about an action; whether it went through."""
        self.at += timedelta(hours=1)
        who = self.able(action, verb)[0]
        return self.attempt(
            lambda: command(self.session, actor=who, at=self.at, action=action, **values), who, verb
        )

    def nc(self, which):
        ids = list(self.histories)
        return self.session.get_one(Nonconformity, ids[(which + self.shift) % len(ids)])

    def attempt(self, command, who, verb):
        del who, verb
        point = self.session.begin_nested()
        try:
            command()
            self.session.flush()
        except Refusal:
            point.rollback()
            self.session.expire_all()
            return False
        point.commit()
        self.session.expire_all()
        self.seen["gone through"] += 1
        return True

    def teardown(self):
        last = self.at.date()
        middle = BEGIN.date() + (last - BEGIN.date()) / 2
        for since, until in (
            (BEGIN.date(), last),
            (middle, last + timedelta(days=400)),
            (date(2026, 3, 20), middle),
        ):
            for relationship in (None, self.cast.relationship):
                asked = Asked(
                    principal=self.cast["viewer"], since=since, until=max(since, until), at=self.at,
                    zone=zone_of(self.session), relationship=relationship.ref if relationship else "",
                )  # fmt: skip
                compare(self.session, asked, relationship.id if relationship else None, self.seen)
        compare_rows(self.session, asked, self.seen)
        own = Asked(
            principal=self.cast["responsible"], since=BEGIN.date(), until=last, at=self.at, zone=asked.zone
        )
        compare_rows(self.session, own, self.seen)
        self.point.rollback()
        self.session.expire_all()


def counted(found):
    return Counter({one.key: one.count for one in found})


def compare(session, asked, relationship_id, seen):
    """Every figure about nonconformities beside the same from the trail."""
    slow = Slow(
        session, since=asked.since, until=asked.until, at=asked.at, zone=asked.zone, relationship=relationship_id
    )  # fmt: skip
    assert counted(queries.by_grade(session, asked)) == slow.by_grade()
    stages = Counter()
    for stage, count in slow.by_stage().items():
        stages[stage if stage in {one.value for one in STAGE_LABELS} else "no_stage"] += count
    assert counted(queries.by_stage(session, asked)) == stages
    assert sorted(one.count for one in queries.by_relationship(session, asked)) == sorted(
        slow.by_relationship().values()
    )
    assert counted(queries.by_clause(session, asked)) == slow.by_clause()
    assert counted(queries.by_cause(session, asked)) == slow.by_cause()
    assert [one.count for one in queries.by_age(session, asked)] == slow.by_age()
    for spread in queries.spreads(session, asked):
        count, median, ninety = slow.took(spread.key)
        assert spread.count == count, spread.key
        if count:
            assert spread.median == pytest.approx(median, abs=0.051), spread.key
            assert spread.ninety == pytest.approx(ninety, abs=0.051), spread.key
        seen[f"took {spread.key}"] += count
    raised, closed = slow.by_month()
    months = queries.by_month(session, asked)
    assert (months[0].first, months[-1].last) == (asked.since, asked.until)
    for one in months:
        began, ended = (one.first.year, one.first.month), (one.last.year, one.last.month)
        for count, known in ((one.raised.count, raised), (one.closed.count, closed)):
            assert count == sum(known.pop(month) for month in list(known) if began <= month <= ended)
    assert not raised
    assert not closed
    assert tuple(one.count for one in queries.overdue(session, asked)) == slow.overdue()
    *became, about = queries.extensions(session, asked)
    assert (counted(became), about.count) == slow.extensions()
    for name, share, known in (
        ("repeats", queries.repeats(session, asked), slow.repeats()),
        ("effective", queries.effectiveness(session, asked), slow.effectiveness()),
    ):
        assert (share.part.count, share.whole.count) == known, name
        seen[name] += known[0]
    assert tuple(one.count for one in dashboards.open_now(session, asked)) == slow.open_now()
    for every in (True, False):
        shown = dashboards.lines(session, asked, every=every)
        told = {one.ref: (one.open, one.major, one.overdue) for one in shown}
        refs = {str(key): ref for key, ref in session.execute(sa.select(Relationship.id, Relationship.ref))}
        known = {refs[key]: values for key, values in slow.by_place().items() if key}
        assert {ref: values for ref, values in told.items() if any(values)} == known
        assert not every or asked.refs is None or set(told) == set(asked.refs)
        assert shown == sorted(shown, key=lambda one: (-one.overdue, -one.open, one.ref))
    seen["causes"] += slow.by_cause().total()
    seen["extensions"] += about.count
    seen["overdue"] += sum(slow.overdue())
    seen["compared"] += 1


def compare_rows(session, asked, seen):
    """Every number beside the number of rows that the register shows at its address."""
    found = [
        *queries.by_grade(session, asked), *queries.by_stage(session, asked), *queries.by_clause(session, asked),
        *queries.by_relationship(session, asked), *queries.by_cause(session, asked), *queries.by_age(session, asked),
        *queries.spreads(session, asked), *queries.overdue(session, asked), queries.extensions(session, asked)[-1],
        *dashboards.open_now(session, asked), queries.repeats(session, asked).part, queries.repeats(session, asked).whole,
        *(count for month in queries.by_month(session, asked) for count in (month.raised, month.closed)),
    ]  # fmt: skip
    reader = Reader(principal=asked.principal, today=asked.today, zone=asked.zone)
    for one in found:
        wanted = read_query(REGISTERS[one.rows.place], one.rows.query)
        rows = narrowed(reader, wanted).subquery()
        assert session.scalar(sa.select(sa.func.count()).select_from(rows)) == one.count, one
        seen["rows"] += one.count


def run(session, *, examples, steps):
    """Play histories; gives what was seen."""
    cast, seen = Cast(session), Counter()
    other = make_relationship(session)
    for one in (cast.relationship, other):
        one.ref = one.ref.upper()  # as people's numbers are; an address is read so
    others = [cast.relationship.id, other.id, None]
    run_state_machine_as_test(
        lambda: Counted(session, cast, others, seen),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
            print_blob=True,
        ),
    )
    return seen


def test_the_figures_agree_with_the_trail(session):
    seen = run(session, examples=3, steps=20)
    assert seen["compared"] >= 18
    assert seen["rows"] > 0


# What the long form has to have met, and how often at least: a figure that is 0 twice agrees about nothing.
REACHED = {
    "took acknowledged": 50, "took planned": 50, "took closed": 20, "repeats": 1, "effective": 20, "causes": 50,
    "extensions": 20, "overdue": 50,
}  # fmt: skip


@pytest.mark.soak
def test_the_figures_agree_with_the_trail_at_length(session, capsys):
    seen = run(session, examples=60, steps=100)
    with capsys.disabled():
        print(f"\n{session.get_bind().dialect.name}: {dict(sorted(seen.items()))}")
    assert {name: seen[name] for name, least in REACHED.items() if seen[name] < least} == {}
