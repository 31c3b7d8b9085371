"""The communications plan: what is told to whom, by which way, how often; and the day it is next due. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from auditapp.kit.text import Text
from auditapp.relationships.obligations.rules import intended


class Channel(StrEnum):
    """By which way."""

    MEETING = "meeting"
    CALL = "call"
    EMAIL = "email"
    REPORT = "report"
    WORKSPACE = "workspace"
    LETTER = "letter"
    EVENT = "event"


CHANNEL_LABELS: Mapping[Channel, Text] = {
    Channel.MEETING: Text("Meeting"),
    Channel.CALL: Text("Call"),
    Channel.EMAIL: Text("E-mail"),
    Channel.REPORT: Text("Written report"),
    Channel.WORKSPACE: Text("Shared workspace"),
    Channel.LETTER: Text("Letter"),
    Channel.EVENT: Text("Event"),
}


class Audience(StrEnum):
    """For which party; the roles stand beside it in words."""

    BOTH = "both"
    OWN = "own"
    PARTNER = "partner"
    OTHERS = "others"  # stakeholders outside


AUDIENCE_LABELS: Mapping[Audience, Text] = {
    Audience.BOTH: Text("Both parties"),
    Audience.OWN: Text("Our own organization"),
    Audience.PARTNER: Text("The partner"),
    Audience.OTHERS: Text("Others outside"),
}


class HowOften(StrEnum):
    """How often."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    WHEN_NEEDED = "when_needed"


HOW_OFTEN_LABELS: Mapping[HowOften, Text] = {
    HowOften.WEEK: Text("Every week"),
    HowOften.FORTNIGHT: Text("Every two weeks"),
    HowOften.MONTH: Text("Every month"),
    HowOften.QUARTER: Text("Every three months"),
    HowOften.HALF: Text("Every six months"),
    HowOften.YEAR: Text("Every year"),
    HowOften.WHEN_NEEDED: Text("When needed"),
}
# months, days
INTERVALS: Mapping[HowOften, tuple[int, int]] = {
    HowOften.WEEK: (0, 7),
    HowOften.FORTNIGHT: (0, 14),
    HowOften.MONTH: (1, 0),
    HowOften.QUARTER: (3, 0),
    HowOften.HALF: (6, 0),
    HowOften.YEAR: (12, 0),
}


def next_on(
    how_often: HowOften, first: date, *, was: date | None = None, done: date | None = None
) -> date | None:
    """The day it is next due, counted from the first day intended and never from the day somebody got round to it.

    ``was``: the day that is due now; ``done``: when it was done. The answer lies after both; ``None`` when it is only
    done when needed.
    """
    if how_often not in INTERVALS:
        return None
    if was is None and done is None:
        return first
    months, days = INTERVALS[how_often]
    after = max(one for one in (was, done) if one is not None)
    number = 0
    while (found := intended(first, number, months=months, days=days)) <= after:
        number += 1
    return found
