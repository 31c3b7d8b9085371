"""Meetings of a relationship, and the life of one. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from auditapp.kit.text import Text


class MeetingKind(StrEnum):
    """Which forum."""

    JOINT_TEAM = "joint_team"
    SER_OVERSIGHT = "ser_oversight"
    OTHER = "other"


KIND_LABELS: Mapping[MeetingKind, Text] = {
    MeetingKind.JOINT_TEAM: Text("Joint management team"),
    MeetingKind.SER_OVERSIGHT: Text("Oversight by the SERs"),
    MeetingKind.OTHER: Text("Another meeting"),
}
# What recurs by the rules of obligations.
OBLIGATION_OF: Mapping[MeetingKind, str] = {
    MeetingKind.JOINT_TEAM: "joint_team_meeting",
    MeetingKind.SER_OVERSIGHT: "ser_oversight",
}


class MeetingStatus(StrEnum):
    """Planned, held (its minutes are written), minutes submitted, minutes agreed; or cancelled."""

    PLANNED = "planned"
    HELD = "held"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    CANCELLED = "cancelled"


class MeetingVerb(StrEnum):
    """What can be done with a meeting."""

    CHANGE = "change"
    HOLD = "hold"
    WRITE = "write"
    SUBMIT = "submit"
    AGREE = "agree"
    COMPLETE = "complete"
    OBJECT = "object"
    CANCEL = "cancel"


S, V = MeetingStatus, MeetingVerb
STEPS: Mapping[tuple[MeetingStatus, MeetingVerb], MeetingStatus] = {
    (S.PLANNED, V.CHANGE): S.PLANNED,
    (S.PLANNED, V.HOLD): S.HELD,
    (S.PLANNED, V.CANCEL): S.CANCELLED,
    (S.HELD, V.WRITE): S.HELD,
    (S.HELD, V.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, V.AGREE): S.SUBMITTED,
    (S.SUBMITTED, V.COMPLETE): S.AGREED,
    (S.SUBMITTED, V.OBJECT): S.HELD,
}
STATUS_LABELS: Mapping[MeetingStatus, Text] = {
    S.PLANNED: Text("Planned"),
    S.HELD: Text("Held: minutes being written"),
    S.SUBMITTED: Text("Minutes wait for agreement"),
    S.AGREED: Text("Minutes agreed"),
    S.CANCELLED: Text("Cancelled"),
}
STATUS_TONES: Mapping[MeetingStatus, str] = {
    S.PLANNED: "on_track",
    S.HELD: "attention",
    S.SUBMITTED: "attention",
    S.AGREED: "done",
    S.CANCELLED: "quiet",
}
REFUSALS: Mapping[MeetingVerb, Text] = {
    V.CHANGE: Text("Only a planned meeting can be changed."),
    V.HOLD: Text("Only a planned meeting can be held."),
    V.WRITE: Text("Minutes are written once the meeting is held, and until they are submitted."),
    V.SUBMIT: Text("Only minutes that are being written can be submitted."),
    V.AGREE: Text("These minutes do not wait for agreement. Open the meeting again and look."),
    V.COMPLETE: Text("These minutes do not wait for agreement."),
    V.OBJECT: Text("These minutes do not wait for agreement. Open the meeting again and look."),
    V.CANCEL: Text("Only a planned meeting can be cancelled."),
}
