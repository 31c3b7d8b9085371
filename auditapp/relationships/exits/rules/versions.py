"""Versions of a strategy: their kinds, their life, who has to agree, and what is still missing. Pure."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from auditapp.kit.errors import Refusal
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.relationships.exits.rules.content import JOINT_NEEDS, SECTION_LABELS, Section
from auditapp.relationships.rules import STAGES, Sharing, Stage


class VersionKind(StrEnum):
    """How far the thinking has come along the stages."""

    ASSESSMENT = "assessment"  # Knowledge: our own first thoughts
    POSITION = "position"  # Partner selection: what we discuss with the candidate
    JOINT = "joint"  # Working together and on: agreed by every party


VERSION_KIND_LABELS: Mapping[VersionKind, Text] = {
    VersionKind.ASSESSMENT: Text("Initial assessment"),
    VersionKind.POSITION: Text("Position for the talks"),
    VersionKind.JOINT: Text("Joint exit strategy"),
}


def kind_for(stage: Stage) -> VersionKind:
    """The kind that fits a stage."""
    at = STAGES.index(stage) if stage in STAGES else 0
    if at >= STAGES.index(Stage.WORKING_TOGETHER):
        return VersionKind.JOINT
    return VersionKind.POSITION if stage is Stage.PARTNER_SELECTION else VersionKind.ASSESSMENT


class VersionStatus(StrEnum):
    """The life of a version."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


VERSION_LABELS: Mapping[VersionStatus, Text] = {
    VersionStatus.DRAFT: Text("Draft"),
    VersionStatus.SUBMITTED: Text("Submitted for agreement"),
    VersionStatus.AGREED: Text("Agreed"),
    VersionStatus.IN_FORCE: Text("In force"),
    VersionStatus.SUPERSEDED: Text("Superseded"),
    VersionStatus.WITHDRAWN: Text("Withdrawn"),
}
VERSION_TONES: Mapping[VersionStatus, str] = {
    VersionStatus.DRAFT: "quiet",
    VersionStatus.SUBMITTED: "attention",
    VersionStatus.AGREED: "on_track",
    VersionStatus.IN_FORCE: "on_track",
    VersionStatus.SUPERSEDED: "quiet",
    VersionStatus.WITHDRAWN: "quiet",
}


class VersionVerb(StrEnum):
    """What can be done with a version."""

    CHANGE = "change"
    SUBMIT = "submit"
    AGREE = "agree"  # one party; the last one's makes it agreed
    COMPLETE = "complete"
    OBJECT = "object"
    PUT_IN_FORCE = "put_in_force"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


_S, _V = VersionStatus, VersionVerb
STEPS: Mapping[tuple[VersionStatus, VersionVerb], VersionStatus] = {
    (_S.DRAFT, _V.CHANGE): _S.DRAFT,
    (_S.DRAFT, _V.SUBMIT): _S.SUBMITTED,
    (_S.DRAFT, _V.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _V.CHANGE): _S.DRAFT,
    (_S.SUBMITTED, _V.AGREE): _S.SUBMITTED,
    (_S.SUBMITTED, _V.COMPLETE): _S.AGREED,
    (_S.SUBMITTED, _V.OBJECT): _S.DRAFT,
    (_S.SUBMITTED, _V.WITHDRAW): _S.WITHDRAWN,
    (_S.AGREED, _V.CHANGE): _S.DRAFT,
    (_S.AGREED, _V.PUT_IN_FORCE): _S.IN_FORCE,
    (_S.AGREED, _V.WITHDRAW): _S.WITHDRAWN,
    (_S.IN_FORCE, _V.SUPERSEDE): _S.SUPERSEDED,
}
OPEN: tuple[VersionStatus, ...] = (_S.DRAFT, _S.SUBMITTED, _S.AGREED)
# What a partner's contact may read of it: never a draft, never what was put away.
SEEN_BY_PARTNERS: tuple[VersionStatus, ...] = (_S.SUBMITTED, _S.AGREED, _S.IN_FORCE, _S.SUPERSEDED)


def next_status(status: VersionStatus, verb: VersionVerb) -> VersionStatus:
    """Where a verb leads. Raises Refusal where it does not fit, saying what to do instead."""
    if verb is _V.CHANGE and status in {_S.IN_FORCE, _S.SUPERSEDED, _S.WITHDRAWN}:
        words = Text("What the parties agreed is kept as it was. Begin a new version and change that.")
    else:
        words = Text(
            "This version is “%(status)s” now, so this cannot be done with it. Open the page again and look.",
            status=VERSION_LABELS[status],
        )
    return step(STEPS, status, verb, words)


def who_agrees(kind: VersionKind, partner_ids: Collection[UUID]) -> list[UUID | None]:
    """The parties whose agreement a version needs; ``None`` is our own organization."""
    return [None, *partner_ids] if kind is VersionKind.JOINT else [None]


def missing(
    kind: VersionKind,
    texts: Mapping[Section, tuple[str, Sharing]],
    *,
    steps: int,
    triggers: int,
    initiators: int,
    discussed: bool,
) -> list[Text]:
    """What a version lacks before it can be submitted. ``texts``: text and sharing by section."""
    written = {one for one, (text, _) in texts.items() if text.strip()}
    if kind is VersionKind.ASSESSMENT:
        return [] if written else [Text("Write at least one section.")]
    found = [
        Text("Write the section “%(section)s”.", section=SECTION_LABELS[one])
        for one in JOINT_NEEDS
        if one not in written
    ]
    if kind is VersionKind.POSITION:
        if not discussed:
            found.append(Text("Record when and with whom the position was discussed."))
        return found
    found += [
        Text("Share the section “%(section)s”: the partner cannot agree to what they may not read.",
             section=SECTION_LABELS[one])
        for one in JOINT_NEEDS
        if one in written and texts[one][1] is not Sharing.SHARED
    ]  # fmt: skip
    if not steps:
        found.append(Text("List at least one step of disengagement, with its owner."))
    if not triggers:
        found.append(Text("Name at least one trigger that the partner may read."))
    if not initiators:
        found.append(Text("Say which roles may start an exit."))
    return found


def require_complete(lacks: Sequence[Text]) -> None:
    """Refuse what is not ready, saying the first thing that is missing and how many there are."""
    if not lacks:
        return
    if len(lacks) == 1:
        raise Refusal(Text("It is not ready yet. %(first)s", first=lacks[0]))
    raise Refusal(
        Text(
            "It is not ready yet: %(count)s things are missing. The first: %(first)s",
            count=len(lacks),
            first=lacks[0],
        )
    )
