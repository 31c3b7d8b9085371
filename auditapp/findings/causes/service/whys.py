"""Asking why: the tree of causes, and when it is done."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.findings.causes.queries import actions_about, analysis_of, cause_of, causes_of
from auditapp.findings.causes.rules import (
    DEEPEST,
    MOST_CAUSES,
    below,
    flat,
    grow,
    missing_for_completion,
)
from auditapp.findings.life.service import base
from auditapp.findings.model import Cause, Nonconformity
from auditapp.findings.rules.action import ActionStatus
from auditapp.findings.rules.nonconformity import CauseCategory, NcVerb
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Principal


def add_cause(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, text: str, version: int | None = None,
    parent_id: UUID | None = None, category: CauseCategory | None = None, root: bool = False, evidence: str = "",
) -> Cause:  # fmt: skip
    """Answer “why?”: of the nonconformity itself, or of the cause ``parent_id``.

    The same answer to the same question is not written twice. Raises Stale, NotAllowed, NotFound, Refusal, Invalid.
    """
    base.allowed(session, nc, NcVerb.ANALYSE, actor=actor)
    rows = causes_of(session, nc, round_=nc.round)
    if parent_id is not None:
        cause_of(session, nc, parent_id)
    _text(text)
    answers = [row for row in rows if row.parent_id == parent_id]
    for row in answers:
        if row.text == text:
            return row
    base.check_version(session, nc, version)
    if len(rows) >= MOST_CAUSES:
        raise Refusal(
            Text(
                "There are %(count)s causes already, more than anybody reads. Remove some first.",
                count=len(rows),
            )
        )
    depths = {node.row.id: node.depth for node in flat(grow(rows))}
    if parent_id is not None and depths[parent_id] >= DEEPEST:
        raise Refusal(
            Text("You have asked why %(count)s times in a row. Mark a root cause here.", count=DEEPEST)
        )
    before = base.standing(nc)
    found = Cause(
        nonconformity_id=nc.id,
        parent_id=parent_id,
        round=nc.round,
        position=max((row.position for row in answers), default=0) + 1,
        text=text,
        category=category,
        root=root,
        evidence=evidence,
    )
    session.add(found)
    base.touch(nc)
    base.tell(
        session, nc, actor=actor, at=at, verb="nonconformity.cause_changed", before=before, cause=_kept(found)
    )
    return found


def change_cause(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, cause_id: UUID, text: str,
    category: CauseCategory | None = None, root: bool = False, evidence: str = "", version: int | None = None,
) -> None:  # fmt: skip
    """Change what a cause says, its category, whether it is a root cause, and how it is known."""
    base.allowed(session, nc, NcVerb.ANALYSE, actor=actor)
    cause = cause_of(session, nc, cause_id)
    _text(text)
    if (cause.text, cause.category, cause.root, cause.evidence) == (text, category, root, evidence):
        return
    base.check_version(session, nc, version)
    before = base.standing(nc) | {"cause": _kept(cause)}
    cause.text, cause.category, cause.root, cause.evidence = text, category, root, evidence
    base.touch(nc)
    base.tell(
        session, nc, actor=actor, at=at, verb="nonconformity.cause_changed", before=before, cause=_kept(cause)
    )


def remove_cause(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, cause_id: UUID,
    version: int | None = None,
) -> None:  # fmt: skip
    """Remove a cause and what hangs below it. Refused while an action is planned against one of them."""
    base.allowed(session, nc, NcVerb.ANALYSE, actor=actor)
    rows = causes_of(session, nc, round_=nc.round)
    if cause_id not in {row.id for row in rows}:
        return  # removed already
    base.check_version(session, nc, version)
    gone = below(rows, cause_id)
    actions = actions_about(session, gone)
    standing = [one.ref for one in actions if one.status is not ActionStatus.CANCELLED]
    if standing:
        raise Refusal(
            Text(
                "An action is planned against it: %(refs)s. Plan the action against another cause first.",
                refs=", ".join(standing),
            )
        )
    for action in actions:  # cancelled ones let go of it; what they were against stays in the trail
        action.cause_id = None
    before = base.standing(nc) | {"causes": [_kept(row) for row in rows if row.id in gone]}
    session.flush()
    for row in rows:
        if row.id in gone:
            session.expunge(row)
    session.execute(
        sa.delete(Cause).where(Cause.id.in_(gone)), execution_options={"synchronize_session": False}
    )
    base.touch(nc)
    base.tell(
        session, nc, actor=actor, at=at, verb="nonconformity.cause_changed", before=before, removed=len(gone)
    )


def complete_cause(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, cause_summary: str,
    extent_summary: str, version: int | None = None,
) -> None:  # fmt: skip
    """Cause and extent are found: on to the action plan. Raises Refusal or Invalid naming all that is missing."""
    if base.just_done(session, nc.id, "nonconformity.cause_completed", actor) and (
        nc.cause_summary,
        nc.extent_summary,
    ) == (cause_summary, extent_summary):
        return
    status = base.allowed(session, nc, NcVerb.COMPLETE_CAUSE, actor=actor, version=version)
    missing = missing_for_completion(
        analysis_of(session, nc, cause_summary=cause_summary, extent_summary=extent_summary)
    )
    if missing:
        raise Invalid(
            Text(
                "Cause and extent are not complete: %(what)s",
                what=" ".join(str(words) for _, words in missing),
            ),
            field=missing[0][0] if len(missing) == 1 and missing[0][0] else None,
        )
    before = base.standing(nc)
    nc.cause_summary, nc.extent_summary = cause_summary, extent_summary
    nc.cause_done_at = at
    base.put(session, nc, status, at=at)
    base.tell(session, nc, actor=actor, at=at, verb="nonconformity.cause_completed", before=before)


def rework_cause(
    session: Session, *, actor: Principal, at: datetime, nc: Nonconformity, reason: str,
    version: int | None = None,
) -> None:  # fmt: skip
    """Back from the plan to the cause, with a reason."""
    if base.just_done(session, nc.id, "nonconformity.cause_reworked", actor) and nc.status_reason == reason:
        return
    status = base.allowed(session, nc, NcVerb.REWORK_CAUSE, actor=actor, version=version)
    if not reason:
        raise Invalid(Text("Say why the cause is looked at again."), field="reason")
    before = base.standing(nc)
    nc.status_reason = reason
    nc.cause_done_at = None
    base.put(session, nc, status, at=at)
    base.tell(
        session, nc, actor=actor, at=at, verb="nonconformity.cause_reworked", before=before, reason=reason
    )


def _text(text: str) -> None:
    if not text:
        raise Invalid(Text("Write the answer, beginning with what it is because of."), field="text")


def _kept(cause: Cause) -> dict[str, Any]:
    """A cause as the trail keeps it."""
    return {
        "id": str(cause.id),
        "parent": str(cause.parent_id) if cause.parent_id else None,
        "text": cause.text,
        "category": cause.category.value if cause.category else None,
        "root": cause.root,
        "evidence": cause.evidence,
    }
