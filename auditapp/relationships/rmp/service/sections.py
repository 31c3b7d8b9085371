"""What a version says, and what is said about it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotFound, Refusal, Stale
from auditapp.kit.states import step
from auditapp.kit.text import Text
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.rmp.model import (
    Plan,
    PlanComment,
    PlanSection,
)
from auditapp.relationships.rmp.queries import (
    open_version,
    plan_by_ref,
    sections_of,
    versions_of,
)
from auditapp.relationships.rmp.rules import (
    REFUSALS,
    SECTIONS,
    STEPS,
    PlanKind,
    VersionVerb,
)
from auditapp.relationships.rmp.service.base import (
    must_write,
    tell,
)
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_be_theirs


def write_section(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    plan: Plan,
    key: str,
    version: int,
    text: str,
    owner_id: UUID | None,
    sharing: Sharing,
) -> PlanSection:
    """Write a section of the draft. ``version``: the section's as it was read, 0 for one that was empty.

    Raises Stale when somebody else wrote it meanwhile; their text is kept, and what was typed stays in the form.
    """
    must_write(actor, plan)
    if key not in SECTIONS:
        raise NotFound
    draft = open_version(session, plan.id)
    if draft is None:
        raise Refusal(Text("No version is being drafted. Begin a new version first."))
    step(STEPS, draft.status, VersionVerb.EDIT, REFUSALS[VersionVerb.EDIT])
    if plan.kind is not PlanKind.JOINT and sharing is Sharing.SHARED:
        raise Invalid(Text("Only sections of a joint plan are shared with the partner."), field="sharing")
    found = session.scalar(
        sa.select(PlanSection).where(PlanSection.version_id == draft.id, PlanSection.key == key)
    )
    if (found.version if found else 0) != version:
        raise Stale(
            Text(
                "Somebody else wrote this section since you opened it. Their text stands below; bring the two together."
            ),
            field="text",
        )
    if owner_id is not None and session.get(Person, owner_id) is None:
        raise Invalid(Text("Choose who answers for this section."), field="owner")
    if found is None:
        found = PlanSection(version_id=draft.id, key=key, changed_at=at, changed_by_id=actor.person_id)
        session.add(found)
        before = ""
    else:
        before = found.text
        if (found.text, found.owner_id, found.sharing) == (text, owner_id, sharing):
            return found
    found.text, found.owner_id, found.sharing = text, owner_id, sharing
    found.changed_at, found.changed_by_id, found.party_id = at, actor.person_id, actor.partner_id
    session.flush()
    tell(
        session, plan, actor=actor, at=at, verb="rmp.section_written",
        before={"key": key, "length": len(before)},
        after={"key": key, "length": len(text), "sharing": sharing.value, "version": draft.number},
    )  # fmt: skip
    return found


def comment(
    session: Session, *, actor: Principal, at: datetime, plan: Plan, key: str, text: str, sharing: Sharing
) -> PlanComment:
    """A word on a section. A partner's contact's is always shared, and only on sections they may read."""
    if key not in SECTIONS:
        raise NotFound
    if not text.strip():
        raise Invalid(Text("Write something first."), field="comment")
    if actor.partner_id is not None:
        sharing = Sharing.SHARED
        if not any(
            key in sections_of(session, actor, version.id)
            for version in versions_of(session, actor, plan)[:2]
        ):
            raise NotFound
    made = PlanComment(
        plan_id=plan.id, key=key, text=text.strip(), sharing=sharing, party_id=actor.partner_id,
        person_id=actor.person_id, at=at,
    )  # fmt: skip
    session.add(made)
    tell(
        session, plan, actor=actor, at=at, verb="rmp.commented", after={"key": key, "sharing": sharing.value}
    )
    return made


def remove_comment(session: Session, *, actor: Principal, at: datetime, comment_id: UUID) -> PlanComment:
    """Take back a word of one's own party."""
    found = session.get(PlanComment, comment_id)
    plan = session.get(Plan, found.plan_id) if found else None
    if found is None or plan is None:
        raise NotFound
    plan_by_ref(session, actor, plan.ref)  # who may not see the plan knows of no comment
    must_be_theirs(actor, found.party_id)
    if found.person_id != actor.person_id:
        must_write(actor, plan)
    if found.removed_at is None:
        found.removed_at = at
        tell(session, plan, actor=actor, at=at, verb="rmp.comment_removed", before={"key": found.key})
    return found
