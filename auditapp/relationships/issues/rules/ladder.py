"""The ladder of a relationship: four levels, how long each may take, by how severe an issue is. Pure.

The figures are a proposal of ours (working days); every relationship sets its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache

from babel.core import get_global

from auditapp.kit.text import Text

LONGEST = 120  # working days that a level may be given


class Level(IntEnum):
    """The rungs, the lowest first."""

    OPERATIONAL = 1
    MANAGEMENT = 2
    EXECUTIVE = 3
    FINAL = 4


TOP = Level.FINAL
LEVEL_LABELS: Mapping[Level, Text] = {
    Level.OPERATIONAL: Text("Operational"),
    Level.MANAGEMENT: Text("Joint management"),
    Level.EXECUTIVE: Text("SERs"),
    Level.FINAL: Text("Chief executives"),
}
# Inside a sentence: “it moves to the SERs”.
LEVEL_WORDS: Mapping[Level, Text] = {
    Level.OPERATIONAL: Text("the operational level"),
    Level.MANAGEMENT: Text("joint management"),
    Level.EXECUTIVE: Text("the SERs"),
    Level.FINAL: Text("the chief executives"),
}


class Severity(StrEnum):
    """How much harm an issue does while it waits."""

    MODERATE = "moderate"
    SERIOUS = "serious"
    CRITICAL = "critical"


SEVERITY_LABELS: Mapping[Severity, Text] = {
    Severity.MODERATE: Text("Moderate"),
    Severity.SERIOUS: Text("Serious"),
    Severity.CRITICAL: Text("Critical"),
}
SEVERITY_TONES: Mapping[Severity, str] = {
    Severity.MODERATE: "quiet",
    Severity.SERIOUS: "attention",
    Severity.CRITICAL: "overdue",
}


class Expiry(StrEnum):
    """What happens when a level's time is over."""

    MOVE = "move"
    ASK = "ask"


EXPIRY_LABELS: Mapping[Expiry, Text] = {
    Expiry.MOVE: Text("It moves up by itself"),
    Expiry.ASK: Text("The holders of the level are asked to move it up"),
}

Limits = Mapping[Level, Mapping[Severity, int]]
DEFAULT_LIMITS: Limits = {
    Level.OPERATIONAL: {Severity.MODERATE: 5, Severity.SERIOUS: 3, Severity.CRITICAL: 1},
    Level.MANAGEMENT: {Severity.MODERATE: 10, Severity.SERIOUS: 5, Severity.CRITICAL: 2},
    Level.EXECUTIVE: {Severity.MODERATE: 10, Severity.SERIOUS: 5, Severity.CRITICAL: 3},
    Level.FINAL: {Severity.MODERATE: 20, Severity.SERIOUS: 10, Severity.CRITICAL: 5},
}
DEFAULT_ANSWER_DAYS = 5  # working days in which the other party may object to a resolution


def plain(limits: Limits) -> dict[str, dict[str, int]]:
    """The table as JSON values."""
    return {str(int(level)): {one.value: days for one, days in row.items()} for level, row in limits.items()}


def limits_from(kept: Mapping[str, Mapping[str, int]] | None) -> dict[Level, dict[Severity, int]]:
    """The table from JSON values; the default for whatever is missing in it."""
    kept = kept or {}
    return {
        level: {one: int(kept.get(str(int(level)), {}).get(one.value, days)) for one, days in row.items()}
        for level, row in DEFAULT_LIMITS.items()
    }


def cells() -> Iterator[tuple[Level, Severity]]:
    """Every cell of the table, row by row."""
    return ((level, severity) for level in Level for severity in Severity)


def not_longer(limits: Limits) -> Level | None:
    """The first level where a more severe issue would get more time than a less severe one; ``None`` if all is well."""
    for level in Level:
        days = [limits[level][severity] for severity in Severity]
        if days != sorted(days, reverse=True):
            return level
    return None


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who stands for a party on a level: somebody the system knows, or a name; empty when nobody is named."""

    person_id: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        """Whether somebody is named."""
        return bool(self.person_id or self.name)


# Countries over several zones: the zone of the capital.
_CAPITALS: Mapping[str, str] = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei", "GL": "America/Nuuk", "ID": "Asia/Jakarta", "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty", "MH": "Pacific/Majuro", "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland", "PF": "Pacific/Tahiti", "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron", "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv",
    "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip


_NO_COUNTRY = frozenset({"ZZ", "001", ""})


@cache
def zone_of_country(country: str) -> str:
    """The IANA zone of a country's capital; UTC for a country that has none."""
    if country in _CAPITALS:
        return _CAPITALS[country]
    if country in _NO_COUNTRY:
        return "UTC"
    known = sorted(zone for zone, where in get_global("zone_territories").items() if where == country)
    return known[0] if known else "UTC"
