"""Ideas that create value: from idea to decision to measured value for each party. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from auditapp.kit.text import Text

CENTS = 100


class Category(StrEnum):
    """What the idea would better."""

    COST = "cost"
    TIME = "time"
    QUALITY = "quality"
    RISK = "risk"
    SUSTAINABILITY = "sustainability"
    REVENUE = "revenue"
    CAPABILITY = "capability"


CATEGORY_LABELS: Mapping[Category, Text] = {
    Category.COST: Text("Cost"),
    Category.TIME: Text("Time"),
    Category.QUALITY: Text("Quality"),
    Category.RISK: Text("Risk"),
    Category.SUSTAINABILITY: Text("Sustainability"),
    Category.REVENUE: Text("Revenue"),
    Category.CAPABILITY: Text("Capability"),
}


class IdeaState(StrEnum):
    """From proposed to realised; it may be declined, kept for later, or taken back by who raised it."""

    PROPOSED = "proposed"
    LATER = "later"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    REALISED = "realised"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class IdeaVerb(StrEnum):
    """What can be done with one. The first four follow from what the parties decide."""

    ACCEPT = "accept"
    DECLINE = "decline"
    PUT_OFF = "put_off"
    ASK = "ask"  # a party has still to decide
    START = "start"
    REALISE = "realise"
    RESUME = "resume"
    STOP = "stop"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


S, V = IdeaState, IdeaVerb
_UNDECIDED = (S.PROPOSED, S.LATER, S.DECLINED, S.ACCEPTED)
STEPS: Mapping[tuple[IdeaState, IdeaVerb], IdeaState] = {
    **{(state, V.ACCEPT): S.ACCEPTED for state in _UNDECIDED},
    **{(state, V.DECLINE): S.DECLINED for state in _UNDECIDED},
    **{(state, V.PUT_OFF): S.LATER for state in _UNDECIDED},
    **{(state, V.ASK): S.PROPOSED for state in _UNDECIDED},
    (S.ACCEPTED, V.START): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.REALISE): S.REALISED,
    (S.REALISED, V.RESUME): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.STOP): S.ACCEPTED,
    (S.PROPOSED, V.WITHDRAW): S.WITHDRAWN,
    (S.LATER, V.WITHDRAW): S.WITHDRAWN,
    (S.DECLINED, V.WITHDRAW): S.WITHDRAWN,
    (S.WITHDRAWN, V.REOPEN): S.PROPOSED,
}
IDEA_STATE_LABELS: Mapping[IdeaState, Text] = {
    S.PROPOSED: Text("Proposed"),
    S.LATER: Text("Later"),
    S.ACCEPTED: Text("Accepted"),
    S.IN_PROGRESS: Text("In progress"),
    S.REALISED: Text("Realised"),
    S.DECLINED: Text("Declined"),
    S.WITHDRAWN: Text("Withdrawn"),
}
IDEA_STATE_TONES: Mapping[IdeaState, str] = {
    S.PROPOSED: "attention",
    S.LATER: "quiet",
    S.ACCEPTED: "on_track",
    S.IN_PROGRESS: "on_track",
    S.REALISED: "done",
    S.DECLINED: "quiet",
    S.WITHDRAWN: "quiet",
}
NO_STEP = Text("This cannot be done with the idea as it stands now. Open the page again and look.")
NOT_DECIDED_ANY_MORE = Text("It is decided and under way. Stop it first, then decide anew.")


class Verdict(StrEnum):
    """What a party decides."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LATER = "later"


VERDICT_LABELS: Mapping[Verdict, Text] = {
    Verdict.ACCEPTED: Text("Accepted"),
    Verdict.DECLINED: Text("Declined"),
    Verdict.LATER: Text("Later"),
}


def outcome(parties: Iterable[UUID | None], verdicts: Mapping[UUID | None, Verdict]) -> IdeaVerb:
    """What follows from the decisions: one no is a no, one later is later, and only all together accept."""
    asked = list(parties)
    given = [verdicts[party] for party in asked if party in verdicts]
    if Verdict.DECLINED in given:
        return V.DECLINE
    if Verdict.LATER in given:
        return V.PUT_OFF
    return V.ACCEPT if len(given) == len(asked) else V.ASK


class Phase(StrEnum):
    """A value is expected when the idea is raised, and measured when it came."""

    EXPECTED = "expected"
    MEASURED = "measured"


def cents(amount: Decimal | None) -> int | None:
    """An amount as whole hundredths: sums of them are exact on both databases."""
    return None if amount is None else int((amount * CENTS).to_integral_value())


def amount(hundredths: int | None) -> Decimal | None:
    """Whole hundredths as an amount."""
    return None if hundredths is None else Decimal(hundredths) / CENTS


def amount_words(hundredths: int | None) -> str:
    """An amount with thin groups and only the hundredths it has: “12 500”, “3.50”."""
    if hundredths is None:
        return ""
    whole, rest = divmod(abs(hundredths), CENTS)
    sign = "−" if hundredths < 0 else ""
    return f"{sign}{whole:,}".replace(",", "\u202f") + (f".{rest:02d}" if rest else "")
