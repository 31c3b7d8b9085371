"""What the tables of tries are made of: a world, a row, and the groups of people that are told apart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from auditapp.findings.model import Action, Nonconformity
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import NcStatus
from tests.factories.nonconformities import Cast

MANAGERS = {"manager", "system_manager"}
LEAD = {"responsible", "deputy"}
AUDITORS = {"issuer", "verifier", "leader", "auditor", "leading_manager"}
JUDGES = {"verifier", "leader", "leading_manager"} | MANAGERS
DO = {"owner", "stand_in"}
OWN = {  # everybody of the own organization who sees it
    "raiser", "issuer", "responsible", "deputy", "verifier", "leader", "auditor", "ser", "relationship_ser", "owner",
    "stand_in", "viewer", "relationship_manager", "responsible_manager", "worked_manager", "owning_verifier",
    "leading_manager",
} | MANAGERS  # fmt: skip
# Who has a part that may, and another one that bars: only where nothing is judged may they do it all the same.
MANAGING = MANAGERS | {"responsible_manager", "worked_manager", "leading_manager"}


@dataclass(frozen=True)
class World:
    """One try: the session, who is who, and the nonconformity with its two actions as this person reads them."""

    session: Any
    cast: Cast
    nc: Nonconformity
    action: Action
    at: Any
    who: Any = None

    @property
    def by(self) -> dict[str, Any]:
        """What every command takes."""
        return {"actor": self.who, "at": self.at}

    def as_who(self) -> str:
        """The role of whoever tries."""
        return next(role for role, one in self.cast.people.items() if one is self.who)


Command = Callable[[World], Any]


@dataclass(frozen=True)
class Row:
    """A verb: where it is possible, how it is given, and who may."""

    status: NcStatus
    do: Command
    may: set[str]
    actions: ActionStatus | None = None
    before: Command | None = None  # what must be there already
    more: Any = None  # values of the nonconformity


def in_days(w: World, days: int) -> Any:
    """A day to come."""
    return w.at.date() + timedelta(days=days)
