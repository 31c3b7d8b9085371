"""What is said about a nonconformity: who is named with @, which links are safe, what each reader may see. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

LONGEST_COMMENT = 5_000  # characters
MOST_MENTIONS = 20  # in one comment; more is an announcement, not a question
# "@" that does not stand inside a word, as it does in a mail address, and a letter after it.
_AT = re.compile(r"(?<![\w.@+-])@(?=[^\W\d_])")
_WORD = re.compile(r"[\w'’-]+(?:\.[\w'’-]+)*")
_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who can be named with @."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """One “@…” in a text: where it stands, and who is meant if exactly one person can be."""

    start: int
    end: int
    written: str  # without the @
    meant: tuple[Known, ...]  # none: nobody of that name; several: it is not clear who


def named_in(text: str, people: Sequence[Known]) -> list[Named]:
    """Every “@name” of a text. The longest full name that stands there wins; else one word of exactly one name.

    Upper and lower case are the same. “@Dan” means Dan Dogwood as long as no other Dan is among ``people``.
    """
    by_length = sorted(people, key=lambda one: -len(one.name))
    found = []
    for at in _AT.finditer(text):
        start = at.end()
        rest = text[start:].casefold()
        whole = [one for one in by_length if _begins(rest, one.name.casefold())]
        if whole:
            length = len(whole[0].name)
            meant = tuple(one for one in whole if one.name.casefold() == whole[0].name.casefold())
        else:
            match = _WORD.match(text, start)
            length = match.end() - start if match else 0
            word = text[start : start + length].casefold()
            meant = tuple(one for one in people if word in one.name.casefold().split())
        found.append(Named(at.start(), start + length, text[start : start + length], meant))
    return found


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with a whole name: “Dan Dogwoods” does not begin with “Dan Dogwood”."""
    if not name or not text.startswith(name):
        return False
    after = text[len(name) : len(name) + 1]
    return not (after.isalnum() or after == "_")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who is named in a comment, and what could not be told."""

    ids: tuple[UUID, ...]
    unknown: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()

    def doubts(self) -> list[Text]:
        """What the author is told after saving; the text is kept as it is."""
        told = [
            Text("“@%(name)s” names nobody who takes part here, so nobody was named by it.", name=name)
            for name in self.unknown
        ]
        told += [
            Text("“@%(name)s” could be more than one person. Write the whole name.", name=name)
            for name in self.unclear
        ]
        return told


def mentions_in(text: str, people: Sequence[Known]) -> Mentions:
    """Whom a text names, each once, in the order of the text. Raises Invalid above ``MOST_MENTIONS``."""
    ids: dict[UUID, None] = {}
    unknown: dict[str, None] = {}
    unclear: dict[str, None] = {}
    for one in named_in(text, people):
        if len(one.meant) == 1:
            ids[one.meant[0].person_id] = None
        elif one.meant:
            unclear[one.written] = None
        else:
            unknown[one.written] = None
    if len(ids) > MOST_MENTIONS:
        raise Invalid(
            Text("At most %(most)s people can be named in one comment.", most=MOST_MENTIONS), field="text"
        )
    return Mentions(tuple(ids), tuple(unknown), tuple(unclear))


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a comment as a page shows it."""

    kind: Literal["text", "link", "person"]
    text: str
    person_id: UUID | None = None


def segments(text: str, named: Sequence[Known]) -> list[Segment]:
    """A comment cut into plain text, web addresses and the people who are named in it (``named``, as stored)."""
    places: list[tuple[int, int, Segment]] = [
        (one.start, one.end, Segment("person", f"@{one.meant[0].name}", one.meant[0].person_id))
        for one in named_in(text, named)
        if len(one.meant) == 1
    ]
    places += [(start, end, Segment("link", text[start:end])) for start, end in _links(text)]
    found: list[Segment] = []
    reached = 0
    for start, end, segment in sorted(places, key=lambda place: place[0]):
        if start < reached:
            continue
        if start > reached:
            found.append(Segment("text", text[reached:start]))
        found.append(segment)
        reached = end
    if reached < len(text):
        found.append(Segment("text", text[reached:]))
    return found


def _links(text: str) -> Iterator[tuple[int, int]]:
    """Where web addresses stand, without the punctuation of the sentence around them."""
    for match in _LINK.finditer(text):
        address = match.group().rstrip(".,;:!?'’”»")
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(")")
        if safe_link(address):
            yield match.start(), match.start() + len(address)


def safe_link(address: str) -> bool:
    """Whether an address may be offered as a link: http or https, a host, no name and password before it."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        return False
    return good and all(char.isprintable() and not char.isspace() for char in address)


def said(text: str) -> str:
    """A comment as it is kept. Raises Invalid for an empty one and above 5,000 characters."""
    text = text.strip()
    if not text:
        raise Invalid(Text("Write something first."), field="text")
    if len(text) > LONGEST_COMMENT:
        raise Invalid(
            Text(
                "This is %(count)s characters long; a comment has at most %(most)s. Put the rest into a file.",
                count=len(text),
                most=LONGEST_COMMENT,
            ),
            field="text",
        )
    return text


def kept_internal(wanted: bool, *, own: bool, with_partner: bool) -> bool:  # noqa: FBT001 - what was ticked
    """Whether something is kept from a partner's contact.

    What a partner's contact writes never is (``own`` is false then). Where no partner takes part everything is, so
    that nothing comes to light when an action is given to a partner later.
    """
    if not own:
        return False
    return wanted or not with_partner


def readable(ids: Collection[UUID], names: dict[UUID, str]) -> list[Known]:
    """The people of these ids whose names are known."""
    return [Known(one, names[one]) for one in ids if one in names]
