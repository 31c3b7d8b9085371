"""Which dashboards there are, whose they are, and what stands on them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditapp.kit.text import Text
from auditapp.people.rules import ROLE_LABELS, Capability, Principal, Role
from auditapp.relationships.rules import Stage

MOST_OWN = 60  # relationships of one manager; as many as a register can be narrowed to
MOST_LINES = 20  # relationships in a table; the worst come first
MOST_ROWS = 500  # rows behind a number


class Board(StrEnum):
    """A dashboard, by its address."""

    SER = "ser"
    SYSTEM_MANAGER = "system-manager"
    RELATIONSHIP_MANAGER = "relationship-manager"


class Part(StrEnum):
    """A part of a dashboard, by its anchor."""

    GLANCE = "glance"
    READINESS = "readiness"
    RELATIONSHIPS = "relationships"
    TREND = "trend"
    AGEING = "ageing"
    CAUSES = "causes"
    LADDER = "ladder"
    COVERAGE = "coverage"
    AUDITORS = "auditors"
    RECEIPTS = "receipts"


BOARD_LABELS: Mapping[Board, Text] = {
    Board.SER: ROLE_LABELS[Role.SER],
    Board.SYSTEM_MANAGER: ROLE_LABELS[Role.SYSTEM_MANAGER],
    Board.RELATIONSHIP_MANAGER: ROLE_LABELS[Role.RELATIONSHIP_MANAGER],
}
P = Part
# In the order in which they stand: what this role decides by comes first.
PARTS: Mapping[Board, tuple[Part, ...]] = {
    Board.SER: (
        P.GLANCE, P.READINESS, P.TREND, P.RELATIONSHIPS, P.AGEING, P.CAUSES, P.LADDER, P.COVERAGE,
    ),
    Board.SYSTEM_MANAGER: (
        P.GLANCE, P.READINESS, P.TREND, P.AGEING, P.CAUSES, P.LADDER, P.RECEIPTS, P.COVERAGE, P.RELATIONSHIPS,
        P.AUDITORS,
    ),
    Board.RELATIONSHIP_MANAGER: (
        P.GLANCE, P.RELATIONSHIPS, P.READINESS, P.TREND, P.AGEING, P.CAUSES, P.LADDER, P.COVERAGE,
    ),
}  # fmt: skip
# What only they see who may read the history of everything: messages to everybody.
OF_EVERYBODY = frozenset({Part.LADDER, Part.RECEIPTS})


def boards_of(who: Principal) -> tuple[Board, ...]:
    """The dashboards that somebody may open, their own first."""
    found = [Board.RELATIONSHIP_MANAGER]
    if who.can(Capability.VIEW_AUDITS):
        found = [Board.SER, Board.SYSTEM_MANAGER, Board.RELATIONSHIP_MANAGER]
    mine = own_board(who)
    return tuple(sorted(found, key=lambda one: one is not mine))


def own_board(who: Principal) -> Board:
    """The dashboard of somebody's role."""
    if not who.can(Capability.VIEW_AUDITS):
        return Board.RELATIONSHIP_MANAGER
    if who.roles & {Role.SYSTEM_MANAGER, Role.PROGRAMME_MANAGER}:
        return Board.SYSTEM_MANAGER
    if who.all_roles & {Role.RELATIONSHIP_OWNER, Role.RELATIONSHIP_MANAGER} and Role.SER not in who.roles:
        return Board.RELATIONSHIP_MANAGER
    return Board.SER


def parts_for(board: Board, who: Principal) -> tuple[Part, ...]:
    """What stands on a dashboard for somebody. A relationship's manager sees the reminders of their own relationships."""
    hidden = (
        frozenset() if board is Board.RELATIONSHIP_MANAGER or who.can(Capability.VIEW_TRAIL) else OF_EVERYBODY
    )
    return tuple(one for one in PARTS[board] if one not in hidden)


@dataclass(frozen=True, kw_only=True)
class Spoke:
    """A stage in the radar: of ``whole`` things, ``looked`` were looked at and ``good`` stand well."""

    stage: Stage
    good: int
    looked: int
    whole: int

    @property
    def ready(self) -> int | None:
        """In percent of all, rounded down: 100 means all; ``None`` where there is nothing."""
        return 100 * self.good // self.whole if self.whole else None

    @property
    def seen(self) -> int | None:
        """How much was looked at, in percent."""
        return 100 * self.looked // self.whole if self.whole else None


def weakest(spokes: Sequence[Spoke]) -> Spoke | None:
    """The stage with the smallest share that is ready; the first of them. ``None``: nothing is known."""
    known = [one for one in spokes if one.ready is not None and one.looked]
    return min(known, key=lambda one: one.ready or 0) if known else None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A relationship with what is open in it."""

    ref: str
    name: str
    stage: Stage
    open: int
    major: int
    overdue: int
