"""What nonconformities and actions ask of the person who looks, one line each. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from auditapp.findings.rules.action import ActionStatus, RequestKind, barred_from, deciders
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.rules.parts import Part
from auditapp.kit.text import Text

SOON = timedelta(days=7)
N, A = NcStatus, ActionStatus


class Place(StrEnum):
    """The page that does a step: the endpoint of ``findings`` that has it."""

    NONCONFORMITY = "show"
    ISSUE = "issue"
    ANSWER = "answer_dispute"
    DECIDE = "decide_dispute"
    CONTAIN = "contain"
    CAUSES = "causes"
    SUBMIT = "submit_work"
    VERIFY = "verify"
    CHECK = "check_effect"
    ACTION = "action"
    VERIFY_ACTION = "verify_action"
    EXTENT = "record_extent"


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A line of a home page. ``key`` completes the address where the number alone does not."""

    ref: str
    title: str
    sentence: Text
    step: Text
    place: Place
    state: str
    due: date | None = None
    key: str = ""
    on_whom: str = ""
    asked: bool = False  # waits for a decision or a judgement of somebody about the work of others


def state(due: date | None, today: date) -> str:
    """How urgent it is, as a tone of parts/status.html."""
    if due is None:
        return "attention"
    if due < today:
        return "overdue"
    return "attention" if due - today <= SOON else "on_track"


# Status -> the step, the sentence, where: of the responsible person, and of the verifier.
_RESPONSIBLE: Mapping[NcStatus, tuple[Text, Text, Place]] = {
    N.ISSUED: (
        Text("Acknowledge or dispute it"),
        Text("It waits for you to acknowledge it, or to dispute it and say why."),
        Place.NONCONFORMITY,
    ),
    N.CONTAINMENT: (
        Text("Record correction and containment"),
        Text("What was put right at once, and what keeps it from doing harm?"),
        Place.CONTAIN,
    ),
    N.CAUSE: (
        Text("Find the cause"),
        Text("Why did it occur, and where else may it occur?"),
        Place.CAUSES,
    ),
    N.PLANNING: (
        Text("Finish the action plan"),
        Text("The action plan is not submitted yet."),
        Place.NONCONFORMITY,
    ),
    N.PLAN_RETURNED: (
        Text("Change the action plan"),
        Text("The verifier returned the action plan."),
        Place.NONCONFORMITY,
    ),
    N.IMPLEMENTING: (
        Text("Submit the work"),
        Text("All its actions are done. The verifier waits for you to submit the work."),
        Place.SUBMIT,
    ),
}
_VERIFIER: Mapping[NcStatus, tuple[Text, Text, Place]] = {
    N.DISPUTED: (
        Text("Answer the dispute"),
        Text("The responsible person disputes it. Give the audit team’s view."),
        Place.ANSWER,
    ),
    N.PLAN_SUBMITTED: (
        Text("Look at the action plan"),
        Text("The action plan waits for you: accept it, or return it and say why."),
        Place.NONCONFORMITY,
    ),
    N.VERIFICATION: (
        Text("Verify the work"),
        Text("The work is submitted: verify it, or return it and say why."),
        Place.VERIFY,
    ),
    N.EFFECTIVENESS: (
        Text("Check the effect"),
        Text("The day of the effectiveness check has come."),
        Place.CHECK,
    ),
}
_MANAGER: Mapping[NcStatus, tuple[Text, Text, Place]] = {
    N.DRAFT: (
        Text("Issue it"),
        Text("It is a draft. Name who answers for it and who verifies it, then issue it."),
        Place.ISSUE,
    ),
    N.DISPUTED: (
        Text("Decide the dispute"),
        Text("It is disputed, and you decide whether it stands."),
        Place.DECIDE,
    ),
}


@dataclass(frozen=True, kw_only=True)
class NcLine:
    """A nonconformity that may wait for the person who looks, and their part in it."""

    ref: str
    title: str
    status: NcStatus
    due: date | None = None
    works: bool = False  # I am responsible, or the deputy
    verifies: bool = False
    leads: bool = False  # I lead the audit it comes from
    manages: bool = False  # I manage the audit programme
    undone: bool = False  # an action in it is not done
    answered: bool = False  # its dispute has the audit team's view
    check_on: date | None = None


def of_nonconformity(line: NcLine, today: date) -> Duty | None:
    """What it asks of the person who looks; ``None`` when it is not their turn."""
    known = _step(line, today)
    if known is None:
        return None
    step, sentence, place = known
    return Duty(
        ref=line.ref,
        title=line.title,
        sentence=sentence,
        step=step,
        place=place,
        due=line.due,
        state=state(line.due, today),
        asked=not line.works,
    )


def _step(line: NcLine, today: date) -> tuple[Text, Text, Place] | None:
    status = line.status
    if line.works:
        waits = status is N.IMPLEMENTING and line.undone
        return None if waits else _RESPONSIBLE.get(status)
    if status is N.DISPUTED and line.manages and not line.leads:
        return _MANAGER[status]
    if status is N.DISPUTED:
        return _VERIFIER[status] if (line.verifies or line.leads) and not line.answered else None
    if status is N.DRAFT:
        return _MANAGER[status] if line.manages or line.leads else None
    if not line.verifies or (
        status is N.EFFECTIVENESS and line.check_on is not None and today < line.check_on
    ):
        return None
    return _VERIFIER.get(status)


_OWNER: Mapping[ActionStatus, tuple[Text, Text]] = {
    A.PROPOSED: (Text("Accept it"), Text("It is proposed to you: accept it, or say why not.")),
    A.ACCEPTED: (Text("Start"), Text("You accepted it. Say when you start, or that it is done.")),
    A.IN_PROGRESS: (Text("Say that it is done"), Text("You are carrying it out.")),
    A.RETURNED: (Text("Go on with it"), Text("The verifier returned it.")),
}


def of_action(ref: str, title: str, status: ActionStatus, due: date, *, today: date) -> Duty:
    """What one of my own actions asks of me. Raises KeyError when it is done or ended."""
    step, sentence = _OWNER[status]
    return Duty(
        ref=ref,
        title=title,
        sentence=sentence,
        step=step,
        place=Place.ACTION,
        due=due,
        state=state(due, today),
    )


def to_verify(ref: str, title: str, owner: str) -> Duty:
    """An action that is done and waits for me to verify it."""
    return Duty(
        ref=ref,
        title=title,
        sentence=Text("%(owner)s says that it is done. Verify it, or return it and say why.", owner=owner),
        step=Text("Verify it"),
        place=Place.VERIFY_ACTION,
        state="attention",
        asked=True,
    )


_ASKED: Mapping[RequestKind, Text] = {
    RequestKind.EXTENSION: Text("%(name)s asks for more time."),
    RequestKind.CANT_DO: Text("%(name)s says that it cannot be done."),
    RequestKind.NOT_MINE: Text("%(name)s says that it belongs to somebody else."),
    RequestKind.CANCEL: Text("%(name)s asks to cancel it."),
}


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """A request that waits for a decision, and the parts that the person who looks has in it."""

    ref: str
    title: str
    kind: RequestKind
    level: int
    asked_by: str
    mine: bool  # I asked, or I own the action
    parts: Collection[Part]
    due: date | None = None


def to_decide(line: RequestLine, today: date) -> Duty | None:
    """What a request asks of the person who looks; ``None`` when somebody else decides it."""
    parts = set(line.parts)
    if line.mine or not deciders(line.kind, line.level) & parts or barred_from(line.kind) & parts:
        return None
    return Duty(
        ref=line.ref,
        title=line.title,
        sentence=Text(_ASKED[line.kind].msgid, name=line.asked_by),
        step=Text("Decide"),
        place=Place.ACTION,
        due=line.due,
        state=state(line.due, today),
        asked=True,
    )


def to_check(nc_ref: str, where: str, key: str, due: date | None, *, today: date) -> Duty:
    """A check of the extent that was given to me."""
    return Duty(
        ref=nc_ref,
        title=where,
        key=key,
        sentence=Text("You were asked to look whether it occurs here too."),
        step=Text("Say what you found"),
        place=Place.EXTENT,
        due=due,
        state=state(due, today),
    )


def by_urgency(duties: Sequence[Duty]) -> list[Duty]:
    """The overdue first, then by day."""
    order = {"overdue": 0, "attention": 1, "on_track": 2}
    return sorted(duties, key=lambda one: (order.get(one.state, 3), one.due or date.max, one.ref))
