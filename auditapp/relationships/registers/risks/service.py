"""What can be done with joint risks and opportunities."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.links.service import owns_links
from auditapp.relationships.obligations.rules import add_months
from auditapp.relationships.queries import relationship_of
from auditapp.relationships.registers.risks.model import Risk, RiskReview
from auditapp.relationships.registers.risks.queries import counts, risk_by_id
from auditapp.relationships.registers.risks.rules import (
    FARTHEST_MONTHS,
    NO_STEP,
    STEPS,
    TREATMENTS,
    RiskKind,
    RiskState,
    RiskVerb,
    Scores,
    Treatment,
    counts_as_review,
    moves_scores,
    next_review,
    scores_fault,
)
from auditapp.relationships.registers.rules import may_change
from auditapp.relationships.registers.service import (
    fresh,
    must_be_of,
    must_change,
    reviewed,
    running,
    shown_to,
)
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage
from auditapp.trail.service import record

REVIEW = "risk_review"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What somebody writes about a risk."""

    kind: RiskKind
    title: str
    scores: Scores
    treatment: Treatment
    description: str = ""
    cause: str = ""
    effect: str = ""
    treatment_text: str = ""
    due_on: date | None = None
    owner_id: UUID | None = None
    partner_owner_id: UUID | None = None
    next_review_on: date | None = None
    sharing: Sharing = Sharing.INTERNAL


def may_write(actor: Principal, risk: Risk) -> bool:
    """Whether somebody may change it."""
    return may_change(actor, risk.relationship_id, risk.party_id, (risk.owner_id, risk.written_by_id))


def may_review(actor: Principal, risk: Risk) -> bool:
    """Whether somebody may say how they see it: who keeps the register or owns it, and any contact who reads it."""
    return actor.partner_id is not None or may_change(
        actor, risk.relationship_id, None, (risk.owner_id, risk.written_by_id)
    )


def add_risk(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, content: Content
) -> Risk:
    """A new risk or opportunity with its first assessment. What a partner's contact writes is shared and theirs."""
    found = running(session, actor, relationship_id)
    if actor.partner_id is None:
        must_manage(actor, relationship_id)
    today = today_of(session, at)
    content = replace(content, sharing=shown_to(actor, content.sharing))
    _fits(session, relationship_id, content, today)
    made = Risk(
        ref=f"RK-{today.year}-{next_number(session, f'RK-{today.year}'):03d}",
        relationship_id=found.id, party_id=actor.partner_id, written_by_id=actor.person_id, kind=content.kind,
        title="", likelihood=1, impact=1, treatment=content.treatment, last_reviewed_on=today,
        next_review_on=content.next_review_on or next_review(today, content.scores.present), created_at=at,
    )  # fmt: skip
    _write(made, actor, content)
    session.add(made)
    session.flush()
    session.add(_entry(made, actor, at, today, content.scores, said="", next_on=made.next_review_on))
    record(
        session, actor_id=actor.person_id, at=at, verb="risk.added", thing_kind="risk", thing_id=made.id,
        thing_ref=made.ref, context_id=found.id, after=_plain(made),
    )  # fmt: skip
    return made


def edit_risk(
    session: Session, *, actor: Principal, at: datetime, risk_id: UUID, version: int, content: Content
) -> Risk:
    """Change what was written. New scores are kept by a review, so they are not taken here."""
    found = risk_by_id(session, actor, risk_id)
    must_change(actor, found.relationship_id, found.party_id, (found.owner_id, found.written_by_id))
    running(session, actor, found.relationship_id)
    fresh(version, found.version)
    if found.state is not RiskState.OPEN:
        raise Refusal(Text("It is not open any more. Open it again before you change it."))
    content = replace(content, sharing=shown_to(actor, content.sharing))
    _fits(session, found.relationship_id, content, today_of(session, at))
    before = _plain(found)
    _write(found, actor, content, scores=False)
    if content.next_review_on is not None:
        found.next_review_on = content.next_review_on
    session.flush()
    if before != (after := _plain(found)):
        record(
            session, actor_id=actor.person_id, at=at, verb="risk.changed", thing_kind="risk", thing_id=found.id,
            thing_ref=found.ref, context_id=found.relationship_id, before=before, after=after,
        )  # fmt: skip
    return found


def review_risk(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    risk_id: UUID,
    version: int,
    said: str,
    scores: Scores,
    next_review_on: date | None = None,
) -> RiskReview:
    """Keep a look at a risk. The scores move for the party that wrote it; for the other they stay a view of its own."""
    found = risk_by_id(session, actor, risk_id)
    if not may_review(actor, found):
        must_change(actor, found.relationship_id, None, (found.owner_id, found.written_by_id))
    running(session, actor, found.relationship_id)
    fresh(version, found.version)
    if found.state is not RiskState.OPEN:
        raise Refusal(Text("It is not open any more. Open it again before you review it."))
    if not said.strip():
        raise Invalid(Text("Say what you see, even if it is that nothing changed."), field="said")
    if (wrong := scores_fault(found.kind, scores)) is not None:
        raise Invalid(wrong[1], field=wrong[0])
    today = today_of(session, at)
    counted = counts_as_review(actor.partner_id, found.party_id)
    next_on = None
    if counted:
        next_on = next_review_on or next_review(today, scores.present)
        _soon_enough(next_on, today)
        found.last_reviewed_on, found.next_review_on = today, next_on
    if moves_scores(actor.partner_id, found.party_id):
        _score(found, scores)
    made = _entry(found, actor, at, today, scores, said=said.strip(), next_on=next_on)
    session.add(made)
    session.flush()
    record(
        session, actor_id=actor.person_id, at=at, verb="risk.reviewed", thing_kind="risk", thing_id=found.id,
        thing_ref=found.ref, context_id=found.relationship_id,
        after={"score": scores.score, "residual": scores.residual, "next": next_on.isoformat() if next_on else ""},
    )  # fmt: skip
    return made


def move_risk(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    risk_id: UUID,
    version: int,
    verb: RiskVerb,
    reason: str,
) -> Risk:
    """Close it, say that it occurred, or open it again. Closing and occurring ask for a reason."""
    found = risk_by_id(session, actor, risk_id)
    must_change(actor, found.relationship_id, found.party_id, (found.owner_id, found.written_by_id))
    running(session, actor, found.relationship_id)
    fresh(version, found.version)
    new = step(STEPS, found.state, verb, NO_STEP)
    if verb is not RiskVerb.REOPEN and not reason.strip():
        raise Invalid(Text("Say why. It stays on record."), field="reason")
    found.state, found.state_reason = new, reason.strip()
    what = {"state": new.value, "reason": reason.strip()}
    if verb is RiskVerb.CLOSE:
        record(
            session, actor_id=actor.person_id, at=at, verb="risk.closed", thing_kind="risk", thing_id=found.id,
            thing_ref=found.ref, context_id=found.relationship_id, after=what,
        )  # fmt: skip
    elif verb is RiskVerb.OCCUR:
        record(
            session, actor_id=actor.person_id, at=at, verb="risk.occurred", thing_kind="risk", thing_id=found.id,
            thing_ref=found.ref, context_id=found.relationship_id, after=what,
        )  # fmt: skip
    else:
        found.next_review_on = today_of(session, at)  # what was away is looked at first
        record(
            session, actor_id=actor.person_id, at=at, verb="risk.reopened", thing_kind="risk", thing_id=found.id,
            thing_ref=found.ref, context_id=found.relationship_id, after=what,
        )  # fmt: skip
    return found


def review_register(
    session: Session, *, actor: Principal, at: datetime, relationship_id: UUID, on: date, outcome: str
) -> None:
    """The whole register was reviewed. Refused while a risk in it is still due."""
    must_manage(actor, relationship_id)
    due = counts(session, actor, relationship_id, today=today_of(session, at))["due"]
    if due:
        raise Refusal(
            Text("%(count)s in the register still wait for their review. Look at them first.", count=due)
        )
    found = reviewed(
        session, actor=actor, at=at, key=REVIEW, relationship_id=relationship_id, on=on, outcome=outcome
    )
    record(
        session, actor_id=actor.person_id, at=at, verb="risk.register_reviewed", thing_kind="relationship",
        thing_id=found.id, thing_ref=found.ref, context_id=found.id,
        after={"on": on.isoformat(), "reason": outcome.strip()},
    )  # fmt: skip


@owns_links("risk")
def _links(session: Session, actor: Principal, risk_id: UUID) -> tuple[str, UUID | None]:
    found = risk_by_id(session, actor, risk_id)
    must_change(actor, found.relationship_id, found.party_id, (found.owner_id, found.written_by_id))
    relationship_of(session, actor, found.relationship_id)
    return found.ref, found.relationship_id


def _fits(session: Session, relationship_id: UUID, content: Content, today: date) -> None:
    if not content.title.strip():
        raise Invalid(Text("Say in a line what may happen."), field="title")
    if (wrong := scores_fault(content.kind, content.scores)) is not None:
        raise Invalid(wrong[1], field=wrong[0])
    if content.treatment not in TREATMENTS[content.kind]:
        raise Invalid(
            Text(
                "Risks are avoided, reduced, shared or accepted; opportunities are exploited, enhanced, shared or accepted."
            ),
            field="treatment",
        )
    if content.next_review_on is not None:
        _soon_enough(content.next_review_on, today)
    if content.partner_owner_id is not None and content.sharing is Sharing.INTERNAL:
        raise Invalid(
            Text(
                "The partner does not read what is internal, so nobody there can own it. Share it, or leave this open."
            ),
            field="partner_owner",
        )
    must_be_of(session, relationship_id, content.owner_id, own=True, field="owner")
    must_be_of(session, relationship_id, content.partner_owner_id, own=False, field="partner_owner")


def _soon_enough(on: date, today: date) -> None:
    if on > add_months(today, FARTHEST_MONTHS):
        raise Invalid(
            Text("Look at it again within %(months)s months.", months=FARTHEST_MONTHS), field="next_review_on"
        )


def _write(risk: Risk, actor: Principal, content: Content, *, scores: bool = True) -> None:
    """Each side names its own owner: what the form of the other did not offer stays as it is."""
    risk.kind, risk.title, risk.description = content.kind, content.title.strip(), content.description
    risk.cause, risk.effect = content.cause, content.effect
    risk.treatment, risk.treatment_text, risk.due_on = (
        content.treatment,
        content.treatment_text,
        content.due_on,
    )
    risk.partner_owner_id = content.partner_owner_id
    if actor.partner_id is None:
        risk.owner_id = content.owner_id
    risk.sharing = content.sharing
    if scores:
        _score(risk, content.scores)


def _score(risk: Risk, scores: Scores) -> None:
    risk.likelihood, risk.impact = scores.likelihood, scores.impact
    risk.residual_likelihood, risk.residual_impact = scores.residual_likelihood, scores.residual_impact


def _entry(
    risk: Risk, actor: Principal, at: datetime, on: date, scores: Scores, *, said: str, next_on: date | None
) -> RiskReview:
    return RiskReview(
        risk_id=risk.id, party_id=actor.partner_id, by_id=actor.person_id, reviewed_on=on, said=said,
        likelihood=scores.likelihood, impact=scores.impact, residual_likelihood=scores.residual_likelihood,
        residual_impact=scores.residual_impact, next_review_on=next_on, created_at=at,
    )  # fmt: skip


def _plain(risk: Risk) -> dict[str, object]:
    return {
        "kind": risk.kind.value,
        "title": risk.title,
        "treatment": risk.treatment.value,
        "likelihood": risk.likelihood,
        "impact": risk.impact,
        "sharing": risk.sharing.value,
        "owner_id": str(risk.owner_id or ""),
        "partner_owner_id": str(risk.partner_owner_id or ""),
        "due_on": risk.due_on.isoformat() if risk.due_on else "",
        "next_review_on": risk.next_review_on.isoformat(),
    }
