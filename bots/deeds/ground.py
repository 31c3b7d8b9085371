"""What trades share: a deed with its form and what it does, looking a thing up, telling what happened to it.

A trade that builds on :class:`Room` says how its thing is found, which acts are possible now, and how it is drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.clock import FIRST_DAY, LAST_DAY, day_in
from auditapp.kit.errors import Invalid, NotFound, Refusal, Stale
from auditapp.kit.text import Text
from auditapp.overview.history.queries import newest
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.shell.forms import clean, text_fault
from bots.deeds.rules import Deed, Done, Event, Field, FieldKind, Form, Option, Thing, Tone

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
MOST_EVENTS = 5
IN_A_WINDOW = 3000  # characters that a field of a conversation can show
CHANGED = Text("Somebody changed this since it was shown. Look at it as it is now, and do it again.")
TONES: Mapping[str, Tone] = {"overdue": Tone.DANGER}


def uuid_of(text: str) -> UUID:
    """The id that stood in a button. Raises NotFound for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def today(session: Session, at: datetime) -> date:
    """The organization's day."""
    own = organization(session)
    return day_in(own.zone if own else "UTC", at)


def must_be_fresh(version: int | None, present: int) -> None:
    """Refuse what was decided on an older state. ``None``: nobody saw one."""
    if version is not None and version != present:
        raise Stale(CHANGED)


def allowed(check: Callable[..., object], *given: Any) -> bool:
    """Whether a check of a service lets it pass."""
    try:
        check(*given)
    except Refusal:
        return False
    return True


def events_of(
    session: Session,
    who: Principal,
    kind: str,
    thing_id: UUID | str | None = None,
    *,
    context_id: UUID | None = None,
) -> tuple[Event, ...]:
    """The newest that happened, for our own people as on the pages. Two statements, or none."""
    if who.partner_id is not None or not who.can(Capability.VIEW_ORGANIZATION):
        return ()
    told = (
        newest(session, context_id=context_id, most=MOST_EVENTS)
        if context_id is not None
        else newest(session, thing_kind=kind, thing_id=thing_id, most=MOST_EVENTS)
    )
    return tuple(
        Event(
            at=one.at,
            who=str(one.sentence.params.get("who", "")),
            said=Text("%(sentence)s “%(said)s”", sentence=one.sentence, said=one.detail)
            if one.detail
            else one.sentence,
        )
        for one in told
    )


def options(labels: Mapping[E, Text]) -> tuple[Option, ...]:
    """The values of an enum to choose from."""
    return tuple(Option(value=one.value, label=label) for one, label in labels.items())


def words(
    name: str,
    label: Text,
    *,
    required: bool = False,
    initial: str = "",
    hint: Text | None = None,
    longest: int = IN_A_WINDOW,
) -> Field:
    """Several lines. What stands there already and is too long for a window is changed on its page."""
    if len(initial) > IN_A_WINDOW:
        raise Refusal(Text("What stands there already is too long for this window. Change it on its page."))
    return Field(
        name=name, kind=FieldKind.TEXT, label=label, required=required, initial=initial, hint=hint, longest=longest
    )  # fmt: skip


def line(
    name: str,
    label: Text,
    *,
    longest: int,
    required: bool = False,
    initial: str = "",
    hint: Text | None = None,
) -> Field:
    """One line."""
    return Field(
        name=name,
        kind=FieldKind.LINE,
        label=label,
        required=required,
        initial=initial,
        hint=hint,
        longest=longest,
    )


def day(
    name: str,
    label: Text,
    *,
    initial: date | None = None,
    earliest: date | None = None,
    latest: date | None = None,
    hint: Text | None = None,
) -> Field:
    """A day; always required."""
    return Field(
        name=name, kind=FieldKind.DAY, label=label, required=True, initial=initial, earliest=earliest,
        latest=latest, hint=hint,
    )  # fmt: skip


def choice(
    name: str, label: Text, found: Sequence[Option], *, required: bool = True, initial: str = "",
    hint: Text | None = None,
) -> Field:  # fmt: skip
    """One of several."""
    return Field(
        name=name, kind=FieldKind.CHOICE, label=label, required=required, initial=initial, options=tuple(found),
        hint=hint,
    )  # fmt: skip


def written(values: Mapping[str, Any], name: str) -> str:
    """What was written, as the forms of the site take it: one kind of line end, no blanks around. Raises Invalid."""
    given = clean(str(values.get(name) or "")) or ""
    fault = text_fault(given)
    if fault is not None:
        raise Invalid(fault, field=name)
    return given


def chosen_day(values: Mapping[str, Any], name: str) -> date:
    """The day that was chosen. Raises Invalid for none, and for one with which nothing can be counted."""
    given = values.get(name)
    if not isinstance(given, date) or isinstance(given, datetime):
        raise Invalid(Text("Choose a day."), field=name)
    if not FIRST_DAY <= given <= LAST_DAY:
        raise Invalid(
            Text(
                "The year must lie between %(first)s and %(last)s. Please check it.",
                first=FIRST_DAY.year,
                last=LAST_DAY.year,
            ),
            field=name,
        )
    return given


@dataclass(frozen=True, kw_only=True)
class Call(Generic[T]):
    """Somebody looks at a thing or does something to it."""

    session: Session
    who: Principal
    at: datetime
    found: T
    version: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def common(self) -> dict[str, Any]:
        """What every service takes."""
        return {"actor": self.who, "at": self.at}

    def text(self, name: str) -> str:
        """What was written. Raises Invalid."""
        return written(self.values, name)

    def day(self, name: str) -> date:
        """The day that was chosen. Raises Invalid."""
        return chosen_day(self.values, name)

    def one(self, name: str, kind: type[E]) -> E:
        """The value that was chosen. Raises Invalid."""
        given = self.values.get(name)
        if given not in set(kind):
            raise Invalid(Text("Choose one."), field=name)
        return kind(given)

    def person(self, name: str) -> UUID | None:
        """The id of whoever was chosen."""
        try:
            return UUID(str(self.values.get(name) or ""))
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True)
class Act(Generic[T]):
    """Something that can be done to a thing: its button, its form, and the service behind.

    ``form`` gives ``None`` where nothing is asked. ``asks``: whether something is asked, where that depends on the
    thing. ``fields``: the form's names for what the service calls otherwise. ``page``: it is done on that page.
    """

    verb: str
    label: Text
    do: Callable[[Call[T]], Done] | None = None
    form: Callable[[Call[T]], Form] | None = None
    asks: Callable[[Call[T]], bool] | None = None
    tone: Tone = Tone.PLAIN
    confirm: Text | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    page: Callable[[Call[T]], tuple[str, Mapping[str, str]]] | None = None

    def asked(self, call: Call[T]) -> bool:
        """Whether there is a form now."""
        return self.form is not None and (self.asks is None or self.asks(call))

    def deed(self, call: Call[T]) -> Deed:
        """Its button."""
        endpoint, args = self.page(call) if self.page is not None else ("", {})
        asked = self.asked(call)
        return Deed(
            verb=self.verb, label=self.label, form=asked, tone=self.tone,
            confirm=None if asked else self.confirm, endpoint=endpoint, args=args,
        )  # fmt: skip


class Room(Generic[T]):
    """A trade whose thing is found, drawn, and acted upon in the same way."""

    kind: str
    acts: Sequence[Act[T]]

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> T:
        """The thing with all that is needed to show it. Raises NotFound for what is not theirs to see."""
        raise NotImplementedError

    def possible(self, call: Call[T]) -> Sequence[str]:
        """What this person can do to it now, the likeliest first."""
        raise NotImplementedError

    def draw(self, call: Call[T], deeds: tuple[Deed, ...]) -> Thing:
        """The thing as this person sees it."""
        raise NotImplementedError

    def look(self, session: Session, who: Principal, thing_id: str, *, at: datetime) -> Thing | None:
        """The thing as this person may see it; ``None``: not there, or not theirs to see."""
        try:
            call = self._call(session, who, thing_id, at)
        except NotFound:
            return None
        by_verb = {one.verb: one for one in self.acts}
        return self.draw(call, tuple(by_verb[verb].deed(call) for verb in self.possible(call)))

    def form(self, session: Session, who: Principal, thing_id: str, verb: str, *, at: datetime) -> Form:
        """What is asked for a deed. Raises Refusal when it cannot be done any more."""
        call = self._call(session, who, thing_id, at)
        act = self._act(verb)
        if verb not in self.possible(call) or act.form is None:
            turn = self.draw(call, ()).turn
            raise Refusal(Text("This cannot be done now. %(turn)s", turn=turn or ""))
        return act.form(call)

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
        """Do it, by the service that the site calls; a refusal names a field of the form, or none."""
        act = self._act(verb)
        if act.do is None:
            raise Refusal(Text("This is done on its page, with its record."))
        found = self.find(session, who, uuid_of(thing_id), at=at)
        try:
            return act.do(Call(session=session, who=who, at=at, found=found, version=version, values=values))
        except Refusal as refusal:
            named = act.fields.get(refusal.field, refusal.field) if refusal.field else None
            refusal.field = named if named in values else None
            raise

    def _call(self, session: Session, who: Principal, thing_id: str, at: datetime) -> Call[T]:
        return Call(session=session, who=who, at=at, found=self.find(session, who, uuid_of(thing_id), at=at))

    def _act(self, verb: str) -> Act[T]:
        for one in self.acts:
            if one.verb == verb:
                return one
        raise NotFound
