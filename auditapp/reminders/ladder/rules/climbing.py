"""What comes next for one reminder: told before its day, on it, after it, level by level. Pure.

Everything is decided from what stands in the course and the moment, never from when somebody happened to look: a
reminder that was missed is caught up once, a level is never passed over, and a wait counts from when its people
could be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.ladder.rules.course import (
    DAY,
    Course,
    Ground,
    Move,
    Present,
    Step,
    Told,
    below,
    held_until,
    members,
    present,
    rung_index,
)
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.policies.rules import Rung
from auditapp.reminders.quiet.rules import (
    Rhythm,
    add_hours,
    add_work_days,
    away_on,
    local_day,
    local_moment,
    next_digest,
    next_opening,
)
from auditapp.reminders.rules import Kind, Level

ANNOUNCED = -1  # the lead of having been told that it is theirs
# Somebody waits for their word: they hear of it at once and not in the morning.
WAITED_FOR = frozenset({Kind.ACTION_REQUEST, Kind.ISSUE_LEVEL, Kind.ISSUE_ANSWER})


def begin(course: Course, ground: Ground) -> Move:
    """A reminder begins. Its owner is told that it is theirs, where the policy says so; what is late climbs at once."""
    move = Move(steps=[Step(kind=StepKind.STARTED, level=course.level)])
    if ground.at < ground.overdue_from and ground.policy.announce and _held(ground) is None:
        people = present(ground, Level.OWNER)
        if people:
            waits = ground.item.kind in WAITED_FOR
            kind = NoticeKind.DECISION if waits else NoticeKind.REMINDER
            _tell(course, ground, move, people, kind, level=Level.OWNER, urgent=waits)
            # What was announced need not be said again on the same morning.
            course.leads = [
                ANNOUNCED,
                *(one for one in ground.leads if _lead_moment(ground, one) <= ground.at),
            ]
    return _merged(move, advance(course, ground))


def advance(course: Course, ground: Ground) -> Move:
    """What has come by ``ground.at``; ``course`` is changed, ``next_at`` set to when to look again."""
    move = Move()
    held = _held(ground)
    if held is not None:
        course.next_at = held
        return move
    _ADVANCE[course.state](course, ground, move)
    return move


def _held(ground: Ground) -> datetime | None:
    held = held_until(ground.item)
    return held if held is not None and ground.at < held else None


def _coming(course: Course, ground: Ground, move: Move) -> None:
    if ground.at >= ground.overdue_from:
        course.state = RunState.CLIMBING
        enter(course, ground, move, 0)
        return
    passed = [
        one for one in ground.leads if one not in course.leads and _lead_moment(ground, one) <= ground.at
    ]
    if passed:
        people = present(ground, Level.OWNER)
        if people:
            _tell(course, ground, move, people, NoticeKind.REMINDER, level=Level.OWNER)
            course.leads = [*course.leads, *passed]
    coming = [_lead_moment(ground, one) for one in ground.leads if one not in course.leads]
    back = [ground.at + DAY] if passed and not move.told else []  # nobody is there: look again tomorrow
    course.next_at = min([one for one in coming if one > ground.at] + back + [ground.overdue_from])


def _lead_moment(ground: Ground, lead: int) -> datetime:
    """When a lead comes: the day so many days before, when the owner's working day begins."""
    people = [ground.rhythms[one] for one in ground.item.owners if one in ground.rhythms]
    rhythm = people[0] if people else Rhythm(zone=ground.item.zone)
    return local_moment(ground.item.due_on - lead * DAY, rhythm.starts, rhythm.zone)


def enter(course: Course, ground: Ground, move: Move, index: int) -> None:
    """Go to this rung, or to the next above it that somebody holds; at the end of the ladder it is stuck."""
    policy = ground.policy
    while index < len(policy.rungs):
        rung = policy.rungs[index]
        lower = below(ground, index)
        people = present(ground, rung.level, but=lower)
        if people:
            _settle(course, ground, move, rung, people, index=index)
            return
        move.steps.append(
            Step(kind=StepKind.SKIPPED, level=rung.level, reason=_why_empty(ground, rung.level, lower))
        )
        index += 1
    cap(course, ground, move)


def _settle(
    course: Course, ground: Ground, move: Move, rung: Rung, people: Sequence[Present], *, index: int
) -> None:
    first = index == 0
    before = course.level
    course.level = rung.level
    course.told = 0
    if not first:
        move.steps.append(Step(kind=StepKind.CLIMBED, level=rung.level))
        lower = [
            one
            for one in ground.policy.rungs[:index]
            if one.level in (before, Level.OWNER) and one.level < rung.level
        ]
        copied: dict[UUID, Present] = {}
        for one in lower:
            copied |= {who.person_id: who for who in present(ground, one.level)}
        for who in people:
            copied.pop(who.person_id, None)
        _tell(course, ground, move, list(copied.values()), NoticeKind.COPY, level=before, counted=False)
    kind = NoticeKind.OVERDUE if first else NoticeKind.ESCALATION
    begins = _tell(course, ground, move, people, kind, level=rung.level, urgent=not first)
    course.level_since = begins
    course.until = add_hours(people[0].rhythm, begins, rung.wait_hours) or begins + timedelta(
        days=rung.wait_hours
    )
    _look_again(course, ground, people[0].rhythm)


def _why_empty(ground: Ground, level: Level, lower: set[UUID]) -> Text:
    held = members(ground.item, level, ground.rhythms)
    if not held:
        return Text("Nobody holds this level.")
    if set(held) <= lower:
        return Text("Whoever holds this level was asked already.")
    return Text("Whoever holds this level is away and has named nobody.")


def _look_again(course: Course, ground: Ground, rhythm: Rhythm) -> None:
    """Set ``next_at``: the end of the level's wait, or the next reminder on it."""
    moments = [course.until] if course.until is not None else []
    if _may_repeat(course, ground) and course.told_at is not None:
        day = add_work_days(rhythm, local_day(course.told_at, rhythm.zone), ground.policy.every_days)
        again = local_moment(day, rhythm.starts, rhythm.zone)
        if course.until is None or again < course.until:
            moments.append(again)
    later = [one for one in moments if one > ground.at]
    course.next_at = min(later) if later else ground.at + DAY


def _may_repeat(course: Course, ground: Ground) -> bool:
    """Whether the same people may be told once more. Moving up is never held back by the caps."""
    return course.told < ground.policy.most_per_level and course.total < ground.policy.most


def _climbing(course: Course, ground: Ground, move: Move) -> None:
    index = rung_index(ground.policy, course.level)
    if course.until is not None and ground.at >= course.until:
        enter(course, ground, move, index + 1)
        return
    people = present(ground, course.level, but=below(ground, index))
    if not people:  # they went away meanwhile
        enter(course, ground, move, index + 1)
        return
    if _may_repeat(course, ground):
        _tell(course, ground, move, people, NoticeKind.OVERDUE, level=course.level)
    _look_again(course, ground, people[0].rhythm)


def cap(course: Course, ground: Ground, move: Move) -> None:
    """Nobody is left to ask: on the list of the programme manager, and quiet."""
    course.state = RunState.CAPPED
    course.next_at = course.until = None
    move.steps.append(Step(kind=StepKind.CAPPED, level=course.level))
    _tell(
        course, ground, move, present(ground, Level.PROGRAMME), NoticeKind.INFORMATION, level=Level.PROGRAMME,
        counted=False,
    )  # fmt: skip


def _acknowledged(course: Course, ground: Ground, move: Move) -> None:
    if course.until is None:  # it was asked whether it is still in hand, and nobody said so
        resume(course, ground, move, Text("Asked whether it is still in hand; nobody answered."))
        return
    if ground.at < course.until:
        course.next_at = course.until
        return
    who = _one(ground, course.answered_by)
    if who is None:
        resume(course, ground, move, Text("Whoever had it in hand is away."))
        return
    begins = _tell(course, ground, move, [who], NoticeKind.QUESTION, level=course.level)
    move.steps.append(Step(kind=StepKind.ASKED_AGAIN, level=course.level, person_id=who.person_id))
    course.until = None
    day = add_work_days(who.rhythm, local_day(begins, who.rhythm.zone), ground.policy.every_days)
    course.next_at = local_moment(day, who.rhythm.starts, who.rhythm.zone)


def _one(ground: Ground, person_id: UUID | None) -> Present | None:
    rhythm = ground.rhythms.get(person_id) if person_id is not None else None
    if person_id is None or rhythm is None or away_on(rhythm, local_day(ground.at, rhythm.zone)):
        return None
    return (
        Present(person_id=person_id, rhythm=rhythm) if next_opening(rhythm, ground.at) is not None else None
    )


def _snoozed(course: Course, ground: Ground, move: Move) -> None:
    if course.until is not None and ground.at < course.until:
        course.next_at = course.until
        return
    resume(course, ground, move, Text("The time for which it was put off is over."))


def _blocked(course: Course, ground: Ground, move: Move) -> None:
    if course.until is not None and ground.at < course.until:
        course.next_at = course.until
        return
    resume(course, ground, move, Text("Whoever it waited for did not answer."))


def resume(course: Course, ground: Ground, move: Move, why: Text) -> None:
    """Take it up again where it stood: on the same level, whose people are told again."""
    move.steps.append(Step(kind=StepKind.RESUMED, level=course.level, reason=why))
    course.until = course.blocked_by = None
    if ground.at < ground.overdue_from and course.level is Level.OWNER:
        course.state = RunState.COMING
        people = present(ground, Level.OWNER)
        _tell(course, ground, move, people, NoticeKind.REMINDER, level=Level.OWNER)
        course.leads = sorted(
            {*course.leads, *(one for one in ground.leads if _lead_moment(ground, one) <= ground.at)}
        )
        _coming(course, ground, move)
        return
    course.state = RunState.CLIMBING
    index = rung_index(ground.policy, course.level)
    people = present(ground, course.level, but=below(ground, index))
    if not people:
        enter(course, ground, move, index + 1)
        return
    course.told = 0
    begins = _tell(course, ground, move, people, NoticeKind.OVERDUE, level=course.level)
    rung = ground.policy.rungs[index]
    course.level_since = begins
    course.until = add_hours(people[0].rhythm, begins, rung.wait_hours) or begins + timedelta(
        days=rung.wait_hours
    )
    _look_again(course, ground, people[0].rhythm)


def _nothing(course: Course, ground: Ground, move: Move) -> None:
    del ground, move
    course.next_at = None


_ADVANCE = {
    RunState.COMING: _coming,
    RunState.CLIMBING: _climbing,
    RunState.ACKNOWLEDGED: _acknowledged,
    RunState.SNOOZED: _snoozed,
    RunState.BLOCKED: _blocked,
    RunState.CAPPED: _nothing,
    RunState.ENDED: _nothing,
}


def _tell(
    course: Course, ground: Ground, move: Move, people: Sequence[Present], kind: NoticeKind, *, level: Level,
    urgent: bool = False, counted: bool = True,
) -> datetime:  # fmt: skip
    """Tell these people; gives the first moment at which one of them hears it."""
    begins: datetime | None = None
    for one in people:
        opens = next_opening(one.rhythm, ground.at) or ground.at
        not_before = opens if urgent else next_digest(one.rhythm, ground.at) or opens
        move.told.append(
            Told(
                person_id=one.person_id,
                kind=kind,
                urgent=urgent,
                level=level,
                not_before=not_before,
                instead_of=one.instead_of,
            )
        )
        begins = not_before if begins is None else min(begins, not_before)
    if people and counted:
        course.told += 1
        course.total += 1
        course.told_at = begins
    return begins or ground.at


def tell_one(
    course: Course, ground: Ground, move: Move, person_id: UUID, kind: NoticeKind, *, urgent: bool
) -> datetime | None:
    """Tell somebody named; gives when they hear it, ``None`` when they are away."""
    who = _one(ground, person_id)
    if who is None:
        return None
    return _tell(course, ground, move, [who], kind, level=course.level, urgent=urgent, counted=False)


def _merged(first: Move, second: Move) -> Move:
    return Move(told=[*first.told, *second.told], steps=[*first.steps, *second.steps])


@dataclass(frozen=True, kw_only=True)
class Comes:
    """What happens if nothing happens: when, and who is asked then; no level: it ends on the list of what is stuck."""

    at: datetime | None
    level: Level | None
    people: tuple[UUID, ...] = ()
    again: bool = False  # the same people are asked once more, or asked whether it is still in hand


def comes_next(course: Course, ground: Ground) -> Comes | None:
    """What happens next if nothing happens; ``None`` when nothing does."""
    if course.state in {RunState.CAPPED, RunState.ENDED}:
        return None
    if course.state is RunState.COMING:
        return _above(replace(ground, at=max(ground.at, ground.overdue_from)), -1, at=ground.overdue_from)
    if course.state is not RunState.CLIMBING:
        return Comes(at=course.until or course.next_at, level=course.level, again=True)
    return _above(ground, rung_index(ground.policy, course.level), at=course.until)


def _above(ground: Ground, index: int, *, at: datetime | None) -> Comes:
    for place in range(index + 1, len(ground.policy.rungs)):
        level = ground.policy.rungs[place].level
        people = present(ground, level, but=below(ground, place))
        if people:
            return Comes(at=at, level=level, people=tuple(one.person_id for one in people), again=place == 0)
    return Comes(at=at, level=None)
