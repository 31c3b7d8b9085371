"""The trade of nonconformities: found, drawn, and what can be done with one now."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import GRADE_LABELS
from auditapp.findings.causes.queries import Place
from auditapp.findings.queries import requirements_of
from auditapp.findings.rules.nonconformity import ENDED, SOURCE_LABELS, ExtentResult, NcStatus, NcVerb
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from bots.deeds.case import is_independent, lit
from bots.deeds.ground import TONES, Room, events_of
from bots.deeds.nonconformity import dealing, disputes, extent, judging, plan, whys
from bots.deeds.nonconformity.case import NcCall, NcCase, case_of
from bots.deeds.nonconformity.words import MOST_LINES, action_words
from bots.deeds.rules import Deed, Thing, Tone

S, V = NcStatus, NcVerb
Facts = list[tuple[Text, Text | str | date | datetime]]
# The likeliest first; the step that the page makes large comes before all of them.
ORDER = (
    "issue", "edit", "acknowledge", "dispute", "decide_dispute", "answer_dispute", "concede", "contain", "complete_cause",
    "analyse", "record_extent", "propose_action", "set_criteria", "submit_plan", "accept_plan", "return_plan",
    "submit_work", "verify", "return_work", "confirm", "fail", "comment", "attach", "record_reply", "add_extent",
    "add_cause", "maintain", "revise_plan", "rework_cause", "reassign", "assign_verifier", "regrade", "reopen", "withdraw",
)  # fmt: skip
VERBS: Mapping[str, NcVerb] = {one.value: one for one in NcVerb} | {
    "decide_dispute": V.UPHOLD, "add_extent": V.ANALYSE, "add_cause": V.ANALYSE,
}  # fmt: skip
# Beside who may do it in which status: what the service looks at besides, so that nothing is offered that it refuses.
BESIDES: Mapping[str, Callable[[NcCase], bool]] = {
    "issue": lambda case: bool(case.nc.statement.strip()),
    "complete_cause": whys.completable,
    "add_cause": lambda case: bool(case.causes),
    "submit_plan": lambda case: not case.plan_missing,
    "submit_work": lambda case: case.work_done,
    "verify": lambda case: not case.gate.missing() and _has_criteria(case),
    "confirm": lambda case: not case.gate.missing() and _has_criteria(case),
    "fail": lambda case: _has_criteria(case),  # noqa: PLW0108 - defined below
}
JUDGED = frozenset({"verify", "return_work", "confirm", "fail"})


def _has_criteria(case: NcCase) -> bool:
    check = case.standing.check
    return check is not None and bool(check.criteria.strip())


class NonconformityTrade(Room[NcCase]):
    """Nonconformities."""

    kind = "nonconformity"
    acts = (*dealing.ACTS, *disputes.ACTS, *whys.ACTS, *extent.ACTS, *plan.ACTS, *judging.ACTS)

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> NcCase:
        """The nonconformity, for somebody who may know of it; a partner's contact never does."""
        return case_of(session, who, thing_id, at)

    def possible(self, call: NcCall) -> Sequence[str]:
        """What the services would let pass now, with the page's large step first."""
        case = call.found
        may = case.standing.may
        found = [verb for verb in ORDER if verb != "record_extent" and VERBS[verb] in may]
        found = [verb for verb in found if verb not in BESIDES or BESIDES[verb](case)]
        if JUDGED.intersection(found) and not is_independent(call, case.nc):
            found = [verb for verb in found if verb not in JUDGED]
        waits = [one for one in _open(case) if one in case.recordable]
        if waits:
            found.append("record_extent")
        mine = any(one.check.checker_id == call.who.person_id for one in waits)
        main = case.standing.turn.main

        def rank(verb: str) -> tuple[int, int]:
            first = VERBS.get(verb) is main and verb not in {"add_extent", "add_cause"}
            asked = verb == "record_extent" and mine and not first
            return (0 if first else 1 if asked else 2, ORDER.index(verb))

        return sorted(found, key=rank)

    def draw(self, call: NcCall, deeds: tuple[Deed, ...]) -> Thing:
        """The nonconformity with its people, its days, and what is still missing for the next step."""
        case = call.found
        nc, standing, main = case.nc, case.standing, case.standing.turn.main
        return Thing(
            kind=self.kind,
            id=str(nc.id),
            kind_label=Text("Nonconformity"),
            ref=nc.ref,
            title=nc.title,
            status=standing.label,
            turn=standing.turn.sentence,
            tone=TONES.get(standing.tone, Tone.PLAIN),
            facts=tuple(_facts(case)),
            text=nc.statement,
            events=events_of(call.session, call.who, self.kind, nc.id),
            deeds=lit(deeds, "decide_dispute" if main is V.UPHOLD else main or "record_extent"),
            version=nc.version,
            closed=nc.status in ENDED,
            endpoint="findings.show",
            args={"ref": nc.ref},
            relationship_id=nc.relationship_id,
        )


def _open(case: NcCase) -> list[Place]:
    """The checks of the extent without a result; read only where there can be any."""
    if case.nc.status in {S.DRAFT, S.ISSUED, S.DISPUTED, S.CONTAINMENT, *ENDED}:
        return []
    if case.nc.status is S.VERIFICATION and V.VERIFY in case.standing.may and not case.gate.open_extents:
        return []  # counted already
    return [one for one in case.places if one.check.result is ExtentResult.OPEN]


def _facts(case: NcCase) -> Facts:
    nc, standing = case.nc, case.standing
    found: Facts = [(Text("Grade"), GRADE_LABELS[nc.grade])]
    if standing.turn.due is not None:
        found.append((Text("Due on"), standing.turn.due))
    if standing.turn.next is not None:
        found.append((Text("What comes next"), standing.turn.next))
    for label, person_id in (
        (Text("Responsible person"), nc.responsible_id),
        (Text("Deputy"), nc.deputy_id),
        (Text("Verifier"), nc.verifier_id),
    ):
        if person_id is not None and person_id in standing.names:
            found.append((label, standing.names[person_id]))
    needed = requirements_of(case.session, [nc.id])[nc.id]
    if needed:
        words = "; ".join(f"{one.standard} {one.clause} {one.title}".strip() for one in needed)
        found.append((Text("Requirements"), words))
    if nc.relationship_id is not None:
        row = case.session.execute(
            sa.select(Relationship.ref, Relationship.name).where(Relationship.id == nc.relationship_id)
        ).one()
        found.append((Text("Relationship"), f"{row.ref} {row.name}"))
    found.append((Text("Where it comes from"), SOURCE_LABELS[nc.source]))
    found += [(Text("Certification body"), one) for one in standing.deadlines]
    found += [
        (label, text)
        for label, text in (
            (Text("Correction"), nc.correction),
            (Text("Containment"), nc.containment),
            (Text("Cause"), nc.cause_summary),
            (Text("Extent"), nc.extent_summary),
        )
        if text
    ]
    return found + _next_step(case)


def _next_step(case: NcCase) -> Facts:
    """What somebody wants to know for the step that comes next."""
    status, check = case.nc.status, case.standing.check
    found: Facts = []
    if status is S.DISPUTED and case.standing.dispute is not None:
        found.append((Text("The auditee’s view"), case.standing.dispute.view))
        if case.standing.dispute.answer:
            found.append((Text("The audit team’s view"), case.standing.dispute.answer))
    if status in {S.PLANNING, S.PLAN_RETURNED} and V.SUBMIT_PLAN in case.standing.may:
        found += [(Text("The plan still needs"), one) for one in case.plan_missing]
    if status in {S.IMPLEMENTING, S.VERIFICATION, S.PLAN_SUBMITTED}:
        found += [(Text("Action"), action_words(one)) for one in case.actions[:MOST_LINES]]
    if status in {S.VERIFICATION, S.EFFECTIVENESS} and {V.VERIFY, V.CONFIRM} & case.standing.may:
        found += [(Text("Still open"), one) for one in case.gate.missing()]
    if status in {S.PLAN_SUBMITTED, S.VERIFICATION, S.EFFECTIVENESS} and check is not None and check.criteria:
        found.append((Text("By this it is judged"), check.criteria))
    return found
