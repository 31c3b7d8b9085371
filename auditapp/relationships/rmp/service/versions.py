"""The life of a version: begin, submit, agree, return, withdraw, bring into force."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.kit.ids import new_id
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Principal
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.rmp.model import (
    Plan,
    PlanApproval,
    PlanSection,
    PlanVersion,
)
from auditapp.relationships.rmp.queries import (
    AGREES_FOR_PARTNER,
    open_version,
    parties_of,
    partner_roles,
    version_in_force,
)
from auditapp.relationships.rmp.rules import (
    VersionStatus,
    VersionVerb,
    content_hash,
)
from auditapp.relationships.rmp.service.base import (
    REVIEW,
    may_agree_for_own,
    move,
    must_go_on,
    must_write,
    tell,
    under_way,
)


def begin_version(
    session: Session, *, actor: Principal, at: datetime, plan: Plan, reason: str
) -> PlanVersion:
    """A new version, a copy of the one in force (or of the last); while it is drafted, that one stays in force.

    One under way already is given back.
    """
    must_write(actor, plan)
    must_go_on(session, actor, plan)
    there = open_version(session, plan.id)
    if there is not None:
        return there
    last = session.scalar(
        sa.select(PlanVersion)
        .where(PlanVersion.plan_id == plan.id)
        .order_by(PlanVersion.number.desc())
        .limit(1)
    )
    source = version_in_force(session, plan.id) or last
    made = PlanVersion(
        id=new_id(), plan_id=plan.id, number=(last.number if last else 0) + 1, status=VersionStatus.DRAFT,
        reason=reason.strip(), created_at=at, created_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if source is not None:
        session.add_all(
            PlanSection(
                version_id=made.id, key=one.key, text=one.text, owner_id=one.owner_id, sharing=one.sharing,
                party_id=one.party_id, changed_at=one.changed_at, changed_by_id=one.changed_by_id,
            )
            for one in session.scalars(sa.select(PlanSection).where(PlanSection.version_id == source.id))
        )  # fmt: skip
    tell(
        session,
        plan,
        actor=actor,
        at=at,
        verb="rmp.version_begun",
        after={"number": made.number, "reason": reason},
    )
    return made


def _hash_now(session: Session, version_id: UUID) -> str:
    rows = session.execute(
        sa.select(PlanSection.key, PlanSection.text).where(PlanSection.version_id == version_id)
    )
    return content_hash({row[0]: row[1] for row in rows})


def submit(session: Session, *, actor: Principal, at: datetime, plan: Plan) -> PlanVersion:
    """Put the draft before the parties. What they agree to is what it says now."""
    must_write(actor, plan)
    found = under_way(session, plan, VersionVerb.SUBMIT)
    move(found, VersionVerb.SUBMIT)
    if not session.scalar(
        sa.select(sa.func.count())
        .select_from(PlanSection)
        .where(PlanSection.version_id == found.id, PlanSection.text != "")
    ):
        raise Refusal(Text("The plan is empty. Write at least one section before it is submitted."))
    found.content_hash, found.submitted_at, found.returned = _hash_now(session, found.id), at, ""
    tell(
        session,
        plan,
        actor=actor,
        at=at,
        verb="rmp.submitted",
        after={"number": found.number, "hash": found.content_hash},
    )
    return found


def agree(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    plan: Plan,
    party_id: UUID | None,
    note: str = "",
) -> PlanVersion:
    """A party agrees to the version that waits. ``party_id``: the partner; ``None`` for our own organization.

    A partner's SER or manager agrees signed in; whoever runs the relationship may write down their agreement, and
    says where it is kept. With the last party the version is agreed. The same again is a silent success.
    """
    found = under_way(session, plan, VersionVerb.AGREE)
    move(found, VersionVerb.AGREE)
    parties = dict(parties_of(session, plan))
    if party_id not in parties:
        raise NotFound
    on_behalf = _may_agree(session, actor, plan, party_id=party_id, note=note)
    given = list(session.scalars(sa.select(PlanApproval).where(PlanApproval.version_id == found.id)))
    current = {one.party_id for one in given if one.content_hash == found.content_hash}
    if party_id in current:
        return found
    if _hash_now(session, found.id) != found.content_hash:
        raise Refusal(Text("The text is not what was submitted. Have it returned and submitted again."))
    session.add(
        PlanApproval(
            version_id=found.id, party_id=party_id, person_id=actor.person_id, agreed_at=at,
            content_hash=found.content_hash, note=note.strip(), on_behalf=on_behalf,
        )
    )  # fmt: skip
    tell(
        session, plan, actor=actor, at=at, verb="rmp.agreed",
        after={"number": found.number, "party": str(party_id or ""), "on_behalf": on_behalf, "hash": found.content_hash},
    )  # fmt: skip
    if current | {party_id} >= set(parties):  # a partner who agreed may have left since
        move(found, VersionVerb.COMPLETE)
    return found


def _may_agree(session: Session, actor: Principal, plan: Plan, *, party_id: UUID | None, note: str) -> bool:
    """Whether it is on behalf of the party. Raises NotAllowed for who may not, Invalid without a reference."""
    if party_id is None:
        relationship = session.get(Relationship, plan.relationship_id) if plan.relationship_id else None
        if not may_agree_for_own(actor, relationship):
            raise NotAllowed(
                Text("For our organization the SER, the relationship owner, or the system manager agrees.")
            )
        return False
    if actor.partner_id is not None:
        if actor.partner_id != party_id or not partner_roles(session, actor, plan.relationship_id) & set(
            AGREES_FOR_PARTNER
        ):
            raise NotAllowed(
                Text("For the partner its Senior Executive Responsible or its relationship manager agrees.")
            )
        return False
    must_write(actor, plan)
    if not note.strip():
        raise Invalid(
            Text(
                "Say where the partner's agreement is written down: a letter, minutes, a message with its date."
            ),
            field="note",
        )
    return True


def return_version(
    session: Session, *, actor: Principal, at: datetime, plan: Plan, reason: str
) -> PlanVersion:
    """Send a version back to be changed. Agreements given so far stay on record and count no more."""
    found = under_way(session, plan, VersionVerb.RETURN)
    relationship = session.get(Relationship, plan.relationship_id) if plan.relationship_id else None
    if actor.partner_id is not None:
        if actor.partner_id not in dict(parties_of(session, plan)) or not partner_roles(
            session, actor, plan.relationship_id
        ) & set(AGREES_FOR_PARTNER):
            raise NotAllowed(
                Text("For the partner its Senior Executive Responsible or its relationship manager answers.")
            )
    elif not may_agree_for_own(actor, relationship):
        must_write(actor, plan)
    if not reason.strip():
        raise Invalid(Text("Say what has to change."), field="reason")
    move(found, VersionVerb.RETURN)
    session.execute(
        sa.update(PlanApproval).where(PlanApproval.version_id == found.id).values(content_hash="")
    )
    found.returned, found.content_hash = reason.strip(), ""
    tell(
        session,
        plan,
        actor=actor,
        at=at,
        verb="rmp.returned",
        after={"number": found.number, "reason": reason},
    )
    return found


def withdraw(session: Session, *, actor: Principal, at: datetime, plan: Plan, reason: str) -> PlanVersion:
    """Give up a version under way; the one in force stays."""
    must_write(actor, plan)
    found = under_way(session, plan, VersionVerb.WITHDRAW)
    if not reason.strip():
        raise Invalid(Text("Say why it is withdrawn."), field="reason")
    move(found, VersionVerb.WITHDRAW)
    tell(
        session,
        plan,
        actor=actor,
        at=at,
        verb="rmp.withdrawn",
        after={"number": found.number, "reason": reason},
    )
    return found


def bring_into_force(session: Session, *, actor: Principal, at: datetime, plan: Plan) -> PlanVersion:
    """The agreed version comes into force, the one before is superseded; reviews begin with the first."""
    must_write(actor, plan)
    found = under_way(session, plan, VersionVerb.BRING_INTO_FORCE)
    today = today_of(session, at)
    before = version_in_force(session, plan.id)
    if found.status is VersionStatus.AGREED and before is not None:
        move(before, VersionVerb.SUPERSEDE)
        before.superseded_on = today
        session.flush()  # at most one is in force: the database says so too
    move(found, VersionVerb.BRING_INTO_FORCE)
    found.in_force_on = today
    session.flush()
    obligations.begin(
        session, at=at, key=REVIEW, subject=plan.id, anchor_on=today, relationship_id=plan.relationship_id,
        thing_kind="rmp", thing_ref=plan.ref, title=plan.title, months=plan.months, owner_id=plan.owner_id,
    )  # fmt: skip
    tell(
        session,
        plan,
        actor=actor,
        at=at,
        verb="rmp.in_force",
        after={"number": found.number, "on": today.isoformat()},
    )
    return found
