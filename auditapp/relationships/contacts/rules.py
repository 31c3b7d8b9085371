"""Criteria of segmentation and priority, and how long a contact's access may last. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditapp.kit.text import Text
from auditapp.relationships.rules import Priority

CRITERIA_SETTING = "relationship_criteria"
LOWEST, HIGHEST = 1, 5
MOST_CRITERIA = 12
MOST_WEIGHT = 10
LINK_DAYS = (1, 3, 7, 14, 30)  # that a link may wait to be used
ACCESS_HOURS = (8, 24, 72, 168, 336)  # that a sign-in by it may last


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A criterion: ``title`` as it came, or as somebody wrote it; ``weight`` 0 to 10."""

    key: str
    title: Text | str
    weight: int


DEFAULT_CRITERIA: tuple[Criterion, ...] = (
    Criterion(key="value", title=Text("Value to our objectives"), weight=3),
    Criterion(key="risk", title=Text("Risk if it fails"), weight=3),
    Criterion(key="dependence", title=Text("How much we depend on each other"), weight=2),
    Criterion(key="spend", title=Text("Money that goes through it"), weight=1),
    Criterion(key="fit", title=Text("Fit of culture and behaviour"), weight=1),
    Criterion(key="future", title=Text("Room to grow together"), weight=2),
)


def criteria_from(value: Any) -> tuple[Criterion, ...]:
    """The criteria as the site keeps them; the defaults where nobody changed them."""
    if not isinstance(value, list) or not value:
        return DEFAULT_CRITERIA
    known = {one.key: one for one in DEFAULT_CRITERIA}
    return tuple(
        Criterion(
            key=row["key"],
            title=row["title"] or (known[row["key"]].title if row["key"] in known else row["key"]),
            weight=int(row["weight"]),
        )
        for row in value
    )


def weighted(criteria: Sequence[Criterion], scores: Mapping[str, int]) -> float | None:
    """The weighted mean (1 to 5) over the criteria that were scored; ``None`` when none was."""
    scored = [(one.weight, scores[one.key]) for one in criteria if one.key in scores and one.weight]
    total = sum(weight for weight, _ in scored)
    return sum(weight * score for weight, score in scored) / total if total else None


# From the weighted mean on.
_BOUNDS = ((4.2, Priority.CRITICAL), (3.4, Priority.HIGH), (2.4, Priority.MEDIUM))


def suggested(mean: float) -> Priority:
    """The priority that a weighted mean suggests."""
    return next((priority for bound, priority in _BOUNDS if mean >= bound), Priority.LOW)
