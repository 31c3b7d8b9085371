"""What can be told, by the field's own words; and where each thing is looked at. Pure.

An event is one or more verbs of the trail. The names stay as they are: programs of others hang on them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditapp.kit.text import Text

ALL = "all"  # every event of this list, and those that come to it later
PING = "ping"  # the test message: no event of its own
ALL_LABEL = Text("Everything on this list, and what comes to it later")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something a program can be told of."""

    label: Text
    verbs: tuple[str, ...]


EVENTS: Mapping[str, Event] = {
    "finding.raised": Event(label=Text("An audit finding was raised"), verbs=("finding.raised",)),
    "finding.changed": Event(
        label=Text("An audit finding was changed or corrected"),
        verbs=("finding.changed", "finding.corrected"),
    ),
    "finding.withdrawn": Event(label=Text("An audit finding was withdrawn"), verbs=("finding.withdrawn",)),
    "nonconformity.raised": Event(
        label=Text("A nonconformity was raised, as a draft"), verbs=("nonconformity.raised",)
    ),
    "nonconformity.issued": Event(label=Text("A nonconformity was issued"), verbs=("nonconformity.issued",)),
    "nonconformity.acknowledged": Event(
        label=Text("A nonconformity was acknowledged"), verbs=("nonconformity.acknowledged",)
    ),
    "nonconformity.disputed": Event(
        label=Text("A nonconformity was disputed"), verbs=("nonconformity.disputed",)
    ),
    "nonconformity.graded": Event(
        label=Text("The grade of a nonconformity was changed"), verbs=("nonconformity.regraded",)
    ),
    "nonconformity.plan_accepted": Event(
        label=Text("The action plan of a nonconformity was accepted"), verbs=("nonconformity.plan_accepted",)
    ),
    "nonconformity.verified": Event(
        label=Text("The work on a nonconformity was verified"), verbs=("nonconformity.verified",)
    ),
    "nonconformity.closed": Event(
        label=Text("A nonconformity was closed: its actions are effective"),
        verbs=("nonconformity.effective",),
    ),
    "nonconformity.reopened": Event(
        label=Text("A nonconformity was opened again"),
        verbs=("nonconformity.reopened", "nonconformity.not_effective"),
    ),
    "nonconformity.withdrawn": Event(
        label=Text("A nonconformity was withdrawn, or does not stand after a dispute"),
        verbs=("nonconformity.withdrawn", "nonconformity.dispute_annulled"),
    ),
    "action.assigned": Event(
        label=Text("An action was proposed or given to somebody else"),
        verbs=("action.proposed", "action.reassigned"),
    ),
    "action.accepted": Event(label=Text("An action was accepted"), verbs=("action.accepted",)),
    "action.asked": Event(
        label=Text("More time, another owner or an end was asked for an action"),
        verbs=(
            "action.extension_asked",
            "action.not_mine_said",
            "action.cant_do_said",
            "action.cancel_asked",
        ),
    ),
    "action.decided": Event(
        label=Text("What was asked for an action was granted or refused"),
        verbs=("action.request_granted", "action.request_refused"),
    ),
    "action.completed": Event(label=Text("An action was said to be done"), verbs=("action.finished",)),
    "action.verified": Event(label=Text("An action was verified"), verbs=("action.verified",)),
    "action.reopened": Event(
        label=Text("An action was returned or opened again"), verbs=("action.returned", "action.reopened")
    ),
    "action.cancelled": Event(label=Text("An action was cancelled"), verbs=("action.cancelled",)),
    "audit.planned": Event(label=Text("An audit was planned"), verbs=("audit.planned",)),
    "audit.moved": Event(
        label=Text("An audit was postponed or has new dates"), verbs=("audit.postponed", "audit.rescheduled")
    ),
    "audit.cancelled": Event(label=Text("An audit was cancelled"), verbs=("audit.cancelled",)),
    "audit.started": Event(label=Text("The opening meeting of an audit was held"), verbs=("audit.opened",)),
    "audit.reported": Event(
        label=Text("The report of an audit was issued, or a corrected revision of it"),
        verbs=("report.issued", "report.corrected"),
    ),
    "audit.completed": Event(label=Text("An audit was completed"), verbs=("audit.completed",)),
    "obligation.done": Event(label=Text("A recurring obligation was met"), verbs=("obligation.done",)),
    "obligation.moved": Event(
        label=Text("A recurring obligation was moved or skipped"),
        verbs=("obligation.moved", "obligation.skipped"),
    ),
    "issue.raised": Event(label=Text("An issue was raised"), verbs=("issue.raised",)),
    "issue.escalated": Event(
        label=Text("An issue moved up the issue-resolution ladder"),
        verbs=("issue.moved_up", "issue.moved_up_itself", "issue.jumped", "issue.ladder_ended"),
    ),
    "issue.resolved": Event(
        label=Text("An issue was resolved"),
        verbs=("issue.resolved", "issue.resolved_alone", "issue.accepted", "issue.accepted_by_silence"),
    ),
    "issue.reopened": Event(label=Text("An issue was opened again"), verbs=("issue.reopened",)),
    "issue.withdrawn": Event(label=Text("An issue was withdrawn"), verbs=("issue.withdrawn",)),
    "rmp.issued": Event(label=Text("A version of an RMP came into force"), verbs=("rmp.in_force",)),
    "rmp.reviewed": Event(label=Text("An RMP was reviewed"), verbs=("rmp.reviewed",)),
    "exit_strategy.issued": Event(
        label=Text("A version of an exit strategy came into force"), verbs=("exit.put_in_force",)
    ),
    "exit.triggered": Event(label=Text("An exit trigger has tripped"), verbs=("exit.trigger_tripped",)),
    "exit.begun": Event(label=Text("An exit was begun"), verbs=("exit.activated",)),
    "exit.called_off": Event(label=Text("An exit was called off"), verbs=("exit.called_off",)),
    "exit.completed": Event(label=Text("An exit was completed"), verbs=("exit.completed",)),
    "management_review.planned": Event(
        label=Text("A management review was planned"), verbs=("management_review.planned",)
    ),
    "management_review.held": Event(
        label=Text("A management review was held"), verbs=("management_review.held",)
    ),
    "management_review.issued": Event(
        label=Text("The minutes of a management review were issued, or corrected"),
        verbs=("management_review.minutes_issued", "management_review.minutes_corrected"),
    ),
    "relationship.added": Event(label=Text("A relationship was added"), verbs=("relationship.added",)),
    "relationship.stage_moved": Event(
        label=Text("A relationship moved to another stage"),
        verbs=("relationship.stage_moved", "relationship.declined", "relationship.stage_reopened"),
    ),
    "certificate.decided": Event(
        label=Text("The certification body decided about a certificate"), verbs=("certificate.decided",)
    ),
    "certificate_finding.raised": Event(
        label=Text("The certification body found something"), verbs=("certificate_finding.raised",)
    ),
    "document.approved": Event(
        label=Text("A version of a document was approved"), verbs=("document.approved",)
    ),
    "risk.occurred": Event(label=Text("A risk has occurred"), verbs=("risk.occurred",)),
    "objective.reached": Event(label=Text("An objective was reached"), verbs=("objective.reached",)),
}
# How the list is folded on the page: what an event's name begins with.
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("Audits and their findings"), ("audit", "finding")),
    (Text("Nonconformities"), ("nonconformity",)),
    (Text("Actions"), ("action",)),
    (Text("Issues"), ("issue",)),
    (Text("RMPs and exits"), ("rmp", "exit_strategy", "exit")),
    (
        Text("Relationships, obligations, documents and registers"),
        ("relationship", "obligation", "document", "risk", "objective"),
    ),
    (
        Text("Management review and certification"),
        ("management_review", "certificate", "certificate_finding"),
    ),
)
EVENT_OF: Mapping[str, str] = {verb: key for key, event in EVENTS.items() for verb in event.verbs}
LABELS: Mapping[str, Text] = {
    ALL: ALL_LABEL,
    **{key: event.label for key, event in EVENTS.items()},
    PING: Text("Test message"),
}


def verbs_of(chosen: Iterable[str]) -> frozenset[str]:
    """The verbs of some events; one that is no longer known has none."""
    wanted = set(chosen)
    return frozenset(verb for verb, key in EVENT_OF.items() if ALL in wanted or key in wanted)


def grouped() -> list[tuple[Text, list[str]]]:
    """The events by subject, as the page folds them."""
    return [(label, [key for key in EVENTS if key.partition(".")[0] in starts]) for label, starts in GROUPS]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page or an operation, and what its arguments are: the thing's ``ref`` or ``id``, or the ref of its relationship or audit."""

    endpoint: str
    args: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where people look at a thing, and programs, where they can."""

    page: Place
    api: Place | None = None


def _both(page: str, api: str, argument: str = "ref") -> Places:
    return Places(
        page=Place(endpoint=page, args={argument: "ref"}),
        api=Place(endpoint=f"api_v1.{api}", args={"ref": "ref"}),
    )


def _within(page: str, argument: str = "", api: str = "") -> Places:
    """A page under its relationship."""
    args = {"ref": "relationship"} | ({argument: "ref"} if argument else {})
    return Places(
        page=Place(endpoint=page, args=args),
        api=Place(endpoint=f"api_v1.{api}", args=args) if api else None,
    )


PLACES: Mapping[str, Places] = {
    "finding": _both("execution.finding", "finding"),
    "nonconformity": _both("findings.show", "nonconformity"),
    "action": _both("findings.action", "action"),
    "audit": _both("plan.show", "audit"),
    "report": Places(
        page=Place(endpoint="report.show", args={"ref": "audit"}),
        api=Place(endpoint="api_v1.audit_reports", args={"ref": "audit"}),
    ),
    "obligation": Places(
        page=Place(endpoint="obligations.show", args={"obligation_id": "id"}),
        api=Place(endpoint="api_v1.obligation", args={"obligation_id": "id"}),
    ),
    "issue": Places(
        page=Place(endpoint="issues.show", args={"ref": "relationship", "number": "ref"}),
        api=Place(endpoint="api_v1.issue", args={"ref": "ref"}),
    ),
    "rmp": _both("rmp.show", "plan", "plan_ref"),
    "exit": _within("exits.of_relationship"),
    "exit_trigger": _within("exits.of_relationship"),
    "exit_process": _within("exits.process", "number"),
    "management_review": Places(page=Place(endpoint="management_review.show", args={"ref": "ref"})),
    "relationship": _both("dossier.show", "relationship"),
    "certificate": _both("certification.show", "certificate"),
    "certificate_finding": _both("certification.finding", "certificate_finding"),
    "document": _both("documents.show", "document", "document_ref"),
    "risk": _within("risks.show", "risk_ref", "risk"),
    "objective": _both("objectives.show", "objective", "objective_ref"),
}


def table() -> str:
    """The list of events, as docs/webhooks.md prints it."""
    lines = ["| event | when | facts of the history |", "|---|---|---|"]
    for key, event in EVENTS.items():
        lines.append(f"| `{key}` | {event.label} | {', '.join(f'`{one}`' for one in event.verbs)} |")
    return "\n".join(lines) + "\n"
