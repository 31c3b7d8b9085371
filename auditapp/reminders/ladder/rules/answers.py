"""What somebody may say to a reminder, and what comes of it. Pure.

Each answer counts the generation up, so that nothing that was decided before it is done any more.
"""

from datetime import datetime, timedelta
from uuid import UUID

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text, day_words
from auditapp.reminders.ladder.rules import RunState, StepKind
from auditapp.reminders.ladder.rules.climbing import enter, resume, tell_one
from auditapp.reminders.ladder.rules.course import DAY, Course, Ground, Move, Step, present, rung_index
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.quiet.rules import Rhythm, add_hours, add_work_days, local_day, local_moment
from auditapp.reminders.rules import ANSWER_LABELS, Answer, Level


def answerable(course: Course) -> frozenset[Answer]:
    """What can be said to it as it stands."""
    if course.state is RunState.ENDED:
        return frozenset()
    if course.state is RunState.CAPPED:
        return frozenset({Answer.ACKNOWLEDGE})
    return frozenset({Answer.ACKNOWLEDGE, Answer.SNOOZE, Answer.NOT_MINE, Answer.BLOCKED})


def latest_snooze(course: Course, ground: Ground) -> datetime:
    """Until when it can be put off at most: so many days, and never past the due day and its grace."""
    del course
    bound = ground.at + timedelta(days=ground.policy.snooze_days)
    grace = local_moment(ground.item.due_on + (ground.policy.grace_days + 1) * DAY, 0, ground.item.zone)
    return min(bound, grace)


def needs_reason(course: Course, ground: Ground) -> bool:
    """Whether putting it off once more asks for a reason."""
    return course.snoozes >= ground.policy.free_snoozes


def acknowledge(course: Course, ground: Ground, *, by: UUID) -> Move:
    """It is in hand: nobody further up is asked, and later it is asked whether that still holds."""
    move = _answered(course, Answer.ACKNOWLEDGE, by)
    rhythm = ground.rhythms.get(by, Rhythm(zone=ground.item.zone))
    if course.state is RunState.COMING and ground.at < ground.overdue_from:
        course.leads = sorted({*course.leads, *ground.leads})
        course.next_at = ground.overdue_from
        return move
    day = add_work_days(rhythm, local_day(ground.at, rhythm.zone), ground.policy.ack_days)
    course.state = RunState.ACKNOWLEDGED
    course.until = course.next_at = local_moment(day, rhythm.starts, rhythm.zone)
    return move


def snooze(course: Course, ground: Ground, *, by: UUID, until: datetime | None, reason: str) -> Move:
    """Asked again at ``until``. Whoever stands above sees it. Raises Invalid for fields ``until`` and ``reason``."""
    latest = latest_snooze(course, ground)
    if latest <= ground.at:
        raise Refusal(
            Text(
                "It cannot be put off any more: its day and the time after it are over. Say how it stands instead."
            )
        )
    if until is None or until <= ground.at:
        raise Invalid(Text("Choose a day to come."), field="until")
    if until > latest:
        raise Invalid(
            Text("It can be put off until %(day)s at most.", day=day_words(local_day(latest - timedelta(seconds=1), ground.item.zone))),
            field="until",
        )  # fmt: skip
    if needs_reason(course, ground) and not reason.strip():
        raise Invalid(
            Text("It was put off %(count)s times already. Say why once more.", count=course.snoozes),
            field="reason",
        )
    move = _answered(course, Answer.SNOOZE, by, reason)
    course.snoozes += 1
    course.state = RunState.SNOOZED
    course.until = course.next_at = until
    index = rung_index(ground.policy, course.level)
    for rung in ground.policy.rungs[index + 1 :]:
        above = [one for one in present(ground, rung.level) if one.person_id != by]
        if above:
            for one in above:
                tell_one(course, ground, move, one.person_id, NoticeKind.INFORMATION, urgent=False)
            break
    return move


def not_mine(course: Course, ground: Ground, *, by: UUID, reason: str) -> Move:
    """It belongs to somebody else: the next level decides, now. Raises Invalid for field ``reason``."""
    if not reason.strip():
        raise Invalid(Text("Say whose it is, or why it is not yours."), field="reason")
    move = _answered(course, Answer.NOT_MINE, by, reason)
    course.state = RunState.CLIMBING
    enter(course, ground, move, rung_index(ground.policy, course.level) + 1)
    return move


def blocked(course: Course, ground: Ground, *, by: UUID, person_id: UUID | None, reason: str) -> Move:
    """It waits for somebody else, who is told now and whose working time counts. Raises Invalid for ``to_person_id``."""
    if person_id is None or person_id == by:
        raise Invalid(Text("Choose for whom it waits; that is somebody else."), field="to_person_id")
    if not reason.strip():
        raise Invalid(Text("Say what you wait for."), field="reason")
    move = _answered(course, Answer.BLOCKED, by, reason)
    told = tell_one(course, ground, move, person_id, NoticeKind.DECISION, urgent=True)
    rhythm = ground.rhythms.get(person_id)
    if told is None or rhythm is None:
        raise Invalid(
            Text("They are away and have named nobody. Choose somebody else."), field="to_person_id"
        )
    course.state = RunState.BLOCKED
    course.blocked_by = person_id
    wait = ground.policy.rungs[0].wait_hours
    course.until = course.next_at = add_hours(rhythm, told, wait) or told + timedelta(days=wait)
    return move


def restart(course: Course, ground: Ground, *, by: UUID) -> Move:
    """The ladder begins anew from the owner."""
    move = Move(steps=[Step(kind=StepKind.ANSWERED, level=course.level, person_id=by)])
    course.generation += 1
    course.level, course.total, course.told, course.snoozes = Level.OWNER, 0, 0, 0
    resume(course, ground, move, Text("Begun anew by the programme manager."))
    return move


def _answered(course: Course, answer: Answer, by: UUID, reason: str = "") -> Move:
    if answer not in answerable(course):
        raise Refusal(Text("This reminder has ended: nothing is asked here any more."))
    course.generation += 1
    course.answered_by = by
    course.blocked_by = None
    said = ANSWER_LABELS[answer]
    words = Text("%(answer)s: %(reason)s", answer=said, reason=reason.strip()) if reason.strip() else said
    return Move(steps=[Step(kind=StepKind.ANSWERED, level=course.level, person_id=by, reason=words)])
