"""The state of each clause, what stands in the way, and the one sentence. Pure."""

from auditapp.reports.readiness.rules.clause import (
    NOWHERE,
    STATE_LABELS,
    STATE_TONES,
    Clause,
    Concern,
    Finding,
    Gap,
    Link,
    Paper,
    Record,
    Seen,
    State,
)
from auditapp.reports.readiness.rules.expected import expected_document
from auditapp.reports.readiness.rules.mapping import Placed, leaves, mapped, places
from auditapp.reports.readiness.rules.overall import (
    LEVEL_LABELS,
    LEVEL_TONES,
    Hurdle,
    Level,
    Obstacle,
    Overall,
    Whole,
    obstacles,
    overall,
)
from auditapp.reports.readiness.rules.states import Judged, Reason, ReasonKind, judge
from auditapp.reports.readiness.rules.tallies import Tally, by_phase, by_stage, tally

__all__ = [
    "LEVEL_LABELS",
    "LEVEL_TONES",
    "NOWHERE",
    "STATE_LABELS",
    "STATE_TONES",
    "Clause",
    "Concern",
    "Finding",
    "Gap",
    "Hurdle",
    "Judged",
    "Level",
    "Link",
    "Obstacle",
    "Overall",
    "Paper",
    "Placed",
    "Reason",
    "ReasonKind",
    "Record",
    "Seen",
    "State",
    "Tally",
    "Whole",
    "by_phase",
    "by_stage",
    "expected_document",
    "judge",
    "leaves",
    "mapped",
    "obstacles",
    "overall",
    "places",
    "tally",
]
