"""Joint risks and opportunities: how they are scored, treated and reviewed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from auditapp.kit.text import Text
from auditapp.relationships.obligations.rules import add_months

LEVELS = (1, 2, 3, 4, 5)
FARTHEST_MONTHS = 12  # no risk waits longer for its next look


class RiskKind(StrEnum):
    """What may happen does harm, or good."""

    RISK = "risk"
    OPPORTUNITY = "opportunity"


RISK_KIND_LABELS: Mapping[RiskKind, Text] = {
    RiskKind.RISK: Text("Risk"),
    RiskKind.OPPORTUNITY: Text("Opportunity"),
}


class Treatment(StrEnum):
    """What is done about it."""

    AVOID = "avoid"
    REDUCE = "reduce"
    EXPLOIT = "exploit"
    ENHANCE = "enhance"
    SHARE = "share"
    ACCEPT = "accept"


T = Treatment
TREATMENT_LABELS: Mapping[Treatment, Text] = {
    T.AVOID: Text("Avoid it"),
    T.REDUCE: Text("Reduce it"),
    T.EXPLOIT: Text("Exploit it"),
    T.ENHANCE: Text("Enhance it"),
    T.SHARE: Text("Share it"),
    T.ACCEPT: Text("Accept it"),
}
TREATMENTS: Mapping[RiskKind, tuple[Treatment, ...]] = {
    RiskKind.RISK: (T.AVOID, T.REDUCE, T.SHARE, T.ACCEPT),
    RiskKind.OPPORTUNITY: (T.EXPLOIT, T.ENHANCE, T.SHARE, T.ACCEPT),
}


class RiskState(StrEnum):
    """Open while it may happen; then it is closed, or it occurred."""

    OPEN = "open"
    OCCURRED = "occurred"
    CLOSED = "closed"


class RiskVerb(StrEnum):
    """What can be done with one."""

    CLOSE = "close"
    OCCUR = "occur"
    REOPEN = "reopen"


S, V = RiskState, RiskVerb
STEPS: Mapping[tuple[RiskState, RiskVerb], RiskState] = {
    (S.OPEN, V.CLOSE): S.CLOSED,
    (S.OPEN, V.OCCUR): S.OCCURRED,
    (S.OCCURRED, V.CLOSE): S.CLOSED,
    (S.OCCURRED, V.REOPEN): S.OPEN,
    (S.CLOSED, V.REOPEN): S.OPEN,
}
RISK_STATE_LABELS: Mapping[RiskState, Text] = {
    S.OPEN: Text("Open"),
    S.OCCURRED: Text("Occurred"),
    S.CLOSED: Text("Closed"),
}
RISK_STATE_TONES: Mapping[RiskState, str] = {S.OPEN: "on_track", S.OCCURRED: "attention", S.CLOSED: "done"}
NO_STEP = Text("This cannot be done with it as it stands now. Open the page again and look.")

LIKELIHOOD_LABELS: Mapping[int, Text] = {
    1: Text("1: rare"),
    2: Text("2: unlikely"),
    3: Text("3: possible"),
    4: Text("4: likely"),
    5: Text("5: almost certain"),
}
IMPACT_LABELS: Mapping[int, Text] = {
    1: Text("1: slight"),
    2: Text("2: minor"),
    3: Text("3: noticeable"),
    4: Text("4: major"),
    5: Text("5: severe"),
}


class Band(StrEnum):
    """How much a score weighs, in a word."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    VERY_HIGH = "very_high"


BAND_LABELS: Mapping[Band, Text] = {
    Band.LOW: Text("Low"),
    Band.MODERATE: Text("Moderate"),
    Band.HIGH: Text("High"),
    Band.VERY_HIGH: Text("Very high"),
}
BAND_TONES: Mapping[Band, str] = {
    Band.LOW: "done",
    Band.MODERATE: "on_track",
    Band.HIGH: "attention",
    Band.VERY_HIGH: "overdue",
}
_FROM: tuple[tuple[int, Band], ...] = ((15, Band.VERY_HIGH), (10, Band.HIGH), (5, Band.MODERATE))
_MONTHS: Mapping[Band, int] = {Band.VERY_HIGH: 1, Band.HIGH: 1, Band.MODERATE: 2, Band.LOW: 3}


def band(score: int) -> Band:
    """The word for a score from 1 to 25."""
    return next((word for least, word in _FROM if score >= least), Band.LOW)


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Likelihood and impact, each 1 to 5: before treatment, and with it in place (empty: not judged yet)."""

    likelihood: int
    impact: int
    residual_likelihood: int | None = None
    residual_impact: int | None = None

    @property
    def score(self) -> int:
        """Before treatment."""
        return self.likelihood * self.impact

    @property
    def residual(self) -> int | None:
        """With the treatment in place."""
        if self.residual_likelihood is None or self.residual_impact is None:
            return None
        return self.residual_likelihood * self.residual_impact

    @property
    def present(self) -> int:
        """What counts now: with treatment where that is judged, else before."""
        return self.score if self.residual is None else self.residual


def scores_fault(kind: RiskKind, scores: Scores) -> tuple[str, Text] | None:
    """The field and the reason why scores cannot be taken, or ``None``."""
    for field in ("likelihood", "impact"):
        if getattr(scores, field) not in LEVELS:
            return field, Text("Choose a level from 1 to 5.")
    given = (scores.residual_likelihood, scores.residual_impact)
    if given == (None, None):
        return None
    wrong: Text | None = None
    residual = scores.residual
    if residual is None:
        wrong = Text("Judge both, likelihood and impact, or leave both open.")
    elif any(one not in LEVELS for one in given):
        wrong = Text("Choose a level from 1 to 5.")
    elif kind is RiskKind.RISK and residual > scores.score:
        wrong = Text("Treatment does not make a risk greater. Check the levels.")
    elif kind is RiskKind.OPPORTUNITY and residual < scores.score:
        wrong = Text("Treatment does not make an opportunity smaller. Check the levels.")
    return (
        ("residual_impact" if scores.residual_impact is None else "residual_likelihood", wrong)
        if wrong
        else None
    )


def next_review(on: date, present: int) -> date:
    """When to look again, by what a risk weighs now: after one month to three (section 9 of the domain notes)."""
    return add_months(on, _MONTHS[band(present)])


def moves_scores(reviewer: UUID | None, party: UUID | None) -> bool:
    """Whether a review changes the scores: only of the party that wrote the risk; another's stay its own view."""
    return reviewer == party


def counts_as_review(reviewer: UUID | None, party: UUID | None) -> bool:
    """Whether a review moves the next one: of the party that wrote the risk, or of us, who keep the register."""
    return reviewer is None or reviewer == party
