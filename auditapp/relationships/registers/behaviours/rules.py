"""Competence and behaviours: what is expected of whom, who may assess and who may know of it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from auditapp.kit.text import Text

LEVELS = (1, 2, 3, 4)
LEVEL_LABELS: Mapping[int, Text] = {
    1: Text("1: at the beginning"),
    2: Text("2: with support"),
    3: Text("3: on one's own"),
    4: Text("4: leads others in it"),
}
INDUCTION_DAYS = 30


class ItemKind(StrEnum):
    """Knowledge somebody has, skills they have gained, and how they behave."""

    ATTRIBUTE = "attribute"
    ABILITY = "ability"
    ATTITUDE = "attitude"


ITEM_KIND_LABELS: Mapping[ItemKind, Text] = {
    ItemKind.ATTRIBUTE: Text("Attributes: what one knows"),
    ItemKind.ABILITY: Text("Abilities: what one can do"),
    ItemKind.ATTITUDE: Text("Attitude: how one behaves"),
}
# What somebody can be in a relationship: seats of our side, and roles of members.
ROLE_LABELS: Mapping[str, Text] = {
    "ser": Text("Senior Executive Responsible"),
    "owner": Text("Relationship owner"),
    "manager": Text("Relationship manager"),
    "partner_ser": Text("Senior Executive Responsible of the partner"),
    "partner_manager": Text("Relationship manager of the partner"),
    "joint_team": Text("Joint management team"),
    "contact": Text("Contact"),
}
# The level expected of a role where the catalogue says nothing else.
EXPECTED: Mapping[str, int] = {
    "ser": 3,
    "owner": 3,
    "manager": 4,
    "partner_ser": 3,
    "partner_manager": 4,
    "joint_team": 3,
    "contact": 2,
}
KEY_ROLES = frozenset(
    {"ser", "owner", "manager", "partner_ser", "partner_manager"}
)  # whose change begins an induction


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that is expected. ``version`` 0: as it comes, nobody changed it."""

    key: str
    kind: ItemKind
    name: Text | str
    text: Text | str
    expected: Mapping[str, int]  # by role, where it differs from EXPECTED
    active: bool = True
    version: int = 0

    def level_for(self, roles: Collection[str]) -> int:
        """The level expected of somebody with these roles: the highest of them."""
        return max((self.expected.get(role, EXPECTED.get(role, 0)) for role in roles), default=0)


def _item(
    kind: ItemKind, name: Text, text: Text, **expected: int
) -> tuple[ItemKind, Text, Text, dict[str, int]]:
    return kind, name, text, expected


_K = ItemKind
DEFAULTS: Mapping[str, tuple[ItemKind, Text, Text, dict[str, int]]] = {
    "agreement": _item(
        _K.ATTRIBUTE,
        Text("Knows what was agreed"),
        Text("Can say what both sides want, how decisions are made, and where one's own authority ends."),
    ),
    "partner_business": _item(
        _K.ATTRIBUTE,
        Text("Knows the partner's business"),
        Text("Knows what the partner earns its money with, what it fears, and how it works inside."),
    ),
    "rules_of_sharing": _item(
        _K.ATTRIBUTE,
        Text("Knows what may be shared"),
        Text("Knows which knowledge is shared, which is not, and whom to ask."),
    ),
    "listening": _item(
        _K.ABILITY,
        Text("Listens before answering"),
        Text("Asks until the other side says that it feels understood."),
    ),
    "joint_gain": _item(
        _K.ABILITY,
        Text("Negotiates for both sides"),
        Text("Looks for what makes the whole larger before it is divided."),
        contact=1,
    ),
    "settling": _item(
        _K.ABILITY,
        Text("Settles issues where they arise"),
        Text("Solves at the lowest level, and passes on in time what cannot be solved there."),
    ),
    "leading": _item(
        _K.ABILITY,
        Text("Leads without authority"),
        Text("Brings people of both organizations to act together without being their superior."),
        contact=1,
        joint_team=2,
    ),
    "keeping_word": _item(
        _K.ATTITUDE,
        Text("Keeps one's word"),
        Text("Does what was promised, or says early that it will not be done."),
        ser=4,
        contact=3,
    ),
    "openness": _item(
        _K.ATTITUDE,
        Text("Speaks openly, of bad news first"),
        Text("Nobody on either side learns of a problem from somebody else."),
    ),
    "fairness": _item(
        _K.ATTITUDE,
        Text("Shares credit and blame fairly"),
        Text("Names the part of the other side in a success and one's own part in a failure."),
    ),
    "curiosity": _item(
        _K.ATTITUDE,
        Text("Looks for better ways"),
        Text("Brings ideas, tries those of the other side, and learns from what did not work."),
    ),
}


class Source(StrEnum):
    """By whom something is assessed."""

    SELF = "self"
    MANAGER = "manager"
    PARTNER = "partner"


SOURCE_LABELS: Mapping[Source, Text] = {
    Source.SELF: Text("By oneself"),
    Source.MANAGER: Text("By the manager"),
    Source.PARTNER: Text("Feedback of the other side"),
}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody in a relationship: whose party, and what they are there.

    ``keeps``: of ours, owner or manager of it or system manager. ``is_ser``: of ours, Senior Executive Responsible.
    ``leads``: of the partner, its SER or manager of the relationship. ``takes_part``: has a role in it.
    """

    person_id: UUID
    party_id: UUID | None
    keeps: bool = False
    is_ser: bool = False
    leads: bool = False
    takes_part: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who is assessed, and of which party they are."""

    person_id: UUID
    party_id: UUID | None


def may_see(reader: Reader, subject: Subject) -> bool:
    """Whether somebody may know how a person was assessed.

    The person; of the same party who manages the relationship there, and of ours the SER. Never the other party,
    whatever anybody is there: not the partner about our people, and not we about the partner's.
    """
    if reader.person_id == subject.person_id:
        return True
    if reader.party_id != subject.party_id:
        return False
    return reader.keeps or reader.is_ser if subject.party_id is None else reader.leads


def assesses_as(reader: Reader, subject: Subject) -> Source | None:
    """As what somebody may assess a person; ``None``: not at all.

    Feedback of the other side is given, and then read by those of :func:`may_see` only.
    """
    if reader.person_id == subject.person_id:
        return Source.SELF
    if reader.party_id == subject.party_id:
        manages = reader.keeps if subject.party_id is None else reader.leads
        return Source.MANAGER if manages else None
    return Source.PARTNER if reader.takes_part or reader.keeps else None


def may_develop(reader: Reader, subject: Subject) -> bool:
    """Whether somebody may plan what a person does to close a gap: the person, and who manages them there."""
    return assesses_as(reader, subject) in (Source.SELF, Source.MANAGER)


def may_see_induction(reader: Reader, subject: Subject) -> bool:
    """Whether somebody may know of an induction: the same party; and who keeps the relationship, of both."""
    return reader.party_id == subject.party_id or reader.keeps


def may_induct(reader: Reader, subject: Subject) -> bool:
    """Whether somebody may tick off an induction: the person, who keeps the relationship, who leads there."""
    return (
        reader.person_id == subject.person_id
        or reader.keeps
        or (reader.leads and reader.party_id == subject.party_id)
    )


def counted(levels: Mapping[Source, int]) -> int | None:
    """The level that counts: the manager's, else one's own. Feedback of the other side stands beside it."""
    return levels.get(Source.MANAGER, levels.get(Source.SELF))


def gap(expected: int, levels: Mapping[Source, int]) -> int | None:
    """How far somebody is from what is expected; 0 when there or beyond, ``None`` while nobody assessed it."""
    level = counted(levels)
    return None if level is None else max(0, expected - level)


class DevelopmentState(StrEnum):
    """A development action is open until it is done or dropped."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class DevelopmentVerb(StrEnum):
    """What can be done with one."""

    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"


D, DV = DevelopmentState, DevelopmentVerb
DEVELOPMENT_STEPS: Mapping[tuple[DevelopmentState, DevelopmentVerb], DevelopmentState] = {
    (D.OPEN, DV.FINISH): D.DONE,
    (D.OPEN, DV.DROP): D.DROPPED,
    (D.DONE, DV.REOPEN): D.OPEN,
    (D.DROPPED, DV.REOPEN): D.OPEN,
}
DEVELOPMENT_LABELS: Mapping[DevelopmentState, Text] = {
    D.OPEN: Text("Open"),
    D.DONE: Text("Done"),
    D.DROPPED: Text("Dropped"),
}
DEVELOPMENT_TONES: Mapping[DevelopmentState, str] = {D.OPEN: "on_track", D.DONE: "done", D.DROPPED: "quiet"}
NO_STEP = Text("This cannot be done as it stands now. Open the page again and look.")


class InductionState(StrEnum):
    """An induction goes on until every step is done, or it is not needed."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


INDUCTION_LABELS: Mapping[InductionState, Text] = {
    InductionState.OPEN: Text("Going on"),
    InductionState.DONE: Text("Done"),
    InductionState.NOT_NEEDED: Text("Not needed"),
}
INDUCTION_STEPS: Mapping[str, Text] = {
    "purpose": Text("Has read what the relationship is for, its objectives and its plan"),
    "people": Text("Has met the counterparts and the joint team"),
    "agreement": Text("Knows the agreement, its limits, and who decides what"),
    "behaviours": Text("Has talked through the expected behaviours"),
    "ladder": Text("Knows the ladder on which issues are resolved, and their own level"),
    "sharing": Text("Knows what is confidential, and where knowledge is shared"),
    "open_matters": Text("Has taken over open issues, actions and risks from the one before"),
    "exit": Text("Knows the exit strategy and what is watched for it"),
}
