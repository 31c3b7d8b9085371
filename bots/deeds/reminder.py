"""The reminder itself: in hand, later, not mine, waiting for somebody. Its version is the generation of its run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.clock import day_in
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text, day_words
from auditapp.people.queries import person_names
from auditapp.people.rules import Principal
from auditapp.reminders.ladder.forms import LONGEST_REASON
from auditapp.reminders.ladder.queries import RunPage, course_of, run_for_page
from auditapp.reminders.ladder.rules import STATE_LABELS, RunState
from auditapp.reminders.ladder.rules.answers import latest_snooze
from auditapp.reminders.ladder.rules.course import Ground
from auditapp.reminders.ladder.service import answer
from auditapp.reminders.ladder.service.answering import may_answer
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.quiet.rules import Rhythm, local_moment
from auditapp.reminders.rules import ANSWER_LABELS, KIND_LABELS, Answer
from bots.deeds.ground import MOST_EVENTS, choice, chosen_day, day, uuid_of, words, written
from bots.deeds.rules import Deed, Done, Event, Form, Option, Thing, Tone

ORDER = (Answer.ACKNOWLEDGE, Answer.SNOOZE, Answer.BLOCKED, Answer.NOT_MINE)
TONES: Mapping[RunState, Tone] = {RunState.CLIMBING: Tone.DANGER, RunState.CAPPED: Tone.DANGER}
OVER = Text("Nothing is asked here any more: it was done, or moved to another day.")
SAID: Mapping[Answer, Text] = {
    Answer.ACKNOWLEDGE: Text(
        "Thank you. Nobody further up is asked; you are asked again later whether it still holds."
    ),
    Answer.NOT_MINE: Text("The next level has been told and decides whose it is."),
    Answer.BLOCKED: Text(
        "They have been told. Their time counts now, and you are told when they are silent."
    ),
}
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A reminder for one reader, with what they may say and the days until which it can be put off."""

    page: RunPage
    answers: tuple[Answer, ...]
    days: tuple[date, date] | None


class ReminderTrade:
    """Reminders; the id is that of the run."""

    kind = "reminder"

    def look(self, session: Session, who: Principal, thing_id: str, *, at: datetime) -> Thing | None:
        """The reminder; ``None`` for whoever neither holds a level of it nor was told of it."""
        try:
            asked = _asked(session, who, uuid_of(thing_id), at)
        except NotFound:
            return None
        return _thing(asked)

    def form(self, session: Session, who: Principal, thing_id: str, verb: str, *, at: datetime) -> Form:
        """What is asked with an answer."""
        said = _answer(verb)
        asked = _asked(session, who, uuid_of(thing_id), at)
        if asked.page.item is None:
            raise Refusal(OVER)
        if said not in asked.answers or said not in _FORMS:
            raise Refusal(
                Text("This cannot be said to the reminder as it stands. Look at it again, and choose anew.")
            )
        return _FORMS[said](session, who, asked)

    def do(
        self,
        session: Session,
        who: Principal,
        thing_id: str,
        verb: str,
        values: Mapping[str, Any],
        *,
        version: int | None,
        at: datetime,
    ) -> Done:
        """Give the answer; the same one twice is a silent success."""
        said, run_id = _answer(verb), uuid_of(thing_id)
        if version is None:
            version = run_for_page(session, who, run_id, at=at).run.generation
        chosen: dict[str, Any] = {}
        if said is Answer.SNOOZE:
            wanted = chosen_day(values, "until")
            own = rhythms(session, [who.person_id], at=at)[who.person_id]
            chosen["until"] = local_moment(wanted, own.starts, own.zone)
        elif said is Answer.BLOCKED:
            chosen["to_person_id"] = _person(values)
        if said is not Answer.ACKNOWLEDGE:
            chosen["reason"] = written(values, "reason")
        answer(session, actor=who, at=at, run_id=run_id, generation=version, answer=said, **chosen)
        if said is Answer.SNOOZE:
            return Done(said=Text("You are reminded again on %(day)s.", day=day_words(values["until"])))
        return Done(said=SAID[said])


def _answer(verb: str) -> Answer:
    if verb not in set(ORDER):
        raise NotFound
    return Answer(verb)


def _person(values: Mapping[str, Any]) -> UUID:
    try:
        return UUID(str(values.get("to_person_id") or ""))
    except ValueError:
        raise Invalid(Text("Choose for whom it waits."), field="to_person_id") from None


def _asked(session: Session, who: Principal, run_id: UUID, at: datetime) -> Asked:
    page = run_for_page(session, who, run_id, at=at)
    if page.item is None or not page.answers:
        return Asked(page=page, answers=(), days=None)
    ground = Ground(item=page.item, policy=Policy.from_json(page.run.policy), rhythms={}, at=at)
    if not may_answer(session, who, page.run, ground):
        return Asked(page=page, answers=(), days=None)
    own = rhythms(session, [who.person_id], at=at)[who.person_id]
    days = _days(own, at, latest_snooze(course_of(page.run), ground))
    return Asked(
        page=page,
        answers=tuple(
            one for one in ORDER if one in page.answers and (one is not Answer.SNOOZE or days is not None)
        ),
        days=days,
    )


def _days(own: Rhythm, at: datetime, latest: datetime) -> tuple[date, date] | None:
    """The first and the last day on whose morning it can be asked again; ``None`` when there is none."""
    first, last = day_in(own.zone, at), day_in(own.zone, latest)
    first = first if local_moment(first, own.starts, own.zone) > at else first + DAY
    last = last if local_moment(last, own.starts, own.zone) <= latest else last - DAY
    return (first, last) if first <= last else None


def _thing(asked: Asked) -> Thing:
    page, item = asked.page, asked.page.item
    facts: list[tuple[Text, Text | str | date | datetime]] = []
    turn = OVER
    if item is not None:
        turn = (
            Text("It is your turn. %(why)s", why=item.why)
            if page.mine
            else Text("It is the turn of %(names)s.", names=page.owners)
            if page.owners
            else Text("Nobody is named for it.")
        )
        facts.append((Text("What is to be done"), item.step))
    facts.append((Text("Due on"), item.due_on if item is not None else page.run.due_on))
    asked_so_far = [
        Text("%(level)s: %(names)s", level=one.label, names=one.names)
        for one in page.levels
        if one.stands in {"asked", "now"} and one.names
    ]
    facts += [(Text("Asked so far"), one) for one in asked_so_far]
    if page.blocked_by:
        facts.append((Text("Waits for"), page.blocked_by))
    if page.next is not None:
        facts.append((Text("What comes next"), page.next))
    return Thing(
        kind="reminder",
        id=str(page.run.id),
        kind_label=Text("Reminder: %(kind)s", kind=KIND_LABELS[page.run.kind]),
        ref=page.run.ref,
        title=page.run.title,
        status=STATE_LABELS[page.run.state],
        turn=turn,
        tone=TONES.get(page.run.state, Tone.PLAIN),
        facts=tuple(facts),
        events=tuple(Event(at=one.at, who=one.who, said=one.sentence) for one in page.steps[:MOST_EVENTS]),
        deeds=tuple(
            Deed(
                verb=one.value,
                label=ANSWER_LABELS[one],
                form=one in _FORMS,
                tone=Tone.PRIMARY if one is Answer.ACKNOWLEDGE else Tone.PLAIN,
            )
            for one in asked.answers
        ),
        version=page.run.generation,
        closed=item is None,
        endpoint=item.endpoint if item is not None else "reminders.show",
        args=dict(item.args) if item is not None else {"run_id": str(page.run.id)},
        relationship_id=page.run.relationship_id,
    )


def _snooze(_session: Session, _who: Principal, asked: Asked) -> Form:
    first, last = asked.days or (None, None)
    return Form(
        title=Text("Remind me later"),
        opening=(
            Text("Until %(day)s at most. Whoever stands above sees that it was put off.", day=day_words(last))
            if last is not None
            else OVER,
            *((Text("It was put off before: say why once more."),) if asked.page.reason_wanted else ()),
        ),
        fields=(
            day("until", Text("Remind me again on"), initial=first, earliest=first, latest=last),
            words(
                "reason",
                Text("Why it is put off"),
                required=asked.page.reason_wanted,
                longest=LONGEST_REASON,
            ),
        ),
        send=ANSWER_LABELS[Answer.SNOOZE],
    )


def _not_mine(_session: Session, _who: Principal, _asked: Asked) -> Form:
    return Form(
        title=Text("This is not mine"),
        opening=(Text("The next level is told at once and decides whose it is."),),
        fields=(
            words(
                "reason", Text("Whose it is, or why it is not yours"), required=True, longest=LONGEST_REASON
            ),
        ),
        send=ANSWER_LABELS[Answer.NOT_MINE],
    )


def _blocked(session: Session, who: Principal, _asked: Asked) -> Form:
    people = [
        Option(value=str(one), label=name) for one, name in person_names(session) if one != who.person_id
    ]
    return Form(
        title=Text("I wait for somebody"),
        opening=(Text("They are told at once, and their working time counts until they have answered."),),
        fields=(
            choice("to_person_id", Text("For whom it waits"), people),
            words("reason", Text("What you wait for"), required=True, longest=LONGEST_REASON),
        ),
        send=ANSWER_LABELS[Answer.BLOCKED],
    )


_FORMS: Mapping[Answer, Callable[[Session, Principal, Asked], Form]] = {
    Answer.SNOOZE: _snooze,
    Answer.NOT_MINE: _not_mine,
    Answer.BLOCKED: _blocked,
}
