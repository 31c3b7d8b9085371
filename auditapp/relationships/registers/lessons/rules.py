"""Lessons: what happened, what was learned, and where it is applied. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from auditapp.kit.text import Text


class Theme(StrEnum):
    """What a lesson is about; one may have several."""

    GOVERNANCE = "governance"
    BEHAVIOUR = "behaviour"
    INFORMATION = "information"
    CONTRACT = "contract"
    DELIVERY = "delivery"
    PEOPLE = "people"
    RISK = "risk"
    VALUE = "value"
    EXIT = "exit"


THEME_LABELS: Mapping[Theme, Text] = {
    Theme.GOVERNANCE: Text("Governance"),
    Theme.BEHAVIOUR: Text("Behaviour and trust"),
    Theme.INFORMATION: Text("Information and knowledge"),
    Theme.CONTRACT: Text("Contract and commerce"),
    Theme.DELIVERY: Text("Delivery"),
    Theme.PEOPLE: Text("People and competence"),
    Theme.RISK: Text("Risk"),
    Theme.VALUE: Text("Value and innovation"),
    Theme.EXIT: Text("Exit and transition"),
}


class LessonState(StrEnum):
    """A lesson holds until it is withdrawn."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"


class LessonVerb(StrEnum):
    """What can be done with one."""

    WITHDRAW = "withdraw"
    RESTORE = "restore"


STEPS: Mapping[tuple[LessonState, LessonVerb], LessonState] = {
    (LessonState.CURRENT, LessonVerb.WITHDRAW): LessonState.WITHDRAWN,
    (LessonState.WITHDRAWN, LessonVerb.RESTORE): LessonState.CURRENT,
}
NO_STEP = Text("This cannot be done with the lesson as it stands now. Open the page again and look.")
# Two lists of links: where the lesson came from, and where it is applied.
FROM, APPLIED = "from", "applied"
