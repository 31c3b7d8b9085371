"""What comes next, in a sentence for one reader. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from auditapp.kit.text import Text, day_words
from auditapp.reminders.ladder.rules import StepKind
from auditapp.reminders.ladder.rules.climbing import Comes
from auditapp.reminders.ladder.rules.course import Move, Step
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.reminders.quiet.rules import local_day
from auditapp.reminders.rules import LEVEL_LABELS, Level

MOST_NAMES = 3


def next_words(comes: Comes | None, names: Mapping[UUID, str], *, reader: UUID, zone: str) -> Text | None:
    """What happens if nothing happens, when, and to whom; ``zone``: the reader's."""
    if comes is None or comes.at is None:
        return None
    day = day_words(local_day(comes.at, zone))
    if comes.level is None:
        return Text(
            "If nothing has happened by %(day)s, it goes on the audit programme manager’s list of what is stuck.",
            day=day,
        )
    if comes.again and reader in comes.people:
        return Text(
            "If nothing has happened by %(day)s, it counts as overdue, and you are told again.", day=day
        )
    if comes.again and not comes.people:
        return Text("It is asked about again on %(day)s.", day=day)
    return _others(comes, names, day)


def _others(comes: Comes, names: Mapping[UUID, str], day: Text) -> Text:
    who = [names[one] for one in comes.people if one in names]
    shown = ", ".join(who[:MOST_NAMES])
    level = comes.level if comes.level is not None else Level.OWNER
    if len(who) > MOST_NAMES:
        return Text(
            "If nothing has happened by %(day)s, it goes to %(names)s and %(count)s more (%(level)s).",
            day=day,
            names=shown,
            count=len(who) - MOST_NAMES,
            level=LEVEL_LABELS[level],
        )
    if level is Level.OWNER:
        return Text(
            "If nothing has happened by %(day)s, it counts as overdue, and %(names)s will hear of it.",
            day=day,
            names=shown,
        )
    return Text(
        "If nothing has happened by %(day)s, it goes to %(names)s (%(level)s).",
        day=day,
        names=shown,
        level=LEVEL_LABELS[level],
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is known when somebody is told.

    ``answered``: who answered, and what; ``silent``: who was asked below; ``asked``: who is asked now; ``level``: the
    reader's; ``until``: the day until which it was put off.
    """

    names: Mapping[UUID, str]
    answered: Step | None = None
    silent: tuple[UUID, ...] = ()
    asked: tuple[UUID, ...] = ()
    level: Level = Level.OWNER
    until: Text | None = None

    @property
    def who(self) -> str:
        """Who answered."""
        person = self.answered.person_id if self.answered is not None else None
        return self.names.get(person, "") if person is not None else ""

    @property
    def words(self) -> Text | str:
        """What they answered."""
        return (self.answered.reason if self.answered is not None else None) or ""


def _escalation(told: Told) -> Text:
    if told.answered is not None:
        return Text("%(name)s answered: “%(said)s”. You decide next.", name=told.who, said=told.words)
    return Text(
        "%(names)s did not answer. You are asked next, as %(level)s.",
        names=_listed(told.silent, told.names),
        level=LEVEL_LABELS[told.level],
    )


def _copy(told: Told) -> Text:
    return Text("It has gone up to %(names)s.", names=_listed(told.asked, told.names))


def _decision(told: Told) -> Text | None:
    if told.answered is None:
        return None
    return Text("%(name)s waits for you: “%(said)s”.", name=told.who, said=told.words)


def _question(told: Told) -> Text:
    del told
    return Text("You said that it is in hand. Is it still?")


def _information(told: Told) -> Text:
    if told.answered is not None and told.until is not None:
        return Text("%(name)s put it off until %(day)s.", name=told.who, day=told.until)
    return Text("Nobody answered on any level. It stands on your list of what is stuck.")


_SAID: Mapping[NoticeKind, Callable[[Told], Text | None]] = {
    NoticeKind.ESCALATION: _escalation,
    NoticeKind.COPY: _copy,
    NoticeKind.DECISION: _decision,
    NoticeKind.QUESTION: _question,
    NoticeKind.INFORMATION: _information,
}


def said_words(kind: NoticeKind, told: Told) -> Text | None:
    """Why this person hears of it just now; ``None``: because it is theirs."""
    return _SAID[kind](told) if kind in _SAID else None


def answered_in(move: Move) -> Step | None:
    """The answer that a move came of, if any."""
    return next((step for step in move.steps if step.kind is StepKind.ANSWERED), None)


def _listed(people: tuple[UUID, ...], names: Mapping[UUID, str]) -> str:
    return ", ".join(sorted(names[one] for one in people if one in names))
