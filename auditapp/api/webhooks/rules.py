"""How a webhook stands, how a delivery comes to its end, and when it is tried again. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus

from auditapp.kit.states import step
from auditapp.kit.text import Text

MOST_WEBHOOKS = 20
MOST_BODY = 8_192  # bytes of a message
MOST_ANSWER = 500  # characters of an answer that are kept
LEASE = timedelta(seconds=60)  # how long a worker holds what it claimed; no try takes half as long
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
)
MOST_TRIES = len(PAUSES) + 1  # about three days
SPREAD = 0.2  # a pause is up to so much longer: what failed together does not come back together
ASIDE = 5  # after so many tries, about half an hour, a delivery no longer holds up those behind it
LONGEST_WISH = timedelta(days=1)  # that a receiver may ask for in Retry-After
PATIENCE = timedelta(days=3)  # nothing but faults for so long: it is paused
BOTH_SIGN = timedelta(hours=24)  # the old secret beside the new one
MOST_TESTS = (
    5  # that one endpoint is sent by hand within TESTS_WITHIN: each holds a worker of the site for up to 15 s
)
TESTS_WITHIN = timedelta(minutes=10)


class State(StrEnum):
    """Whether an endpoint is told."""

    ACTIVE = "active"
    PAUSED = "paused"


class WhyPaused(StrEnum):
    """Why an endpoint is paused. Empty while it is not."""

    NONE = ""
    BY_HAND = "by_hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"
    OWNER = "owner"  # whoever answers for it manages the settings no more
    NO_SECRET = "no_secret"  # noqa: S105 - it came with an archive, or its key was lost


WHY_LABELS: Mapping[WhyPaused, Text] = {
    WhyPaused.NONE: Text("It is told what happens."),
    WhyPaused.BY_HAND: Text("It was paused by hand."),
    WhyPaused.GONE: Text("The receiver said that it is gone for good (410)."),
    WhyPaused.FAILING: Text("Nothing was taken for three days."),
    WhyPaused.OWNER: Text(
        "Whoever made it is no longer a system manager. Who goes on with it answers for it from then on."
    ),
    WhyPaused.NO_SECRET: Text("Its secret cannot be read here. Make a new one, and give it to the receiver."),
}
STATE_LABELS: Mapping[State, Text] = {State.ACTIVE: Text("Active"), State.PAUSED: Text("Paused")}


class Status(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENDING = "sending"  # claimed by a worker until its lease ends; whether it arrived is not known until it is recorded
    DELIVERED = "delivered"
    FAILED = "failed"  # given up


class Verb(StrEnum):
    """What happens to a delivery."""

    CLAIM = "claim"
    DELIVERED = "delivered"
    RETRY = "retry"
    GIVE_UP = "give_up"
    RESEND = "resend"


S, V = Status, Verb
STEPS: Mapping[tuple[Status, Verb], Status] = {
    (S.WAITING, V.CLAIM): S.SENDING,
    (S.SENDING, V.CLAIM): S.SENDING,  # its lease ran out: whoever had it was killed
    (S.SENDING, V.DELIVERED): S.DELIVERED,
    (S.SENDING, V.RETRY): S.WAITING,
    (S.SENDING, V.GIVE_UP): S.FAILED,
    (S.WAITING, V.RESEND): S.WAITING,  # now, not later
    (S.FAILED, V.RESEND): S.WAITING,
    (S.DELIVERED, V.RESEND): S.WAITING,
}
STATUS_LABELS: Mapping[Status, Text] = {
    S.WAITING: Text("Waiting"),
    S.SENDING: Text("On its way"),
    S.DELIVERED: Text("Delivered"),
    S.FAILED: Text("Given up"),
}
STATUS_TONES: Mapping[Status, str] = {
    S.WAITING: "attention",
    S.SENDING: "on_track",
    S.DELIVERED: "done",
    S.FAILED: "overdue",
}


def after(status: Status, verb: Verb) -> Status:
    """The status that ``verb`` leads to. Raises Refusal."""
    return step(STEPS, status, verb, Text("It is on its way at this moment. Open the page again and look."))


def tone_of(state: State, *, failing: bool) -> str:
    """The tone of an endpoint's state."""
    if state is State.PAUSED:
        return "quiet"
    return "attention" if failing else "on_track"


def taken(status: int) -> bool:
    """Whether an answer means that the receiver has it."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def wish_of(header: str, at: datetime) -> timedelta:
    """How long a ``Retry-After`` asks to wait (RFC 9110, section 10.2.3): seconds or a date; nothing where it cannot be read."""
    header = header.strip()
    if header.isascii() and header.isdigit():
        wish = timedelta(seconds=min(int(header[:9]), LONGEST_WISH.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(header)
        except ValueError:
            return timedelta()
        wish = (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
    return min(max(wish, timedelta()), LONGEST_WISH)


def pause_after(tries: int, luck: float, wish: timedelta = timedelta()) -> timedelta | None:
    """How long to wait after that many tries; ``None``: it is given up. ``luck`` is at least 0 and below 1."""
    if tries >= MOST_TRIES:
        return None
    return max(PAUSES[max(tries, 1) - 1] * (1 + SPREAD * luck), wish)


def worn_out(failing_since: datetime | None, at: datetime) -> bool:
    """Whether an endpoint took nothing for so long that it is paused."""
    return failing_since is not None and at - failing_since >= PATIENCE


def next_test(sent: Sequence[datetime], at: datetime) -> datetime | None:
    """When another test may be sent, after those ``sent`` lately; ``None``: now."""
    lately = sorted(one for one in sent if one > at - TESTS_WITHIN)
    return lately[-MOST_TESTS] + TESTS_WITHIN if len(lately) >= MOST_TESTS else None
