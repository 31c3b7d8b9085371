"""What a search looks for and what it found. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditapp.kit.text import Text

MOST = 8  # of each kind; a longer list has its own page with filters
SUGGESTED = 4  # of each kind while somebody types
LONGEST = 100


class Kind(StrEnum):
    """What can be found, in the order in which it is shown."""

    NONCONFORMITY = "nonconformity"
    ACTION = "action"
    AUDIT = "audit"
    FINDING = "finding"
    RELATIONSHIP = "relationship"
    PARTNER = "partner"
    PERSON = "person"
    PROGRAMME = "programme"
    CLAUSE = "clause"


KIND_LABELS: Mapping[Kind, Text] = {
    Kind.NONCONFORMITY: Text("Nonconformities"),
    Kind.ACTION: Text("Actions"),
    Kind.AUDIT: Text("Audits"),
    Kind.FINDING: Text("Audit findings"),
    Kind.RELATIONSHIP: Text("Relationships"),
    Kind.PARTNER: Text("Partners"),
    Kind.PERSON: Text("People"),
    Kind.PROGRAMME: Text("Audit programmes"),
    Kind.CLAUSE: Text("Clauses"),
}


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that was found.

    ``key`` is what its address names it by, ``ref`` the number people know it by (empty if it has none), ``about``
    a word on how it stands or what it is.
    """

    kind: Kind
    key: str
    ref: str
    name: str
    about: Text | str = ""
    fragment: str = ""  # the place on its page


@dataclass(frozen=True, kw_only=True)
class Group:
    """The first hits of a kind, and how many there are."""

    kind: Kind
    hits: Sequence[Hit]
    total: int


def exact(groups: Sequence[Group], words: str) -> Hit | None:
    """The one thing whose number was typed in full."""
    wanted = words.strip().casefold()
    whole = [
        hit
        for group in groups
        for hit in group.hits
        if hit.kind is not Kind.CLAUSE and hit.ref.casefold() == wanted
    ]
    return whole[0] if wanted and len(whole) == 1 else None
