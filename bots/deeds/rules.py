"""What a conversation shows of a thing, what can be done to it, and what is asked for then. Pure, and no chat's own.

A *trade* knows one kind of thing. Whatever carries the conversation draws things and forms, and hands back values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.rules import Principal


class FieldKind(StrEnum):
    """What is asked for. Beside it: the type that :meth:`Trade.do` gets."""

    LINE = "line"  # str, one line
    TEXT = "text"  # str, several lines
    DAY = "day"  # date | None
    MOMENT = "moment"  # datetime (aware) | None
    CHOICE = "choice"  # str: the value of an option, or ""
    MANY = "many"  # list[str]
    TICK = "tick"  # bool
    FILES = "files"  # tuple[Kept, ...]: kept and checked already


class Tone(StrEnum):
    """How a button or a state looks."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of several to choose from. What people wrote (a name) is a plain string."""

    value: str
    label: Text | str
    hint: Text | str | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that is asked for. ``name`` is the field that a Refusal of the service names."""

    name: str
    kind: FieldKind
    label: Text
    hint: Text | None = None
    required: bool = False
    initial: Any = None  # in the type of its kind; MANY: a list of values
    options: tuple[Option, ...] = ()  # as many as there are; the conversation makes them searchable
    longest: int = 3000  # characters
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, kw_only=True)
class Form:
    """What is asked before something is done. ``opening``: what one must know to answer, the impact included."""

    title: Text  # short: at most 24 characters in English
    opening: tuple[Text | str, ...] = ()
    fields: tuple[Field, ...] = ()
    send: Text = Text("Save")


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that this person can do to this thing now.

    ``form``: values are asked for first. ``path``: it is done on that page of the site, and nowhere else.
    ``confirm``: asked once more before it is done, where there is no form.
    """

    verb: str
    label: Text
    form: bool = False
    tone: Tone = Tone.PLAIN
    confirm: Text | None = None
    endpoint: str = ""
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a thing: who, when, what. Newest first where several stand together."""

    at: datetime
    who: str
    said: Text


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A thing as one person may see it now. ``kind`` and ``id`` are what the trail and due items call it.

    ``turn``: whose turn it is, in a sentence. ``deeds`` are in the order of how likely they are; only what the service
    would allow now. ``version``: goes back with each deed, so that a stale one is refused.
    """

    kind: str
    id: str
    kind_label: Text
    ref: str
    title: str
    status: Text
    turn: Text | None = None
    tone: Tone = Tone.PLAIN
    facts: tuple[tuple[Text, Text | str | date | datetime], ...] = ()
    text: str = ""  # what people wrote: the statement, the description
    events: tuple[Event, ...] = ()
    deeds: tuple[Deed, ...] = ()
    version: int = 0
    closed: bool = False
    endpoint: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    relationship_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done, in a sentence. ``then``: another thing that came of it (kind, id), to be shown next."""

    said: Text
    then: tuple[str, str] | None = None


class Trade(Protocol):
    """Knows one kind of thing. Every method runs in a unit of work of the caller; nothing is committed here.

    ``who`` is authorised by the same queries and services as on the site, at every call anew. ``thing_id`` is what
    stood in a button: it may be anything.
    """

    kind: str

    def look(self, session: Session, who: Principal, thing_id: str, *, at: datetime) -> Thing | None:
        """The thing as this person may see it; ``None``: not there, or not theirs to see."""
        ...

    def form(self, session: Session, who: Principal, thing_id: str, verb: str, *, at: datetime) -> Form:
        """What is asked for a deed. Raises Refusal (NotFound included) when it cannot be done any more."""
        ...

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
        """Do it, by the service that the site calls. Raises Refusal (Invalid, Stale, NotAllowed, NotFound) in words.

        ``values`` has every field of the form, in the type of its kind. A repeat that already holds is a silent success.
        """
        ...


def deed_of(thing: Thing, verb: str) -> Deed | None:
    """The deed of that verb, if it can be done now."""
    return next((one for one in thing.deeds if one.verb == verb), None)


def fields_by_name(form: Form) -> Mapping[str, Field]:
    """The fields of a form by their names."""
    return {one.name: one for one in form.fields}


def first(options: Sequence[Option], value: str) -> Option | None:
    """The option of that value."""
    return next((one for one in options if one.value == value), None)
