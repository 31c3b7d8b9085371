"""The steps that the head of a nonconformity offers: their words, pages and order. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit.text import Text

V = NcVerb


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A step as it is offered: ``label``, the page (or, with ``post``, the command) behind it, its look."""

    label: Text
    endpoint: str
    post: bool = False
    icon: str = ""
    danger: bool = False


# In the order in which they are offered. What has no line here is done on the page itself (comments, files).
OFFERS: Mapping[NcVerb, Offer] = {
    V.ISSUE: Offer(label=Text("Issue it"), endpoint="findings.issue", icon="arrow-right"),
    V.EDIT: Offer(label=Text("Change the draft"), endpoint="findings.edit_draft", icon="pencil"),
    V.ACKNOWLEDGE: Offer(
        label=Text("Acknowledge it"), endpoint="findings.acknowledge", post=True, icon="check"
    ),
    V.DISPUTE: Offer(label=Text("Dispute it"), endpoint="findings.dispute", icon="message-square"),
    V.UPHOLD: Offer(label=Text("Decide the dispute"), endpoint="findings.decide_dispute", icon="check"),
    V.ANSWER_DISPUTE: Offer(
        label=Text("Answer the dispute"), endpoint="findings.answer_dispute", icon="message-square"
    ),
    V.CONCEDE: Offer(
        label=Text("Take the dispute back"), endpoint="findings.concede", post=True, icon="undo-2"
    ),
    V.CONTAIN: Offer(
        label=Text("Record correction and containment"), endpoint="findings.contain", icon="shield-check"
    ),
    V.ANALYSE: Offer(label=Text("Work on cause and extent"), endpoint="findings.causes", icon="search"),
    V.SUBMIT_PLAN: Offer(
        label=Text("Look at the plan and submit it"), endpoint="findings.submit_plan", icon="list-checks"
    ),
    V.PROPOSE_ACTION: Offer(label=Text("Add an action"), endpoint="findings.propose_action", icon="plus"),
    V.SET_CRITERIA: Offer(
        label=Text("Criteria of the effectiveness check"), endpoint="findings.set_criteria", icon="flag"
    ),
    V.ACCEPT_PLAN: Offer(label=Text("Accept the plan"), endpoint="findings.accept_plan", icon="check"),
    V.RETURN_PLAN: Offer(label=Text("Return the plan"), endpoint="findings.return_plan", icon="undo-2"),
    V.SUBMIT_WORK: Offer(
        label=Text("Submit the work for verification"), endpoint="findings.submit_work", icon="arrow-right"
    ),
    V.VERIFY: Offer(label=Text("Verify the work"), endpoint="findings.verify", icon="clipboard-check"),
    V.RETURN_WORK: Offer(label=Text("Return the work"), endpoint="findings.return_work", icon="undo-2"),
    V.CONFIRM: Offer(
        label=Text("Check the effect"), endpoint="findings.check_effect", icon="clipboard-check"
    ),
    V.MAINTAIN: Offer(
        label=Text("Keep a different opinion"), endpoint="findings.maintain", icon="message-square"
    ),
    V.RECORD_REPLY: Offer(
        label=Text("Record the reply to the certification body"),
        endpoint="findings.record_reply",
        icon="mail",
    ),
    V.REVISE_PLAN: Offer(
        label=Text("Take the plan back to change it"), endpoint="findings.revise_plan", icon="undo-2"
    ),
    V.REWORK_CAUSE: Offer(
        label=Text("Go back to the cause"), endpoint="findings.rework_cause", icon="undo-2"
    ),
    V.REASSIGN: Offer(label=Text("Change who answers for it"), endpoint="findings.reassign", icon="users"),
    V.ASSIGN_VERIFIER: Offer(
        label=Text("Change the verifier"), endpoint="findings.assign_verifier", icon="user"
    ),
    V.REGRADE: Offer(label=Text("Change the grade"), endpoint="findings.regrade", icon="layers"),
    V.REOPEN: Offer(label=Text("Reopen it"), endpoint="findings.reopen", icon="undo-2"),
    V.WITHDRAW: Offer(label=Text("Withdraw %(ref)s"), endpoint="findings.withdraw", icon="x", danger=True),
}
# Beside the main step: the other answer to the same question. The rest is folded.
BESIDE = frozenset(
    {
        V.EDIT,
        V.DISPUTE,
        V.ANSWER_DISPUTE,
        V.CONCEDE,
        V.PROPOSE_ACTION,
        V.RETURN_PLAN,
        V.RETURN_WORK,
        V.ANALYSE,
        V.RECORD_REPLY,
        V.REOPEN,
    }
)


def offered(
    main: NcVerb | None, may: Collection[NcVerb]
) -> tuple[NcVerb | None, tuple[NcVerb, ...], tuple[NcVerb, ...]]:
    """The large step, the quiet ones beside it, and the folded rest, in order."""
    large = main if main in OFFERS and main in may else None
    others = [verb for verb in OFFERS if verb in may and verb is not large]
    beside = tuple(verb for verb in others if verb in BESIDE)
    return large, beside, tuple(verb for verb in others if verb not in BESIDE)
