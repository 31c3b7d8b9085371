"""A programme's period and how often it looks at what. Pure."""

from collections.abc import Mapping
from datetime import date

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.relationships.rules import PRIORITY_LABELS, Priority

SYSTEM = "system"  # the management system itself, beside the priorities of relationships
FREQUENCY_KEYS: tuple[str, ...] = (*(one.value for one in Priority), SYSTEM)
FREQUENCY_LABELS: Mapping[str, Text] = {
    **{one.value: PRIORITY_LABELS[one] for one in Priority},
    SYSTEM: Text("Management system"),
}
# Months; critical and high every year, everything at least once in a cycle of three years.
USUAL_FREQUENCY: Mapping[str, int] = {"critical": 12, "high": 12, "medium": 24, "low": 36, SYSTEM: 12}
MOST_MONTHS = 60
CYCLE_YEARS = 3
MOST_YEARS = 6


def check_period(starts_on: date, ends_on: date) -> None:
    """Raises Invalid when the period is upside down or too long for one programme."""
    if ends_on <= starts_on:
        raise Invalid(Text("The period ends before it begins."), field="ends_on")
    if ends_on.year - starts_on.year > MOST_YEARS:
        raise Invalid(Text("A programme covers at most %(years)s years.", years=MOST_YEARS), field="ends_on")


def check_frequency(frequency: Mapping[str, int]) -> dict[str, int]:
    """Every rule, the usual months where none is given. Raises Invalid for a number that makes no sense."""
    unknown = set(frequency) - set(FREQUENCY_KEYS)
    if unknown:
        raise Invalid(Text("There is no priority called “%(name)s”.", name=min(unknown)))
    for key, months in frequency.items():
        if not 1 <= months <= MOST_MONTHS:
            raise Invalid(
                Text(
                    "%(priority)s: at least every 1 to %(most)s months.",
                    priority=FREQUENCY_LABELS[key],
                    most=MOST_MONTHS,
                ),
                field=f"every_{key}",
            )
    return {key: frequency.get(key, USUAL_FREQUENCY[key]) for key in FREQUENCY_KEYS}


def years_of(starts_on: date, ends_on: date) -> list[int]:
    """The calendar years that the period touches."""
    return list(range(starts_on.year, ends_on.year + 1))
