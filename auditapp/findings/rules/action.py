"""The life of an action, and of what its owner asks for, as two tables. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from auditapp.findings.rules.nonconformity import AT_WORK, PART_LABELS, NcStatus
from auditapp.findings.rules.nonconformity import STATUS_LABELS as NC_STATUS_LABELS
from auditapp.findings.rules.parts import Part
from auditapp.kit.errors import NotAllowed, Refusal
from auditapp.kit.states import step
from auditapp.kit.text import Text


class ActionKind(StrEnum):
    """What an action is for. A correction puts right what is wrong; a corrective action removes its cause."""

    CORRECTION = "correction"
    CORRECTIVE = "corrective"
    PREVENTIVE = "preventive"
    IMPROVEMENT = "improvement"


ACTION_KIND_LABELS: Mapping[ActionKind, Text] = {
    ActionKind.CORRECTION: Text("Correction"),
    ActionKind.CORRECTIVE: Text("Corrective action"),
    ActionKind.PREVENTIVE: Text("Preventive action"),
    ActionKind.IMPROVEMENT: Text("Improvement"),
}


class ActionPriority(StrEnum):
    """How urgent an action is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


PRIORITY_LABELS: Mapping[ActionPriority, Text] = {
    ActionPriority.HIGH: Text("High"),
    ActionPriority.MEDIUM: Text("Medium"),
    ActionPriority.LOW: Text("Low"),
}


class ActionStatus(StrEnum):
    """Where an action stands. What its owner asks for stands beside it, as a request."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"  # says the owner; waits for verification
    RETURNED = "returned"
    VERIFIED = "verified"
    CANCELLED = "cancelled"  # with approval


class ActionVerb(StrEnum):
    """What can be done with an action."""

    EDIT = "edit"
    ACCEPT = "accept"
    START = "start"
    FINISH = "finish"
    RESUME = "resume"  # the owner takes “done” back
    VERIFY = "verify"
    RETURN = "return"
    REOPEN = "reopen"
    REASSIGN = "reassign"
    CHANGE_DUE = "change_due"
    ASK_EXTENSION = "ask_extension"
    SAY_CANT = "say_cant"
    SAY_NOT_MINE = "say_not_mine"
    ASK_CANCEL = "ask_cancel"
    TAKE_BACK = "take_back"  # a request, by who asked
    DECIDE = "decide"  # grant or refuse a request; who may depends on the request
    CANCEL = "cancel"  # what granting a request to cancel does; never asked for by itself
    PLAN_STEP = "plan_step"  # add, change or remove a sub-step
    TICK_STEP = "tick_step"
    COMMENT = "comment"
    ATTACH = "attach"


S, V = ActionStatus, ActionVerb
ENDED = frozenset({S.VERIFIED, S.CANCELLED})
OPEN = frozenset(S) - ENDED
UNDONE = frozenset({S.PROPOSED, S.ACCEPTED, S.IN_PROGRESS, S.RETURNED})


def _same(
    verb: ActionVerb, statuses: Iterable[ActionStatus]
) -> dict[tuple[ActionStatus, ActionVerb], ActionStatus]:
    return {(status, verb): status for status in sorted(statuses)}


STEPS: Mapping[tuple[ActionStatus, ActionVerb], ActionStatus] = {
    **_same(V.EDIT, UNDONE),
    (S.PROPOSED, V.ACCEPT): S.ACCEPTED,
    (S.ACCEPTED, V.START): S.IN_PROGRESS,
    (S.RETURNED, V.START): S.IN_PROGRESS,
    (S.ACCEPTED, V.FINISH): S.DONE,
    (S.IN_PROGRESS, V.FINISH): S.DONE,
    (S.RETURNED, V.FINISH): S.DONE,
    (S.DONE, V.RESUME): S.IN_PROGRESS,
    (S.DONE, V.VERIFY): S.VERIFIED,
    (S.DONE, V.RETURN): S.RETURNED,
    (S.VERIFIED, V.REOPEN): S.RETURNED,
    (S.CANCELLED, V.REOPEN): S.PROPOSED,
    **{(status, V.REASSIGN): S.PROPOSED for status in sorted(UNDONE)},
    **_same(V.CHANGE_DUE, UNDONE),
    **_same(V.ASK_EXTENSION, UNDONE),
    **_same(V.SAY_CANT, UNDONE),
    **_same(V.SAY_NOT_MINE, UNDONE),
    **_same(V.ASK_CANCEL, UNDONE),
    **_same(V.TAKE_BACK, UNDONE),
    **_same(V.DECIDE, UNDONE),
    **{(status, V.CANCEL): S.CANCELLED for status in sorted(OPEN)},
    **_same(V.PLAN_STEP, UNDONE),
    **_same(V.TICK_STEP, UNDONE),
    **_same(V.COMMENT, S),
    **_same(V.ATTACH, OPEN),
}

_DO = frozenset({Part.OWNER, Part.STAND_IN})
_LEAD = frozenset({Part.RESPONSIBLE, Part.DEPUTY})
_JUDGE = frozenset({Part.VERIFIER, Part.LEADER, Part.MANAGER})
WHO: Mapping[ActionVerb, frozenset[Part]] = {
    V.EDIT: _LEAD | {Part.MANAGER},
    V.ACCEPT: _DO,
    V.START: _DO,
    V.FINISH: _DO,
    V.RESUME: _DO,
    V.VERIFY: _JUDGE,
    V.RETURN: _JUDGE,
    V.REOPEN: _JUDGE,
    V.REASSIGN: _LEAD | {Part.LEADER, Part.MANAGER},
    V.CHANGE_DUE: _JUDGE,
    V.ASK_EXTENSION: _DO,
    V.SAY_CANT: _DO,
    V.SAY_NOT_MINE: _DO,
    V.ASK_CANCEL: _DO | _LEAD,
    V.TAKE_BACK: _DO | _LEAD,
    V.DECIDE: _LEAD | _JUDGE | {Part.SER},  # narrowed by ``requests.deciders``
    V.CANCEL: _JUDGE,
    V.PLAN_STEP: _DO | _LEAD | {Part.MANAGER},
    V.TICK_STEP: _DO,
    V.COMMENT: _DO | {Part.READER},
    V.ATTACH: _DO | _LEAD | _JUDGE,
}
# Nobody judges what is their own: not the owner, nor whoever ever owned it or said that it was done, nor whoever
# answered for the whole before.
_OWN_WORK = _DO | _LEAD | {Part.WORKER, Part.FORMER}
BARRED: Mapping[ActionVerb, frozenset[Part]] = {
    V.VERIFY: _OWN_WORK,
    V.RETURN: _OWN_WORK,
    V.REOPEN: _OWN_WORK,
    V.CHANGE_DUE: _DO | _LEAD,  # those who answer for the work ask for time as everybody does
    V.DECIDE: _DO,
    V.CANCEL: _DO | _LEAD | {Part.FORMER},  # approval comes from outside the work
}

# While the nonconformity is there. Whoever reads a submitted plan or work finds it as it was submitted.
_READ_BY_VERIFIER = frozenset({NcStatus.PLAN_SUBMITTED, NcStatus.VERIFICATION, NcStatus.EFFECTIVENESS})
WHILE: Mapping[ActionVerb, frozenset[NcStatus]] = {
    **dict.fromkeys(V, AT_WORK),
    V.EDIT: AT_WORK - _READ_BY_VERIFIER,
    V.RESUME: AT_WORK - {NcStatus.VERIFICATION, NcStatus.EFFECTIVENESS},
    V.REOPEN: AT_WORK - {NcStatus.EFFECTIVENESS},  # there “not effective” reopens the whole
    V.COMMENT: frozenset(NcStatus),
}

ACTION_STATUS_LABELS: Mapping[ActionStatus, Text] = {
    S.PROPOSED: Text("Proposed"),
    S.ACCEPTED: Text("Accepted"),
    S.IN_PROGRESS: Text("In progress"),
    S.DONE: Text("Done, to be verified"),
    S.RETURNED: Text("Returned"),
    S.VERIFIED: Text("Verified"),
    S.CANCELLED: Text("Cancelled"),
}
ACTION_TONES: Mapping[ActionStatus, str] = {
    S.PROPOSED: "attention",
    S.ACCEPTED: "on_track",
    S.IN_PROGRESS: "on_track",
    S.DONE: "attention",
    S.RETURNED: "attention",
    S.VERIFIED: "done",
    S.CANCELLED: "quiet",
}
WHOSE_TURN: Mapping[ActionStatus, Text] = {
    S.PROPOSED: Text("Its owner accepts it, or says why not."),
    S.ACCEPTED: Text("Its owner carries it out."),
    S.IN_PROGRESS: Text("Its owner carries it out and says when it is done."),
    S.DONE: Text("Its owner says that it is done: the verifier looks at it."),
    S.RETURNED: Text("The verifier returned it: its owner goes on with it."),
    S.VERIFIED: Text("It is verified."),
    S.CANCELLED: Text("It was cancelled with approval."),
}


def next_status(status: ActionStatus, verb: ActionVerb) -> ActionStatus:
    """The status that ``verb`` leads to; raises Refusal saying why not and whose turn it is."""
    refusal = Text(
        "This cannot be done while the action is “%(status)s”. %(turn)s",
        status=ACTION_STATUS_LABELS[status],
        turn=WHOSE_TURN[status],
    )
    return step(STEPS, status, verb, refusal)


def require_while(verb: ActionVerb, nc_status: NcStatus) -> None:
    """Raises Refusal when the nonconformity that an action belongs to stands where this is not done."""
    if nc_status not in WHILE[verb]:
        raise Refusal(
            Text(
                "This cannot be done now: the nonconformity that this action belongs to is “%(status)s”.",
                status=NC_STATUS_LABELS[nc_status],
            )
        )


def may(verb: ActionVerb, parts: frozenset[Part]) -> bool:
    """Whether somebody with these parts may do it at all, whatever the status."""
    return bool(WHO[verb] & parts) and not BARRED.get(verb, frozenset()) & parts


def require_may(verb: ActionVerb, parts: frozenset[Part]) -> None:
    """Raises NotAllowed saying who may, or that it is the person's own work."""
    if WHO[verb] & parts and BARRED.get(verb, frozenset()) & parts:
        raise NotAllowed(
            Text("Nobody judges their own work: this action is yours. Somebody else has to do this.")
        )
    if not may(verb, parts):
        raise NotAllowed(
            Text(
                "This is not yours to do here. It is done by: %(who)s.",
                who=", ".join(str(PART_LABELS[part]) for part in sorted(WHO[verb])),
            )
        )


class RequestKind(StrEnum):
    """What somebody asks for instead of going on."""

    EXTENSION = "extension"
    CANT_DO = "cant_do"
    NOT_MINE = "not_mine"
    CANCEL = "cancel"


REQUEST_LABELS: Mapping[RequestKind, Text] = {
    RequestKind.EXTENSION: Text("More time"),
    RequestKind.CANT_DO: Text("Cannot be done"),
    RequestKind.NOT_MINE: Text("Not mine"),
    RequestKind.CANCEL: Text("Cancel it"),
}


class RequestStatus(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    OVERTAKEN = "overtaken"  # the action was reassigned, done or ended meanwhile


REQUEST_STATUS_LABELS: Mapping[RequestStatus, Text] = {
    RequestStatus.OPEN: Text("Waits for a decision"),
    RequestStatus.GRANTED: Text("Granted"),
    RequestStatus.REFUSED: Text("Refused"),
    RequestStatus.TAKEN_BACK: Text("Taken back"),
    RequestStatus.OVERTAKEN: Text("No longer needed"),
}


class RequestVerb(StrEnum):
    """What can happen to a request."""

    GRANT = "grant"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    OVERTAKE = "overtake"


REQUEST_STEPS: Mapping[tuple[RequestStatus, RequestVerb], RequestStatus] = {
    (RequestStatus.OPEN, RequestVerb.GRANT): RequestStatus.GRANTED,
    (RequestStatus.OPEN, RequestVerb.REFUSE): RequestStatus.REFUSED,
    (RequestStatus.OPEN, RequestVerb.TAKE_BACK): RequestStatus.TAKEN_BACK,
    (RequestStatus.OPEN, RequestVerb.OVERTAKE): RequestStatus.OVERTAKEN,
}
# Who decides a request, by its kind and level. The level is 1 plus the requests of that kind already decided.
TOP_LEVEL = 3
_DECIDERS: Mapping[RequestKind, tuple[frozenset[Part], ...]] = {
    RequestKind.EXTENSION: (_JUDGE, frozenset({Part.MANAGER, Part.SER}), frozenset({Part.SER})),
    RequestKind.CANT_DO: (_LEAD | _JUDGE, frozenset({Part.MANAGER, Part.SER}), frozenset({Part.SER})),
    RequestKind.NOT_MINE: (_LEAD | {Part.LEADER, Part.MANAGER},) * 3,
    RequestKind.CANCEL: (_JUDGE,) * 3,
}


def deciders(kind: RequestKind, level: int) -> frozenset[Part]:
    """The parts that decide a request at a level (from 1); above the top level it stays with the top."""
    return _DECIDERS[kind][min(level, TOP_LEVEL) - 1]


def barred_from(kind: RequestKind) -> frozenset[Part]:
    """The parts that never decide such a request, whatever other part somebody has: more time is no gift to oneself."""
    return _LEAD if kind is RequestKind.EXTENSION else frozenset()


def require_decider(kind: RequestKind, level: int, parts: frozenset[Part], *, asked: bool) -> None:
    """Raises NotAllowed, saying who decides; nobody decides what they asked for, or about an action of their own."""
    if asked or parts & _DO:
        raise NotAllowed(Text("Nobody decides what they asked for, or about an action of their own."))
    if barred_from(kind) & parts:
        raise NotAllowed(
            Text("Whoever answers for the work does not grant it more time: somebody else decides.")
        )
    if not deciders(kind, level) & parts:
        raise NotAllowed(Text("This is decided by: %(who)s.", who=who_decides(kind, level)))


def who_decides(kind: RequestKind, level: int) -> str:
    """The parts that decide a request, in words: “the audit programme manager, the verifier”."""
    decide = deciders(kind, level)
    return ", ".join(str(PART_LABELS[part]) for part in Part if part in decide)  # nearest to the work first


def request_step(status: RequestStatus, verb: RequestVerb) -> RequestStatus:
    """Where a request goes; raises Refusal when it is decided already."""
    refusal = Text("This request is no longer open: %(status)s.", status=REQUEST_STATUS_LABELS[status])
    return step(REQUEST_STEPS, status, verb, refusal)
