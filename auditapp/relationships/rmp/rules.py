"""The relationship management plan: its sections, its life, who agrees, how complete it is. Pure."""

import difflib
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from auditapp.kit.orm import canonical
from auditapp.kit.text import Text
from auditapp.relationships.rules import STAGES, Stage


class PlanKind(StrEnum):
    """Whose plan it is: the organization's for all relationships, our own for one, or both parties' for one."""

    CORPORATE = "corporate"
    INTERNAL = "internal"
    JOINT = "joint"


PLAN_KIND_LABELS: Mapping[PlanKind, Text] = {
    PlanKind.CORPORATE: Text("Corporate plan"),
    PlanKind.INTERNAL: Text("Internal plan"),
    PlanKind.JOINT: Text("Joint plan"),
}


@dataclass(frozen=True, kw_only=True)
class SectionKind:
    """A section: its title, what belongs in it, and the stage from which on it is expected to be filled."""

    title: Text
    hint: Text
    stage: Stage


S = Stage
SECTIONS: Mapping[str, SectionKind] = {
    "scope_and_context": SectionKind(
        title=Text("Scope and context"), stage=S.AWARENESS,
        hint=Text("What the relationship is about, what it is not about, and what surrounds it."),
    ),
    "parties_and_contacts": SectionKind(
        title=Text("Parties and contacts"), stage=S.AWARENESS,
        hint=Text("Who the parties are, who speaks for each of them, and about what."),
    ),
    "policy_and_principles": SectionKind(
        title=Text("Policy and principles"), stage=S.AWARENESS,
        hint=Text("Values, culture and rules of behaviour that both sides stand for."),
    ),
    "objectives_own_and_joint": SectionKind(
        title=Text("Objectives, own and joint"), stage=S.AWARENESS,
        hint=Text("What each side wants, what both want, and how one would know."),
    ),
    "business_case_and_value": SectionKind(
        title=Text("Business case and value"), stage=S.KNOWLEDGE,
        hint=Text("Why working together is worth it, for whom, and what it costs."),
    ),
    "governance_and_forums": SectionKind(
        title=Text("Governance and forums"), stage=S.WORKING_TOGETHER,
        hint=Text("Who decides what, in which meeting, how often."),
    ),
    "roles_and_responsibilities": SectionKind(
        title=Text("Roles and responsibilities"), stage=S.INTERNAL_ASSESSMENT,
        hint=Text("Who does what on each side, and who stands in."),
    ),
    "competencies_and_behaviours": SectionKind(
        title=Text("Competencies and behaviours"), stage=S.AWARENESS,
        hint=Text("What people need to know, be able to do, and how they are expected to behave."),
    ),
    "communications": SectionKind(
        title=Text("Communications"), stage=S.WORKING_TOGETHER,
        hint=Text("Who is told what, by which way, how often."),
    ),
    "knowledge_and_information_sharing": SectionKind(
        title=Text("Knowledge and information sharing"), stage=S.KNOWLEDGE,
        hint=Text("What is shared, what is not, and how it is protected."),
    ),
    "risk_and_opportunity": SectionKind(
        title=Text("Risk and opportunity"), stage=S.KNOWLEDGE,
        hint=Text("How risks are found, weighed and treated together, and the main ones."),
    ),
    "interdependencies": SectionKind(
        title=Text("Interdependencies"), stage=S.KNOWLEDGE,
        hint=Text("What other relationships and projects this one leans on, and which lean on it."),
    ),
    "processes_and_systems": SectionKind(
        title=Text("Processes and systems"), stage=S.INTERNAL_ASSESSMENT,
        hint=Text("Which processes are joint, which meet, and with which tools."),
    ),
    "performance_measures": SectionKind(
        title=Text("Performance measures"), stage=S.WORKING_TOGETHER,
        hint=Text("What is measured, by whom, against which target; delivery and the relationship itself."),
    ),
    "value_creation": SectionKind(
        title=Text("Value creation"), stage=S.VALUE_CREATION,
        hint=Text("How ideas are raised, decided, carried out, and how what they bring is shared."),
    ),
    "issue_resolution": SectionKind(
        title=Text("Issue resolution"), stage=S.WORKING_TOGETHER,
        hint=Text("The levels, who holds each, how long each has, and what comes after the last."),
    ),
    "contract_arrangements": SectionKind(
        title=Text("Contract arrangements"), stage=S.WORKING_TOGETHER,
        hint=Text("Which agreements there are, and how this plan stands to them."),
    ),
    "exit_strategy": SectionKind(
        title=Text("Exit strategy"), stage=S.KNOWLEDGE,
        hint=Text("A first assessment early, the agreed strategy later: boundaries, triggers, steps."),
    ),
    "action_plan": SectionKind(
        title=Text("Action plan"), stage=S.INTERNAL_ASSESSMENT,
        hint=Text("What is to be done next, by whom, until when."),
    ),
    "review_log": SectionKind(
        title=Text("Review and updating"), stage=S.STAYING_TOGETHER,
        hint=Text("How this plan is kept alive. The log of its reviews is kept by itself."),
    ),
}  # fmt: skip


class VersionStatus(StrEnum):
    """The life of a version."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class VersionVerb(StrEnum):
    """What can be done with a version."""

    EDIT = "edit"
    SUBMIT = "submit"
    AGREE = "agree"  # one party; the last of them makes it agreed
    COMPLETE = "complete"
    RETURN = "return"
    BRING_INTO_FORCE = "bring_into_force"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


V, VB = VersionStatus, VersionVerb
STEPS: Mapping[tuple[VersionStatus, VersionVerb], VersionStatus] = {
    (V.DRAFT, VB.EDIT): V.DRAFT,
    (V.DRAFT, VB.SUBMIT): V.SUBMITTED,
    (V.SUBMITTED, VB.AGREE): V.SUBMITTED,
    (V.SUBMITTED, VB.COMPLETE): V.AGREED,
    (V.SUBMITTED, VB.RETURN): V.DRAFT,
    (V.AGREED, VB.RETURN): V.DRAFT,
    (V.AGREED, VB.BRING_INTO_FORCE): V.IN_FORCE,
    (V.IN_FORCE, VB.SUPERSEDE): V.SUPERSEDED,
    (V.DRAFT, VB.WITHDRAW): V.WITHDRAWN,
    (V.SUBMITTED, VB.WITHDRAW): V.WITHDRAWN,
    (V.AGREED, VB.WITHDRAW): V.WITHDRAWN,
}
OPEN = frozenset({V.DRAFT, V.SUBMITTED, V.AGREED})  # at most one version of a plan is under way
SEEN_BY_PARTNER = frozenset({V.SUBMITTED, V.AGREED, V.IN_FORCE, V.SUPERSEDED})
STATUS_LABELS: Mapping[VersionStatus, Text] = {
    V.DRAFT: Text("Draft"),
    V.SUBMITTED: Text("Waits for agreement"),
    V.AGREED: Text("Agreed by each party"),
    V.IN_FORCE: Text("In force"),
    V.SUPERSEDED: Text("Superseded"),
    V.WITHDRAWN: Text("Withdrawn"),
}
STATUS_TONES: Mapping[VersionStatus, str] = {
    V.DRAFT: "quiet",
    V.SUBMITTED: "attention",
    V.AGREED: "on_track",
    V.IN_FORCE: "done",
    V.SUPERSEDED: "quiet",
    V.WITHDRAWN: "quiet",
}
REFUSALS: Mapping[VersionVerb, Text] = {
    VB.EDIT: Text("Only a draft can be changed. Begin a new version, or have this one returned first."),
    VB.SUBMIT: Text("Only a draft can be submitted. Open the plan again: somebody was faster."),
    VB.AGREE: Text("This version does not wait for agreement. Open the plan again and look."),
    VB.COMPLETE: Text("This version does not wait for agreement."),
    VB.RETURN: Text("Only a version that was submitted can be returned."),
    VB.BRING_INTO_FORCE: Text("It comes into force when each party has agreed. See who has not."),
    VB.SUPERSEDE: Text("Only the version in force is superseded."),
    VB.WITHDRAW: Text("A version that was in force cannot be withdrawn; a new version supersedes it."),
}


class ReviewOutcome(StrEnum):
    """What a review came to."""

    CONFIRMED = "confirmed"
    CHANGES = "changes"
    NEW_VERSION = "new_version"


OUTCOME_LABELS: Mapping[ReviewOutcome, Text] = {
    ReviewOutcome.CONFIRMED: Text("Confirmed as it is"),
    ReviewOutcome.CHANGES: Text("Changes needed"),
    ReviewOutcome.NEW_VERSION: Text("Changed: a new version"),
}


class Fill(StrEnum):
    """How far a section is."""

    EMPTY = "empty"
    STARTED = "started"  # there is text, and nobody is named for it
    COMPLETE = "complete"
    STALE = "stale"  # complete, and older than the stage the relationship is in


FILL_LABELS: Mapping[Fill, Text] = {
    Fill.EMPTY: Text("Empty"),
    Fill.STARTED: Text("Begun: nobody is named for it"),
    Fill.COMPLETE: Text("Complete"),
    Fill.STALE: Text("Older than this stage"),
}
FILL_TONES: Mapping[Fill, str] = {
    Fill.EMPTY: "quiet",
    Fill.STARTED: "attention",
    Fill.COMPLETE: "done",
    Fill.STALE: "attention",
}


def fill_of(*, text: str, has_owner: bool, older_than_stage: bool) -> Fill:
    """How far one section is."""
    if not text.strip():
        return Fill.EMPTY
    if not has_owner:
        return Fill.STARTED
    return Fill.STALE if older_than_stage else Fill.COMPLETE


def expected_by(stage: Stage) -> tuple[str, ...]:
    """The sections that are expected to be filled in a stage: those of it and of the stages before."""
    if stage not in STAGES:
        return tuple(SECTIONS)
    come = STAGES.index(stage)
    return tuple(key for key, kind in SECTIONS.items() if STAGES.index(kind.stage) <= come)


@dataclass(frozen=True, kw_only=True)
class StageFill:
    """How many of the sections that a stage expects have text."""

    stage: Stage
    filled: int
    expected: int


def completeness(filled: Collection[str]) -> list[StageFill]:
    """Per stage, how many of the sections it expects are there. ``filled``: keys of sections with text."""
    return [
        StageFill(
            stage=stage,
            filled=len(set(expected_by(stage)) & set(filled)),
            expected=len(expected_by(stage)),
        )
        for stage in STAGES
    ]


def content_hash(sections: Mapping[str, str]) -> str:
    """What was agreed to: SHA-256 over the texts by section, as 64 hex digits. An empty section counts as absent."""
    kept = {key: text for key, text in sections.items() if text.strip()}
    return hashlib.sha256(canonical(kept).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of text in a comparison: ``same``, ``gone`` or ``new``."""

    op: str
    text: str


_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 800  # of two lines that are compared word by word


def compare(old: str, new: str) -> list[Piece]:
    """Two texts side by side: whole lines first, then words inside the lines that changed."""
    return list(_joined(_pieces(old.splitlines(keepends=True), new.splitlines(keepends=True))))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for op, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if op == "equal":
            yield Piece(op="same", text="".join(old[a:b]))
        elif op == "replace":
            yield from _words("".join(old[a:b]), "".join(new[c:d]))
        else:
            if b > a:
                yield Piece(op="gone", text="".join(old[a:b]))
            if d > c:
                yield Piece(op="new", text="".join(new[c:d]))


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        yield Piece(op="gone", text=old)
        yield Piece(op="new", text=new)
        return
    for op, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if op == "equal":
            yield Piece(op="same", text="".join(before[a:b]))
        else:
            if b > a:
                yield Piece(op="gone", text="".join(before[a:b]))
            if d > c:
                yield Piece(op="new", text="".join(after[c:d]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    held: Piece | None = None
    for piece in pieces:
        if held is not None and held.op == piece.op:
            held = Piece(op=held.op, text=held.text + piece.text)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held
