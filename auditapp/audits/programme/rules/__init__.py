"""The rules of audit programmes in one place. Pure."""

from auditapp.audits.programme.rules.period import (
    CYCLE_YEARS,
    FREQUENCY_KEYS,
    FREQUENCY_LABELS,
    SYSTEM,
    USUAL_FREQUENCY,
    check_frequency,
    check_period,
    years_of,
)

__all__ = [
    "CYCLE_YEARS",
    "FREQUENCY_KEYS",
    "FREQUENCY_LABELS",
    "SYSTEM",
    "USUAL_FREQUENCY",
    "check_frequency",
    "check_period",
    "years_of",
]
