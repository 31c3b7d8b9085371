"""Whose turn it is on an issue, until when, and what happens if nothing does: in sentences. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from auditapp.kit.text import MONTHS, Text
from auditapp.relationships.issues.rules.clock import Calendar, Going, day_of, day_start
from auditapp.relationships.issues.rules.issue import Status, Verb
from auditapp.relationships.issues.rules.ladder import LEVEL_LABELS, LEVEL_WORDS, TOP, Expiry, Level

WEEKDAYS = (
    Text("Monday"),
    Text("Tuesday"),
    Text("Wednesday"),
    Text("Thursday"),
    Text("Friday"),
    Text("Saturday"),
    Text("Sunday"),
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the sentences are made of.

    ``party`` is the name of the party whose turn it is, ``holder`` of its person on the level (may be empty), ``mine``
    whether that is the reader. ``ended``: when it was closed or withdrawn.
    """

    status: Status
    level: Level
    at: datetime
    calendar: Calendar
    party: str
    holder: str
    mine: bool
    going: Going
    expiry: Expiry
    due: datetime | None
    expired: datetime | None
    resumes: datetime | None
    answer_by: datetime | None
    ended: datetime | None
    request_to_me: bool
    may: Collection[Verb]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A sentence, what follows if nothing happens, and the one step that the page makes large."""

    sentence: Text
    next: Text | str
    main: Verb | None


def day_words(day: date, today: date) -> Text:
    """“Friday 4 December”, with the year when it is another one than today's."""
    words = Text(
        "%(weekday)s %(day)s %(month)s",
        weekday=WEEKDAYS[day.weekday()],
        day=day.day,
        month=MONTHS[day.month - 1],
    )
    return words if day.year == today.year else Text("%(day)s %(year)s", day=words, year=day.year)


def until_words(moment: datetime, calendar: Calendar, at: datetime) -> Text:
    """The last day before a moment, as that party has it; with the time when it is not a whole day."""
    day, today = day_of(moment, calendar), day_of(at, calendar)
    if moment == day_start(day, calendar.zone):
        return day_words(day - timedelta(days=1), today)
    clock = moment.astimezone(ZoneInfo(calendar.zone)).strftime("%H:%M")
    return Text("%(day)s, %(time)s", day=day_words(day, today), time=clock)


def turn(facts: Facts) -> Turn:
    """The top of an issue's page."""
    if facts.status in {Status.CLOSED, Status.WITHDRAWN}:
        return _ended(facts)
    if facts.status is Status.RESOLVED:
        return Turn(
            sentence=Text(
                "%(who)s to accept the resolution or to object.", who=_has_until(facts, facts.answer_by)
            ),
            next=Text("If nobody objects by then, it counts as accepted."),
            main=Verb.ACCEPT if Verb.ACCEPT in facts.may and facts.mine else None,
        )
    if facts.expired is not None:
        return _expired(facts)
    main = Verb.ANSWER if facts.request_to_me and Verb.ANSWER in facts.may else None
    if facts.going is Going.PAUSED:
        return Turn(
            sentence=Text("The clock is paused, as both parties agreed."),
            next=Text(
                "It goes on by itself after %(day)s; either party can take the issue up again before.",
                day=until_words(facts.resumes or facts.at, facts.calendar, facts.at),
            ),
            main=main,
        )
    return Turn(
        sentence=Text("%(who)s.", who=_has_until(facts, facts.due)),
        next=_if_not(facts),
        main=main or (Verb.RESOLVE if Verb.RESOLVE in facts.may and facts.mine else None),
    )


def _who(facts: Facts) -> Text:
    level = LEVEL_LABELS[facts.level]
    if facts.holder:
        return Text("%(party)s (%(holder)s, %(level)s)", party=facts.party, holder=facts.holder, level=level)
    return Text("%(party)s (%(level)s)", party=facts.party, level=level)


def _has_until(facts: Facts, moment: datetime | None) -> Text:
    if moment is None:
        return Text("%(who)s has to act", who=_who(facts))
    until = until_words(moment, facts.calendar, facts.at)
    if facts.mine:
        return Text(
            "It is your turn (%(level)s): you have until %(until)s",
            level=LEVEL_LABELS[facts.level],
            until=until,
        )
    return Text("%(who)s has until %(until)s", who=_who(facts), until=until)


def _if_not(facts: Facts) -> Text:
    if facts.level is TOP:
        return Text(
            "If it is not resolved then, the ladder is used up: what is left is mediation, or the contract's way "
            "for disputes."
        )
    above = LEVEL_WORDS[Level(facts.level + 1)]
    if facts.expiry is Expiry.ASK:
        return Text(
            "If it is not resolved then, the holders of this level are asked to move it to %(level)s.",
            level=above,
        )
    return Text("If it is not resolved then, it moves to %(level)s.", level=above)


def _expired(facts: Facts) -> Turn:
    over = until_words(facts.expired or facts.at, facts.calendar, facts.at)
    resolves = Verb.RESOLVE if Verb.RESOLVE in facts.may else None
    if facts.level is TOP:
        return Turn(
            sentence=Text(
                "The ladder is used up: the time of its last level ran out with %(day)s.", day=over
            ),
            next=Text(
                "What is left is mediation, or the contract's way for disputes. What comes of it is recorded here as "
                "the resolution."
            ),
            main=resolves,
        )
    return Turn(
        sentence=Text(
            "The time of this level ran out with %(day)s. Its holders are asked: resolve it, or move it to %(level)s.",
            day=over,
            level=LEVEL_WORDS[Level(facts.level + 1)],
        ),
        next=Text("Until they do, it stays here, and its days go on being counted."),
        main=Verb.MOVE_UP if Verb.MOVE_UP in facts.may else None,
    )


def _ended(facts: Facts) -> Turn:
    day = day_words(day_of(facts.ended or facts.at, facts.calendar), day_of(facts.at, facts.calendar))
    if facts.status is Status.WITHDRAWN:
        return Turn(
            sentence=Text("Withdrawn on %(day)s. Nobody has to do anything.", day=day), next="", main=None
        )
    return Turn(
        sentence=Text(
            "Resolved on %(day)s at %(level)s. Nobody has to do anything.",
            day=day,
            level=LEVEL_WORDS[facts.level],
        ),
        next="",
        main=None,
    )
