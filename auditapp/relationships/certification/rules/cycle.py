"""The cycle of a certificate: its last day, when the body has to come, when recertification begins. Pure.

After section 10 of the domain notes (the two-stage audit and three-year cycle of ISO/IEC 17021-1): the cycle starts
with the decision and lasts three years; the first surveillance visit is not later than 12 months after the decision,
then there is at least one in each calendar year but those of recertification; recertification is decided before the
last day; a lapsed certificate can be restored within six months; majors of Stage 2 are verified within six months.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from auditapp.kit.text import Text
from auditapp.relationships.certification.rules.kinds import Decision, DecisionKind, Visit, VisitKind
from auditapp.relationships.obligations.rules import add_months

YEARS = 3
YEAR = 12  # months
PLAN_MONTHS, START_MONTHS = 9, 6  # before the last day
RESTORE_MONTHS = 6
VERIFY_MONTHS = 6  # majors, after the last day of Stage 2
ONE_DAY = timedelta(days=1)


def last_day(decided_on: date) -> date:
    """The last of three full years: the day before the third anniversary.

    29 February has its anniversary on 1 March, so three years from it end on 28 February.
    """
    year = decided_on.year + YEARS
    try:
        anniversary = decided_on.replace(year=year)
    except ValueError:
        anniversary = date(year, 3, 1)
    return anniversary - ONE_DAY


def usual_last_day(kind: DecisionKind, decided_on: date, before: Decision | None) -> date:
    """The last day that a decision usually brings: one in time, or one that restores, keeps the old anniversary."""
    if kind is DecisionKind.INITIAL or before is None:
        return last_day(decided_on)
    if kind is DecisionKind.RECERTIFICATION and decided_on > before.expires_on:
        return last_day(decided_on)
    return add_months(before.expires_on, YEARS * YEAR)


def latest_last_day(kind: DecisionKind, decided_on: date, before: Decision | None) -> date:
    """The furthest last day that a decision can bring."""
    return max(last_day(decided_on), usual_last_day(kind, decided_on, before))


def restore_until(expires_on: date) -> date:
    """Until when a lapsed certificate can be restored."""
    return add_months(expires_on, RESTORE_MONTHS)


def verify_until(stage_2_ended_on: date) -> date:
    """Until when the majors of Stage 2 have to be verified; after that Stage 2 is held again."""
    return add_months(stage_2_ended_on, VERIFY_MONTHS)


class WindowState(StrEnum):
    """How a surveillance window stands."""

    DONE = "done"
    LATE = "late"  # held, after its last day
    PLANNED = "planned"
    OPEN = "open"
    AHEAD = "ahead"
    MISSED = "missed"


HELD = frozenset({WindowState.DONE, WindowState.LATE})
# What each is called, and how parts/status.html draws it.
WINDOW_WORDS: Mapping[WindowState, tuple[Text, str]] = {
    WindowState.DONE: (Text("Held"), "done"),
    WindowState.LATE: (Text("Held late"), "attention"),
    WindowState.PLANNED: (Text("Planned"), "on_track"),
    WindowState.OPEN: (Text("To be held"), "attention"),
    WindowState.AHEAD: (Text("Ahead"), "quiet"),
    WindowState.MISSED: (Text("Missed"), "overdue"),
}


@dataclass(frozen=True, kw_only=True)
class Window:
    """A time in which the body has to come. ``year`` is ``None`` for the first, which counts from the decision.

    ``on``: the last day of the visit that fills it, or the day it is planned for.
    """

    year: int | None
    earliest: date
    latest: date
    state: WindowState
    on: date | None = None


def surveillance(decision: Decision, visits: Iterable[Visit], today: date) -> list[Window]:
    """The surveillance windows of the cycle that a decision began, the first one first.

    The first visit also counts for its calendar year. A year in which recertification was audited (or is planned,
    though not before this decision) needs no surveillance.
    """
    visits = list(visits)
    held = sorted(
        one.held[1]
        for one in visits
        if one.kind is VisitKind.SURVEILLANCE
        and one.held
        and decision.decided_on < one.held[1] <= decision.expires_on
    )
    planned = sorted(
        one.planned[1]
        for one in visits
        if one.kind is VisitKind.SURVEILLANCE
        and one.planned
        and not one.held
        and one.planned[1] > decision.decided_on
    )
    recertified = {
        days[1].year
        for one in visits
        if one.kind is VisitKind.RECERTIFICATION
        and (days := one.held or one.planned)
        and days[1] > decision.decided_on
    }
    first = _window(
        year=None, earliest=decision.decided_on + ONE_DAY, latest=add_months(decision.decided_on, YEAR),
        held=held[:1], planned=planned, today=today,
    )  # fmt: skip
    windows = [first]
    for year in range(decision.decided_on.year + 1, decision.expires_on.year):
        if year in recertified:
            continue
        if first.on is None or first.state not in HELD:
            if year == first.latest.year:
                continue  # the first one will count for this year as well
        elif first.on.year == year or (first.state is WindowState.LATE and year == first.latest.year):
            continue  # it counts for its year; that it came late for the year before is told once
        windows.append(
            _window(
                year=year, earliest=date(year, 1, 1), latest=date(year, 12, 31),
                held=[one for one in held if one.year == year],
                planned=[one for one in planned if one.year == year], today=today,
            )
        )  # fmt: skip
    return windows


def _window(
    *,
    year: int | None,
    earliest: date,
    latest: date,
    held: Sequence[date],
    planned: Sequence[date],
    today: date,
) -> Window:
    on: date | None = None
    if held:
        on = held[0]
        state = WindowState.DONE if on <= latest else WindowState.LATE
    elif today > latest:
        state = WindowState.MISSED
    elif planned and planned[0] <= latest:
        on, state = planned[0], WindowState.PLANNED
    else:
        state = WindowState.OPEN if today >= earliest else WindowState.AHEAD
    return Window(year=year, earliest=earliest, latest=latest, state=state, on=on)


def next_window(windows: Sequence[Window]) -> Window | None:
    """The window that waits for a visit: the first one not filled that did not end before the last visit."""
    last = max((one.on for one in windows if one.state in HELD and one.on), default=date.min)
    return next((one for one in windows if one.state not in HELD and one.latest > last), None)


class RenewalState(StrEnum):
    """How recertification stands."""

    AHEAD = "ahead"
    PLAN = "plan"  # nine to six months before the last day: agree the audit
    HURRY = "hurry"  # less than six months, and not audited
    PLANNED = "planned"
    AUDITED = "audited"  # the decision is awaited
    LAPSED = "lapsed"  # can be restored
    OVER = "over"


RENEWAL_WORDS: Mapping[RenewalState, tuple[Text, str]] = {
    RenewalState.AHEAD: (Text("Ahead"), "quiet"),
    RenewalState.PLAN: (Text("To be planned"), "attention"),
    RenewalState.HURRY: (Text("Should have begun"), "overdue"),
    RenewalState.PLANNED: (Text("Planned"), "on_track"),
    RenewalState.AUDITED: (Text("Audited, the decision is awaited"), "on_track"),
    RenewalState.LAPSED: (Text("Lapsed, can be restored"), "overdue"),
    RenewalState.OVER: (Text("Over, cannot be restored"), "overdue"),
}


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """Recertification: begin to plan on ``plan_from``, begin at the latest on ``start_by``, decided by ``decide_by``."""

    plan_from: date
    start_by: date
    decide_by: date
    restore_until: date
    state: RenewalState
    on: date | None = None


def renewal(decision: Decision, visits: Iterable[Visit], today: date) -> Renewal:
    """How the recertification after a decision stands."""
    audits = [
        one
        for one in visits
        if one.kind is VisitKind.RECERTIFICATION
        and (days := one.held or one.planned)
        and days[1] > decision.decided_on
    ]
    held = max((one.held[1] for one in audits if one.held), default=None)
    planned = min((one.planned[1] for one in audits if one.planned and not one.held), default=None)
    expires_on = decision.expires_on
    plan_from, start_by = add_months(expires_on, -PLAN_MONTHS), add_months(expires_on, -START_MONTHS)
    on = held or planned
    if today > restore_until(expires_on):
        state = RenewalState.OVER
    elif today > expires_on:
        state = RenewalState.LAPSED
    elif held:
        state = RenewalState.AUDITED
    elif planned and planned <= expires_on:
        state = RenewalState.PLANNED
    elif today < plan_from:
        state = RenewalState.AHEAD
    else:
        state = RenewalState.PLAN if today <= start_by else RenewalState.HURRY
    return Renewal(
        plan_from=plan_from, start_by=start_by, decide_by=expires_on, restore_until=restore_until(expires_on),
        state=state, on=on,
    )  # fmt: skip
