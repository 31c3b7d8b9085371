"""The trade of actions: found, drawn as far as this person may know, and what can be done with one now."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import GRADE_LABELS
from auditapp.findings.rules.action import ACTION_KIND_LABELS, ENDED, PRIORITY_LABELS, ActionVerb
from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal
from bots.deeds.action import asking, doing, judging
from bots.deeds.action.case import ActionCall, ActionCase, case_of
from bots.deeds.case import is_independent, lit
from bots.deeds.ground import TONES, Room, events_of
from bots.deeds.rules import Deed, Thing, Tone

Facts = list[tuple[Text, Text | str | date | datetime]]
# The likeliest first; the step that the page makes large comes before all of them.
ORDER = (
    "accept", "decide", "verify", "return", "finish", "start", "tick_step", "take_back", "ask_extension", "comment",
    "attach", "say_cant", "say_not_mine", "resume", "ask_cancel", "reassign", "change_due", "edit", "plan_step", "reopen",
)  # fmt: skip
MOST_FILES = 5
JUDGED = frozenset({"verify", "return", "reopen"})


class ActionTrade(Room[ActionCase]):
    """Actions of nonconformities."""

    kind = "action"
    acts = (*doing.ACTS, *asking.ACTS, *judging.ACTS)

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> ActionCase:
        """The action, for somebody who may know of it; a partner's contact knows their own only."""
        return case_of(session, who, thing_id, at)

    def possible(self, call: ActionCall) -> Sequence[str]:
        """What the services would let pass now, with the page's large step first."""
        case = call.found
        standing = case.standing
        found = [verb for verb in ORDER if verb != "attach" and ActionVerb(verb) in standing.may]
        if case.attachable:
            found.append("attach")
        if "tick_step" in found and not case.steps:
            found.remove("tick_step")
        if JUDGED.intersection(found) and not is_independent(call, case.nc):
            found = [verb for verb in found if verb not in JUDGED]
        return sorted(found, key=lambda verb: (ActionVerb(verb) is not standing.turn.main, ORDER.index(verb)))

    def draw(self, call: ActionCall, deeds: tuple[Deed, ...]) -> Thing:
        """The action with its people, its days, its steps, and what is asked about it."""
        case = call.found
        action, standing = case.action, case.standing
        return Thing(
            kind=self.kind,
            id=str(action.id),
            kind_label=ACTION_KIND_LABELS[action.kind],
            ref=action.ref,
            title=action.title,
            status=standing.label,
            turn=standing.turn.sentence,
            tone=TONES.get(standing.tone, Tone.PLAIN),
            facts=tuple(_facts(case)),
            text=action.description,
            events=events_of(call.session, call.who, self.kind, action.id),
            deeds=lit(deeds, standing.turn.main),
            version=action.version,
            closed=action.status in ENDED,
            endpoint="findings.action",
            args={"ref": action.ref},
            relationship_id=case.nc.relationship_id,
        )


def _facts(case: ActionCase) -> Facts:
    action, nc, standing = case.action, case.nc, case.standing
    due: Text | date = action.due_on
    if action.first_due_on != action.due_on:
        due = Text(
            "%(day)s (first: %(first)s)", day=day_words(action.due_on), first=day_words(action.first_due_on)
        )
    found: Facts = [(Text("Due on"), due)]
    if standing.turn.next is not None:
        found.append((Text("What comes next"), standing.turn.next))
    if standing.request is not None:
        found += [(Text("Asked for"), one) for one in asking.request_words(case)]
    for label, person_id in (
        (Text("Owner"), action.owner_id),
        (Text("Deputy"), action.deputy_id),
        (Text("Answers for it"), nc.responsible_id),
        (Text("Verifier"), nc.verifier_id),
    ):
        if person_id is not None and person_id in standing.names:
            found.append((label, standing.names[person_id]))
    if standing.own:
        found.append((Text("Nonconformity"), f"{nc.ref} {nc.title}"))
        found.append((Text("Grade"), GRADE_LABELS[nc.grade]))
    found.append((Text("Priority"), PRIORITY_LABELS[action.priority]))
    if case.steps:
        ready = sum(one.done_at is not None for one in case.steps)
        found.append((Text("Steps"), Text("%(done)s of %(all)s done", done=ready, all=len(case.steps))))
    found += [
        (label, text)
        for label, text in (
            (Text("Expected result"), action.expected),
            (Text("Evidence required"), action.evidence_wanted),
            (Text("What was done"), action.result),
        )
        if text
    ]
    if case.files:
        shown = ", ".join(case.files[:MOST_FILES])
        more = len(case.files) - MOST_FILES
        found.append(
            (
                Text("Files"),
                Text("%(titles)s and %(count)s more", titles=shown, count=more) if more > 0 else shown,
            )
        )
    return found
