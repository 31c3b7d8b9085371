"""How an exit strategy or an exit stands, whose turn it is, and what happens next, in sentences. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from auditapp.kit.text import Text, day_words
from auditapp.relationships.exits.rules.process import EXIT_LABELS, EXIT_TONES, ExitStatus
from auditapp.relationships.exits.rules.versions import (
    VERSION_KIND_LABELS,
    VERSION_LABELS,
    VERSION_TONES,
    VersionKind,
    VersionStatus,
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """For the head of a page: a word with its tone, whose turn it is, what comes if nothing happens."""

    word: Text
    tone: str
    turn: Text
    next: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ProcessFacts:
    """An exit as its sentence needs it. ``first``: the open step that is due first, as (what, whose, day)."""

    status: ExitStatus
    ends_on: date
    ended_on: date | None
    awaited: Sequence[str] = ()  # names of the parties whose word is missing
    open_steps: int = 0
    overdue: int = 0
    first: tuple[str, str, date] | None = None
    lacks: Sequence[Text] = ()
    reason: str = ""


def _list(names: Sequence[str | Text]) -> Text:
    found = Text("%(name)s", name=names[0])
    for one in names[1:]:
        found = Text("%(first)s, %(then)s", first=found, then=one)
    return found


def of_process(facts: ProcessFacts, today: date) -> Standing:
    """How an exit stands."""
    word, tone = EXIT_LABELS[facts.status], EXIT_TONES[facts.status]
    if facts.status is ExitStatus.RUNNING:
        return _under_way(facts, today)
    turns: dict[ExitStatus, tuple[Text, Text | None]] = {
        ExitStatus.REFUSED: (Text("The parties stay together: one did not agree."), None),
        ExitStatus.CALLED_OFF: (Text("The parties stay together."), None),
    }
    if facts.awaited:
        turns |= {
            ExitStatus.PROPOSED: (
                Text("It waits for the agreement of %(who)s.", who=_list(facts.awaited)),
                Text("Nothing begins before every party has agreed; until then it can be taken back."),
            ),
            ExitStatus.CALLING_OFF: (
                Text("To call it off needs the word of %(who)s.", who=_list(facts.awaited)),
                Text("Until all agree the exit goes on, and so do its steps."),
            ),
        }
    if facts.status in turns:
        turn, comes = turns[facts.status]
        return Standing(word=word, tone=tone, turn=turn, next=comes)
    day = day_words(facts.ended_on or facts.ends_on)
    return Standing(word=word, tone=tone, turn=Text("The relationship ended on %(day)s.", day=day))


def _under_way(facts: ProcessFacts, today: date) -> Standing:
    word = EXIT_LABELS[facts.status]
    if facts.open_steps and facts.first is not None:
        what, whose, due = facts.first
        late = facts.overdue > 0
        return Standing(
            word=Text("Overdue") if late else word, tone="overdue" if late else EXIT_TONES[facts.status],
            turn=Text("Turn of %(who)s: “%(what)s” was due on %(day)s.", who=whose, what=what, day=day_words(due))
            if due < today
            else Text("Turn of %(who)s: “%(what)s” by %(day)s.", who=whose, what=what, day=day_words(due)),
            next=Text("Open steps: %(open)s, of them overdue: %(overdue)s. The end is on %(day)s.",
                      open=facts.open_steps, overdue=facts.overdue, day=day_words(facts.ends_on)),
        )  # fmt: skip
    if facts.lacks:
        return Standing(
            word=word, tone="attention", turn=Text("Every step is settled. %(lack)s", lack=facts.lacks[0]),
            next=Text("Then it can be completed, and the relationship ends."),
        )  # fmt: skip
    return Standing(
        word=word, tone="attention", turn=Text("Everything is there: it can be completed."),
        next=Text("Completing it ends the relationship."),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """A version as its sentence needs it."""

    number: int
    kind: VersionKind
    status: VersionStatus
    in_force_on: date | None = None
    awaited: Sequence[str | Text] = ()
    lacks: Sequence[Text] = ()


def of_version(facts: VersionFacts) -> Standing:
    """How a version stands."""
    turn, comes = _turn_of_version(facts)
    return Standing(
        word=VERSION_LABELS[facts.status], tone=VERSION_TONES[facts.status], turn=turn, next=comes
    )


def _turn_of_version(facts: VersionFacts) -> tuple[Text, Text | None]:
    if facts.status is VersionStatus.DRAFT and facts.lacks:
        return Text("It is being written. Still missing: %(count)s.", count=len(facts.lacks)), facts.lacks[0]
    if facts.status is VersionStatus.DRAFT:
        who = (
            Text("The parties that have to agree: %(who)s.", who=_list(facts.awaited))
            if facts.awaited
            else None
        )
        return Text("It is ready: submit it for agreement."), who
    if facts.status is VersionStatus.SUBMITTED and facts.awaited:
        waits = Text("It waits for the agreement of %(who)s.", who=_list(facts.awaited))
        return waits, Text("If its text changes, the agreements lapse.")
    if facts.status is VersionStatus.IN_FORCE and facts.in_force_on is not None:
        return Text("It holds since %(day)s.", day=day_words(facts.in_force_on)), None
    return {
        VersionStatus.AGREED: (
            Text("Every party has agreed: put it in force."),
            Text("Until then the version before it holds, if there is one."),
        ),
        VersionStatus.SUPERSEDED: (
            Text("A later version took its place. It is kept as it was agreed."),
            None,
        ),
    }.get(facts.status, (Text("It was put away before it was in force."), None))


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that recurs: what, and when."""

    what: Text
    on: date


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A relationship's exit strategy as its sentence needs it."""

    ended_on: date | None = None
    there: bool = False
    wanted: bool = False  # from Working together on a joint one should be there
    process: ProcessFacts | None = None
    working: VersionFacts | None = None
    in_force: VersionFacts | None = None
    tripped: Sequence[str] = ()
    dues: Sequence[Due] = field(default_factory=tuple)


def of_strategy(facts: Facts, today: date) -> Standing:
    """How the strategy of a relationship stands."""
    if facts.ended_on is not None:
        day = day_words(facts.ended_on)
        return Standing(
            word=Text("Ended"), tone="quiet", turn=Text("The relationship ended on %(day)s.", day=day)
        )
    if facts.process is not None:
        return of_process(facts.process, today)
    if facts.there:
        return _of_what_is_there(facts, today)
    return Standing(
        word=Text("Not started"), tone="attention" if facts.wanted else "quiet",
        turn=Text("There is no exit strategy yet."),
        next=Text("It is agreed at the beginning, while nobody wants to part.") if facts.wanted else None,
    )  # fmt: skip


def _of_what_is_there(facts: Facts, today: date) -> Standing:
    if facts.tripped:
        return Standing(
            word=Text("Trigger tripped"), tone="overdue",
            turn=Text("Decide about “%(what)s”: start the exit, or stay with the reason.", what=facts.tripped[0]),
            next=Text("Until it is decided, this stands here."),
        )  # fmt: skip
    if facts.working is not None:
        found = of_version(facts.working)
        return Standing(
            word=found.word if facts.in_force is None else Text("In force, being revised"), tone="attention",
            turn=Text("Version %(number)s: %(turn)s", number=facts.working.number, turn=found.turn), next=found.next,
        )  # fmt: skip
    if facts.in_force is not None:
        return _holds(facts, facts.in_force, today)
    return Standing(
        word=Text("None in force"), tone="attention", turn=Text("No version is in force. Begin one.")
    )


def _holds(facts: Facts, version: VersionFacts, today: date) -> Standing:
    first = min(facts.dues, key=lambda one: one.on, default=None)
    kind = VERSION_KIND_LABELS[version.kind]
    late = first is not None and first.on < today
    behind = facts.wanted and version.kind is not VersionKind.JOINT
    if behind:
        return Standing(
            word=Text("Not joint yet"), tone="attention",
            turn=Text("Only “%(kind)s” is in force. Begin a joint version, and agree it with the partner.", kind=kind),
        )  # fmt: skip
    if first is None:
        return Standing(word=VERSION_LABELS[version.status], tone="on_track",
                        turn=Text("Version %(number)s is in force.", number=version.number))  # fmt: skip
    return Standing(
        word=Text("Overdue") if late else VERSION_LABELS[version.status], tone="overdue" if late else "on_track",
        turn=Text("%(what)s was due on %(day)s.", what=first.what, day=day_words(first.on))
        if late
        else Text("Next: %(what)s on %(day)s.", what=first.what, day=day_words(first.on)),
        next=Text("Version %(number)s is in force.", number=version.number),
    )  # fmt: skip
