"""How much of a stage, of a phase, of everything is ready. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditapp.relationships.rules import PHASE_OF, Phase, Stage
from auditapp.reports.readiness.rules.clause import State
from auditapp.reports.readiness.rules.states import Judged

READY = (State.CONFORM, State.ARRANGED)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Clauses by their state."""

    counts: Mapping[State, int]

    @property
    def applicable(self) -> int:
        """Those that apply."""
        return sum(self.counts.values()) - self.counts.get(State.NOT_APPLICABLE, 0)

    @property
    def ready(self) -> int:
        """Those that conform, or whose arrangement is in place."""
        return sum(self.counts.get(one, 0) for one in READY)

    @property
    def percent(self) -> int | None:
        """Ready out of those that apply, rounded down: 100 means all. ``None``: nothing applies."""
        return 100 * self.ready // self.applicable if self.applicable else None

    def of(self, state: State) -> int:
        """How many are in a state."""
        return self.counts.get(state, 0)


def tally(judged: Iterable[Judged]) -> Tally:
    """Count clauses by their state."""
    return Tally(counts=Counter(one.state for one in judged))


def by_stage(judged: Iterable[Judged]) -> dict[Stage, Tally]:
    """A tally per stage that has a clause, in the order of the stages, the management system last."""
    found: dict[Stage, list[Judged]] = {stage: [] for stage in Stage}
    for one in judged:
        found[one.clause.stage].append(one)
    return {stage: tally(those) for stage, those in found.items() if those}


def by_phase(judged: Iterable[Judged]) -> dict[Phase, Tally]:
    """A tally per phase; what belongs to the management system is in none of them."""
    found: dict[Phase, list[Judged]] = {phase: [] for phase in Phase}
    for one in judged:
        if one.clause.stage in PHASE_OF:
            found[PHASE_OF[one.clause.stage]].append(one)
    return {phase: tally(those) for phase, those in found.items() if those}
