"""The life of a nonconformity as one table (ISO 44001 10.1, ISO 9001 10.2; ISO 19011 6.7). Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from auditapp.findings.rules.parts import Part
from auditapp.kit.errors import NotAllowed
from auditapp.kit.states import step
from auditapp.kit.text import Text


class NcStatus(StrEnum):
    """Where a nonconformity stands. Overdue is no status: it is derived from ``turn_due_on``."""

    DRAFT = "draft"
    ISSUED = "issued"  # waits for acknowledgement
    DISPUTED = "disputed"
    CONTAINMENT = "containment"  # acknowledged: correction and containment
    CAUSE = "cause"  # cause and extent
    PLANNING = "planning"
    PLAN_SUBMITTED = "plan_submitted"
    PLAN_RETURNED = "plan_returned"
    IMPLEMENTING = "implementing"
    VERIFICATION = "verification"
    EFFECTIVENESS = "effectiveness"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class NcVerb(StrEnum):
    """What can be done with a nonconformity. Those that keep the status stand in ``STEPS`` too."""

    EDIT = "edit"
    ISSUE = "issue"
    ACKNOWLEDGE = "acknowledge"
    DISPUTE = "dispute"
    ANSWER_DISPUTE = "answer_dispute"  # the auditor's view, beside the auditee's
    CONCEDE = "concede"  # the auditee takes the dispute back
    UPHOLD = "uphold"  # decided: it stands, perhaps with another grade
    ANNUL = "annul"  # decided: it does not stand
    MAINTAIN = "maintain"  # decided, but the auditee's opinion stays different: prints in the report
    CONTAIN = "contain"
    ANALYSE = "analyse"  # change whys, causes, extent
    COMPLETE_CAUSE = "complete_cause"
    REWORK_CAUSE = "rework_cause"
    PROPOSE_ACTION = "propose_action"
    SET_CRITERIA = "set_criteria"  # of the effectiveness check, in advance
    SUBMIT_PLAN = "submit_plan"
    RETURN_PLAN = "return_plan"
    ACCEPT_PLAN = "accept_plan"
    REVISE_PLAN = "revise_plan"
    SUBMIT_WORK = "submit_work"
    RETURN_WORK = "return_work"
    VERIFY = "verify"
    CONFIRM = "confirm"  # effective
    FAIL = "fail"  # not effective: reopens
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    REGRADE = "regrade"
    REASSIGN = "reassign"  # another responsible person or deputy
    ASSIGN_VERIFIER = "assign_verifier"
    RELATE = "relate"  # say which earlier one it repeats, or take that back
    RECORD_REPLY = "record_reply"  # to the certification body
    CARRY_OVER = "carry_over"  # out of the audit that is being completed
    COMMENT = "comment"
    ATTACH = "attach"


S, V = NcStatus, NcVerb
ENDED = frozenset({S.CLOSED, S.WITHDRAWN})
OPEN = frozenset(S) - ENDED
AT_WORK = frozenset(
    {S.CONTAINMENT, S.CAUSE, S.PLANNING, S.PLAN_SUBMITTED, S.PLAN_RETURNED, S.IMPLEMENTING}
) | {S.VERIFICATION, S.EFFECTIVENESS}
ANALYSIS = frozenset({S.CAUSE, S.PLANNING, S.PLAN_RETURNED})
PLANNABLE = frozenset({S.CONTAINMENT, S.CAUSE, S.PLANNING, S.PLAN_RETURNED, S.IMPLEMENTING})


def _same(verb: NcVerb, statuses: Iterable[NcStatus]) -> dict[tuple[NcStatus, NcVerb], NcStatus]:
    return {(status, verb): status for status in sorted(statuses)}


STEPS: Mapping[tuple[NcStatus, NcVerb], NcStatus] = {
    (S.DRAFT, V.EDIT): S.DRAFT,
    (S.DRAFT, V.ISSUE): S.ISSUED,
    (S.ISSUED, V.ACKNOWLEDGE): S.CONTAINMENT,
    (S.ISSUED, V.DISPUTE): S.DISPUTED,
    (S.DISPUTED, V.ANSWER_DISPUTE): S.DISPUTED,
    (S.DISPUTED, V.CONCEDE): S.CONTAINMENT,
    (S.DISPUTED, V.UPHOLD): S.CONTAINMENT,
    (S.DISPUTED, V.ANNUL): S.WITHDRAWN,
    **_same(V.MAINTAIN, AT_WORK),
    (S.CONTAINMENT, V.CONTAIN): S.CAUSE,
    **_same(V.ANALYSE, ANALYSIS),
    (S.CAUSE, V.COMPLETE_CAUSE): S.PLANNING,
    (S.PLANNING, V.REWORK_CAUSE): S.CAUSE,
    (S.PLAN_RETURNED, V.REWORK_CAUSE): S.CAUSE,
    **_same(V.PROPOSE_ACTION, PLANNABLE),
    **_same(V.SET_CRITERIA, ANALYSIS),
    (S.PLANNING, V.SUBMIT_PLAN): S.PLAN_SUBMITTED,
    (S.PLAN_RETURNED, V.SUBMIT_PLAN): S.PLAN_SUBMITTED,
    (S.PLAN_SUBMITTED, V.RETURN_PLAN): S.PLAN_RETURNED,
    (S.PLAN_SUBMITTED, V.ACCEPT_PLAN): S.IMPLEMENTING,
    (S.IMPLEMENTING, V.REVISE_PLAN): S.PLANNING,
    (S.IMPLEMENTING, V.SUBMIT_WORK): S.VERIFICATION,
    (S.VERIFICATION, V.RETURN_WORK): S.IMPLEMENTING,
    (S.VERIFICATION, V.VERIFY): S.EFFECTIVENESS,
    (S.EFFECTIVENESS, V.CONFIRM): S.CLOSED,
    (S.EFFECTIVENESS, V.FAIL): S.CAUSE,
    (S.CLOSED, V.REOPEN): S.CAUSE,
    (S.WITHDRAWN, V.REOPEN): S.ISSUED,
    **{(status, V.WITHDRAW): S.WITHDRAWN for status in sorted(OPEN)},
    **_same(V.REGRADE, OPEN - {S.DRAFT, S.DISPUTED}),
    **_same(V.REASSIGN, OPEN),
    **_same(V.ASSIGN_VERIFIER, OPEN),
    **_same(V.RELATE, OPEN),
    **_same(V.RECORD_REPLY, OPEN - {S.DRAFT}),
    **_same(V.CARRY_OVER, OPEN),
    **_same(V.COMMENT, S),
    **_same(V.ATTACH, OPEN),
}

# Who may do what, by the part somebody has in this one nonconformity (see ``parts``).
_WORK = frozenset({Part.RESPONSIBLE, Part.DEPUTY})
_JUDGE = frozenset({Part.VERIFIER, Part.LEADER, Part.MANAGER})
WHO: Mapping[NcVerb, frozenset[Part]] = {
    V.EDIT: frozenset({Part.RAISER, Part.LEADER, Part.AUDITOR, Part.MANAGER}),
    V.ISSUE: frozenset({Part.LEADER, Part.AUDITOR, Part.MANAGER}),
    V.ACKNOWLEDGE: _WORK,
    V.DISPUTE: _WORK,
    V.ANSWER_DISPUTE: frozenset({Part.VERIFIER, Part.LEADER, Part.ISSUER}),
    V.CONCEDE: _WORK,
    V.UPHOLD: frozenset({Part.MANAGER}),
    V.ANNUL: frozenset({Part.MANAGER}),
    V.MAINTAIN: _WORK,
    V.CONTAIN: _WORK,
    V.ANALYSE: _WORK,
    V.COMPLETE_CAUSE: _WORK,
    V.REWORK_CAUSE: _WORK,
    V.PROPOSE_ACTION: _WORK | {Part.MANAGER},
    V.SET_CRITERIA: _WORK,
    V.SUBMIT_PLAN: _WORK,
    V.RETURN_PLAN: _JUDGE,
    V.ACCEPT_PLAN: _JUDGE,
    V.REVISE_PLAN: _WORK | _JUDGE,
    V.SUBMIT_WORK: _WORK,
    V.RETURN_WORK: _JUDGE,
    V.VERIFY: _JUDGE,
    V.CONFIRM: _JUDGE,
    V.FAIL: _JUDGE,
    V.REOPEN: _JUDGE | {Part.SER},
    V.WITHDRAW: frozenset({Part.LEADER, Part.MANAGER}),
    V.REGRADE: _JUDGE,
    V.REASSIGN: frozenset({Part.RESPONSIBLE, Part.LEADER, Part.MANAGER}),
    V.ASSIGN_VERIFIER: frozenset({Part.LEADER, Part.MANAGER}),
    V.RELATE: frozenset({Part.LEADER, Part.AUDITOR, Part.VERIFIER, Part.MANAGER}),
    V.RECORD_REPLY: _WORK | {Part.MANAGER},
    V.CARRY_OVER: frozenset({Part.LEADER, Part.MANAGER}),
    V.COMMENT: frozenset({Part.READER}),
    V.ATTACH: _WORK | _JUDGE | {Part.RAISER, Part.OWNER},
}
# Parts that bar somebody from a verb although another part would allow it: nobody judges what is their own.
# The rows of those who verify are completed by ``verification``: independence as in an audit.
_ANSWERING = frozenset({Part.RESPONSIBLE, Part.DEPUTY, Part.FORMER})
_OWN_WORK = _ANSWERING | {Part.OWNER, Part.STAND_IN, Part.WORKER}
BARRED: Mapping[NcVerb, frozenset[Part]] = {
    V.UPHOLD: _ANSWERING | {Part.LEADER},
    V.ANNUL: _ANSWERING | {Part.LEADER},
    V.RETURN_PLAN: _ANSWERING,
    V.ACCEPT_PLAN: _ANSWERING,
    V.RETURN_WORK: _OWN_WORK,
    V.VERIFY: _OWN_WORK,
    V.CONFIRM: _OWN_WORK,
    V.FAIL: _OWN_WORK,
    V.REGRADE: _ANSWERING,
    V.WITHDRAW: _ANSWERING,
    V.CARRY_OVER: _ANSWERING,
}

STATUS_LABELS: Mapping[NcStatus, Text] = {
    S.DRAFT: Text("Draft"),
    S.ISSUED: Text("Issued"),
    S.DISPUTED: Text("Disputed"),
    S.CONTAINMENT: Text("Correction and containment"),
    S.CAUSE: Text("Cause and extent"),
    S.PLANNING: Text("Action plan"),
    S.PLAN_SUBMITTED: Text("Plan submitted"),
    S.PLAN_RETURNED: Text("Plan returned"),
    S.IMPLEMENTING: Text("Implementing"),
    S.VERIFICATION: Text("Verification"),
    S.EFFECTIVENESS: Text("Effectiveness check"),
    S.CLOSED: Text("Closed"),
    S.WITHDRAWN: Text("Withdrawn"),
}
# For parts/status.html: on_track, attention, overdue, done, quiet. An overdue turn is shown as overdue instead.
STATUS_TONES: Mapping[NcStatus, str] = {
    S.DRAFT: "quiet",
    S.ISSUED: "attention",
    S.DISPUTED: "attention",
    S.CONTAINMENT: "on_track",
    S.CAUSE: "on_track",
    S.PLANNING: "on_track",
    S.PLAN_SUBMITTED: "attention",
    S.PLAN_RETURNED: "attention",
    S.IMPLEMENTING: "on_track",
    S.VERIFICATION: "attention",
    S.EFFECTIVENESS: "on_track",
    S.CLOSED: "done",
    S.WITHDRAWN: "quiet",
}
# Why a verb is refused in a status that has no step for it: what stands in the way, and whose turn it is.
WHOSE_TURN: Mapping[NcStatus, Text] = {
    S.DRAFT: Text("It is a draft: an auditor or the audit programme manager issues it."),
    S.ISSUED: Text("It waits for the responsible person to acknowledge or dispute it."),
    S.DISPUTED: Text("It is disputed: the audit programme manager decides."),
    S.CONTAINMENT: Text("The responsible person records the correction and containment first."),
    S.CAUSE: Text("The responsible person finds the cause and the extent first."),
    S.PLANNING: Text("The responsible person finishes and submits the action plan."),
    S.PLAN_SUBMITTED: Text("The plan is submitted: the verifier accepts or returns it."),
    S.PLAN_RETURNED: Text("The plan was returned: the responsible person changes it and submits it again."),
    S.IMPLEMENTING: Text("The actions are being carried out: it is their owners’ turn."),
    S.VERIFICATION: Text("The work is submitted: the verifier looks at it."),
    S.EFFECTIVENESS: Text("The work is verified: the verifier checks its effect when the day has come."),
    S.CLOSED: Text("It is closed. Reopen it, with a reason, if it does not hold."),
    S.WITHDRAWN: Text("It was withdrawn. Reopen it, with a reason, if it holds after all."),
}


def next_status(status: NcStatus, verb: NcVerb) -> NcStatus:
    """The status that ``verb`` leads to; raises Refusal saying why not and whose turn it is."""
    refusal = Text(
        "This cannot be done while the nonconformity is “%(status)s”. %(turn)s",
        status=STATUS_LABELS[status],
        turn=WHOSE_TURN[status],
    )
    return step(STEPS, status, verb, refusal)


def may(verb: NcVerb, parts: frozenset[Part]) -> bool:
    """Whether somebody with these parts may do it at all, whatever the status."""
    return bool(WHO[verb] & parts) and not BARRED.get(verb, frozenset()) & parts


def require_may(verb: NcVerb, parts: frozenset[Part]) -> None:
    """Raises NotAllowed saying who may, or that it is the person's own work."""
    from_own = BARRED.get(verb, frozenset()) & parts
    if from_own and WHO[verb] & parts:
        raise NotAllowed(
            Text(
                "Nobody judges their own part: you are %(part)s here. Somebody else has to do this.",
                part=", ".join(str(PART_LABELS[part]) for part in sorted(from_own)),
            )
        )
    if not may(verb, parts):
        raise NotAllowed(
            Text(
                "This is not yours to do here. It is done by: %(who)s.",
                who=", ".join(str(PART_LABELS[part]) for part in sorted(WHO[verb])),
            )
        )


PART_LABELS: Mapping[Part, Text] = {
    Part.RAISER: Text("whoever raised it"),
    Part.ISSUER: Text("whoever issued it"),
    Part.RESPONSIBLE: Text("the responsible person"),
    Part.DEPUTY: Text("the deputy"),
    Part.FORMER: Text("somebody who answered for it before"),
    Part.VERIFIER: Text("the verifier"),
    Part.LEADER: Text("the audit team leader"),
    Part.AUDITOR: Text("an internal auditor"),
    Part.MANAGER: Text("the audit programme manager"),
    Part.SER: Text("the Senior Executive Responsible"),
    Part.OWNER: Text("the owner of an action in it"),
    Part.STAND_IN: Text("the deputy of an action in it"),
    Part.WORKER: Text("somebody who worked on an action in it"),
    Part.READER: Text("everybody who may read it"),
}


class Source(StrEnum):
    """Where a nonconformity comes from."""

    AUDIT = "audit"
    COMPLAINT = "complaint"
    PARTNER_FEEDBACK = "partner_feedback"
    ISSUE = "issue"
    MANAGEMENT_REVIEW = "management_review"
    CERTIFICATION_BODY = "certification_body"
    SELF_IDENTIFIED = "self_identified"


SOURCE_LABELS: Mapping[Source, Text] = {
    Source.AUDIT: Text("Internal audit"),
    Source.COMPLAINT: Text("Complaint"),
    Source.PARTNER_FEEDBACK: Text("Partner feedback"),
    Source.ISSUE: Text("Issue between the parties"),
    Source.MANAGEMENT_REVIEW: Text("Management review"),
    Source.CERTIFICATION_BODY: Text("Certification body"),
    Source.SELF_IDENTIFIED: Text("Self-identified"),
}


class DisputeOutcome(StrEnum):
    """How a dispute ended."""

    CONCEDED = "conceded"
    UPHELD = "upheld"
    REGRADED = "regraded"
    ANNULLED = "annulled"


OUTCOME_LABELS: Mapping[DisputeOutcome, Text] = {
    DisputeOutcome.CONCEDED: Text("Taken back by the auditee"),
    DisputeOutcome.UPHELD: Text("The nonconformity stands"),
    DisputeOutcome.REGRADED: Text("It stands with another grade"),
    DisputeOutcome.ANNULLED: Text("It does not stand"),
}


class CauseCategory(StrEnum):
    """The bones of the Ishikawa picture."""

    PEOPLE = "people"
    PROCESS = "process"
    INFORMATION = "information"
    PARTNER = "partner"
    RESOURCES = "resources"
    LEADERSHIP = "leadership"
    ENVIRONMENT = "environment"


CAUSE_LABELS: Mapping[CauseCategory, Text] = {
    CauseCategory.PEOPLE: Text("People"),
    CauseCategory.PROCESS: Text("Process"),
    CauseCategory.INFORMATION: Text("Information"),
    CauseCategory.PARTNER: Text("Partner"),
    CauseCategory.RESOURCES: Text("Resources"),
    CauseCategory.LEADERSHIP: Text("Leadership"),
    CauseCategory.ENVIRONMENT: Text("Environment"),
}


class ExtentResult(StrEnum):
    """What a check of the extent found: whether it occurs there too."""

    OPEN = "open"
    FOUND = "found"
    NOT_FOUND = "not_found"


EXTENT_LABELS: Mapping[ExtentResult, Text] = {
    ExtentResult.OPEN: Text("Not checked yet"),
    ExtentResult.FOUND: Text("Occurs there too"),
    ExtentResult.NOT_FOUND: Text("Does not occur there"),
}


class CheckResult(StrEnum):
    """What an effectiveness check said."""

    OPEN = "open"
    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not_effective"


CHECK_LABELS: Mapping[CheckResult, Text] = {
    CheckResult.OPEN: Text("Not checked yet"),
    CheckResult.EFFECTIVE: Text("Effective"),
    CheckResult.NOT_EFFECTIVE: Text("Not effective"),
}
