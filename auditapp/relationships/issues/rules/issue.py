"""An issue between the parties: its kinds, its life, and who may do what with it. Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from auditapp.kit.errors import NotAllowed
from auditapp.kit.states import step
from auditapp.kit.text import Text


class IssueKind(StrEnum):
    """What an issue is about."""

    CONTRACT = "contract"
    DELIVERY = "delivery"
    BEHAVIOUR = "behaviour"
    INFORMATION = "information"
    RESOURCE = "resource"
    COMMERCIAL = "commercial"


KIND_LABELS: Mapping[IssueKind, Text] = {
    IssueKind.CONTRACT: Text("Contract"),
    IssueKind.DELIVERY: Text("Delivery"),
    IssueKind.BEHAVIOUR: Text("Behaviour"),
    IssueKind.INFORMATION: Text("Information"),
    IssueKind.RESOURCE: Text("Resources"),
    IssueKind.COMMERCIAL: Text("Commercial"),
}


class Status(StrEnum):
    """Where an issue stands."""

    OPEN = "open"  # on the ladder
    RESOLVED = "resolved"  # one party says so; the other has not answered yet
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATUS_LABELS: Mapping[Status, Text] = {
    Status.OPEN: Text("Open"),
    Status.RESOLVED: Text("To be accepted"),
    Status.CLOSED: Text("Resolved"),
    Status.WITHDRAWN: Text("Withdrawn"),
}
STATUS_TONES: Mapping[Status, str] = {
    Status.OPEN: "on_track",
    Status.RESOLVED: "attention",
    Status.CLOSED: "done",
    Status.WITHDRAWN: "quiet",
}
RUNNING = frozenset({Status.OPEN, Status.RESOLVED})


class Verb(StrEnum):
    """What can be done with an issue."""

    EDIT = "edit"
    SHARE = "share"
    COMMENT = "comment"
    PASS_BALL = "pass_ball"  # noqa: S105 - a verb
    ASK_PAUSE = "ask_pause"
    ASK_JUMP = "ask_jump"
    ANSWER = "answer"
    TAKE_BACK = "take_back"
    RESUME = "resume"
    MOVE_UP = "move_up"
    CHANGE_SEVERITY = "change_severity"
    RESOLVE = "resolve"
    ACCEPT = "accept"
    OBJECT = "object"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


_S, _V = Status, Verb
STEPS: Mapping[tuple[Status, Verb], Status] = {
    **{
        (_S.OPEN, verb): _S.OPEN
        for verb in (
            _V.EDIT, _V.SHARE, _V.COMMENT, _V.PASS_BALL, _V.ASK_PAUSE, _V.ASK_JUMP, _V.ANSWER, _V.TAKE_BACK,
            _V.RESUME, _V.MOVE_UP, _V.CHANGE_SEVERITY,
        )
    },
    **{(status, _V.COMMENT): status for status in (_S.RESOLVED, _S.CLOSED, _S.WITHDRAWN)},
    (_S.OPEN, _V.RESOLVE): _S.RESOLVED,  # straight to closed when there is no other party to ask
    (_S.OPEN, _V.WITHDRAW): _S.WITHDRAWN,
    (_S.RESOLVED, _V.ACCEPT): _S.CLOSED,
    (_S.RESOLVED, _V.OBJECT): _S.OPEN,
    (_S.RESOLVED, _V.WITHDRAW): _S.WITHDRAWN,
    (_S.CLOSED, _V.REOPEN): _S.OPEN,
    (_S.WITHDRAWN, _V.REOPEN): _S.OPEN,
}  # fmt: skip
REFUSALS: Mapping[Status, Text] = {
    Status.OPEN: Text("This issue is open. Look at its page: it says whose turn it is and what can be done."),
    Status.RESOLVED: Text(
        "A resolution waits for the other party's answer. Until then nothing else happens."
    ),
    Status.CLOSED: Text("This issue is resolved. Reopen it, with a reason, if it is not."),
    Status.WITHDRAWN: Text("This issue was withdrawn. Reopen it, with a reason, if it is needed after all."),
}


def next_status(status: Status, verb: Verb) -> Status:
    """Where a verb leads. Raises Refusal saying what can be done instead."""
    return step(STEPS, status, verb, REFUSALS[status])


class Part(StrEnum):
    """What somebody is to an issue."""

    RAISER = "raiser"
    SPEAKS_OWN = "speaks_own"  # the holder of the present level, or who runs the relationship
    SPEAKS_PARTNER = "speaks_partner"
    TAKES_PART = "takes_part"  # of our own people, whoever has to do with the relationship
    CONTACT = "contact"  # of the partner it is about


_SPEAKS = frozenset({Part.SPEAKS_OWN, Part.SPEAKS_PARTNER})
_ALL = _SPEAKS | {Part.RAISER, Part.TAKES_PART, Part.CONTACT}
WHO: Mapping[Verb, frozenset[Part]] = {
    **dict.fromkeys(Verb, _SPEAKS),
    Verb.COMMENT: _ALL,
    Verb.EDIT: _SPEAKS | {Part.RAISER},  # and only of the party that raised it
    Verb.SHARE: frozenset({Part.SPEAKS_OWN}),
    Verb.REOPEN: _SPEAKS | {Part.RAISER},
    Verb.WITHDRAW: frozenset({Part.RAISER}),
}


def may(verb: Verb, parts: Collection[Part]) -> bool:
    """Whether somebody with these parts may do it at all."""
    return not WHO[verb].isdisjoint(parts)


def require_may(verb: Verb, parts: Collection[Part]) -> None:
    """Raises NotAllowed saying who may."""
    if may(verb, parts):
        return
    if verb is Verb.WITHDRAW:
        raise NotAllowed(Text("Only who raised this issue withdraws it. Resolve it instead."))
    if verb is Verb.COMMENT:
        raise NotAllowed(Text("Only people who have to do with this relationship write here."))
    raise NotAllowed(
        Text(
            "This is for the holders of the level that the issue stands on, and for who runs the relationship."
        )
    )


class RequestKind(StrEnum):
    """What one party proposes and the other agrees to or not."""

    PAUSE = "pause"
    JUMP = "jump"


REQUEST_LABELS: Mapping[RequestKind, Text] = {
    RequestKind.PAUSE: Text("A pause of the clock"),
    RequestKind.JUMP: Text("A jump up the ladder"),
}


class RequestStatus(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    OVERTAKEN = "overtaken"


REQUEST_STATUS_LABELS: Mapping[RequestStatus, Text] = {
    RequestStatus.OPEN: Text("Waits for an answer"),
    RequestStatus.AGREED: Text("Agreed by both parties"),
    RequestStatus.REFUSED: Text("Refused"),
    RequestStatus.TAKEN_BACK: Text("Taken back"),
    RequestStatus.OVERTAKEN: Text("Overtaken by what happened"),
}


class Came(StrEnum):
    """How an issue came to a level."""

    RAISED = "raised"
    EXPIRED = "expired"
    MOVED_UP = "moved_up"
    JUMPED = "jumped"
    REOPENED = "reopened"


CAME_LABELS: Mapping[Came, Text] = {
    Came.RAISED: Text("Raised"),
    Came.EXPIRED: Text("Time below ran out"),
    Came.MOVED_UP: Text("Moved up by a holder"),
    Came.JUMPED: Text("Jumped up, agreed by both"),
    Came.REOPENED: Text("Reopened"),
}


class Outcome(StrEnum):
    """How a stay on a level ended."""

    EXPIRED = "expired"
    MOVED_UP = "moved_up"
    JUMPED = "jumped"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


OUTCOME_LABELS: Mapping[Outcome, Text] = {
    Outcome.EXPIRED: Text("Time ran out: moved up"),
    Outcome.MOVED_UP: Text("Moved up by a holder"),
    Outcome.JUMPED: Text("Jumped up, agreed by both"),
    Outcome.RESOLVED: Text("Resolved"),
    Outcome.WITHDRAWN: Text("Withdrawn"),
}


class CommentKind(StrEnum):
    """What somebody writes: a word, or a proposal that the other party has to answer."""

    COMMENT = "comment"
    PROPOSAL = "proposal"


COMMENT_LABELS: Mapping[CommentKind, Text] = {
    CommentKind.COMMENT: Text("A comment"),
    CommentKind.PROPOSAL: Text("A proposal: the ball goes to the other party"),
}
