"""The conclusion, the closing meeting, and going back to the walk."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.audits.execution.devices.queries import holding
from auditapp.audits.execution.devices.rules import HeldError, Holding
from auditapp.audits.execution.model import Meeting
from auditapp.audits.execution.rules import MeetingKind
from auditapp.audits.model import Audit
from auditapp.audits.plan.rules import member_role, require_leader, require_team
from auditapp.audits.plan.service.base import about, loaded, standing_values
from auditapp.audits.report import content as c
from auditapp.audits.report.model import AuditConclusion
from auditapp.audits.report.service.base import require_status
from auditapp.audits.rules import AuditStatus, AuditVerb, next_status
from auditapp.kit.errors import Invalid, Stale
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.trail import service as trail


def require_nothing_unsent(
    held: Sequence[Holding], *, mine: tuple[str, str] | None = None, override: str = ""
) -> list[dict[str, Any]]:
    """What is overridden, for the trail. Raises HeldError that names each tablet unless ``override`` says why.

    ``mine``: device and person whose own words come with this very request; their photos must have come all the same.
    """
    others = [one for one in held if (one.device_id, one.person_id) != mine or one.missing]
    if others and not override:
        raise HeldError(
            Text(
                "The audit cannot leave the walk while something is not sent: %(which)s. Let it be sent first (the tablet "
                "online, the walk open), or say below why the audit closes without it.",
                which="; ".join(str(one.words) for one in others),
            ),
            field="override",
        )
    return [
        {
            "device": one.device,
            "person": one.person,
            "why": one.reason,
            "unsent": one.unsent,
            "photos": one.photos,
        }
        for one in others
    ]


WRITABLE = frozenset({AuditStatus.IN_PROGRESS, AuditStatus.REPORTING})


def save_conclusion(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    values: c.Conclusion,
    version: int | None = None,
) -> AuditConclusion:
    """Keep what the team concludes so far. The trail says which parts changed; the report holds their words.

    ``version``: what the page showed, 0 when nothing was kept; ``None``: there was no page. Raises Stale.
    """
    loaded(session, audit)
    require_team(member_role(audit.members, actor.person_id))
    require_status(audit, WRITABLE)
    row = session.get(AuditConclusion, audit.id)
    if row is None:
        row = AuditConclusion(audit_id=audit.id, updated_at=at, updated_by_id=actor.person_id)
        session.add(row)
        session.flush()
    elif version is not None and row.version != version:
        raise Stale(
            Text(
                "Somebody else saved the conclusion since you opened this page. What you typed is still here: "
                "compare it with the page in another window, then save again."
            )
        )
    names = [
        each.name for each in fields(c.Conclusion) if getattr(row, each.name) != getattr(values, each.name)
    ]
    if not names:
        return row
    for name in names:
        setattr(row, name, getattr(values, name))
    row.updated_at = at
    row.updated_by_id = actor.person_id
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="conclusion.saved",
        **about(audit),
        after={"parts": names},
    )
    return row


def conclusion_version(session: Session, audit: Audit) -> int:
    """The version of the conclusion that stands; 0 while nothing is kept."""
    row = session.get(AuditConclusion, audit.id)
    return row.version if row is not None else 0


def record_closing_meeting(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    audit: Audit,
    held_at: datetime,
    participants: str,
    notes: str = "",
    signatures: Sequence[Mapping[str, Any]] = (),
    override: str = "",
    device_id: UUID | None = None,
) -> None:
    """The closing meeting was held: the audit goes to reporting. ``participants``: one a line, name, function.

    ``signatures``: who signed, on a tablet. ``device_id``: the tablet that it was recorded on, whose other work has
    come before this. Raises HeldError while a tablet holds unsent work, unless ``override`` says why that may be.
    """
    loaded(session, audit)
    require_leader(member_role(audit.members, actor.person_id))
    status = next_status(audit.status, AuditVerb.CLOSE)
    if held_at > at:
        raise Invalid(
            Text("The closing meeting is recorded after it was held. Choose an earlier time."),
            field="held_at",
        )
    if audit.opened_at is not None and held_at < audit.opened_at.replace(second=0, microsecond=0):
        raise Invalid(Text("The closing meeting cannot be before the opening meeting."), field="held_at")
    if not participants.strip():
        raise Invalid(Text("Name who took part in the closing meeting."), field="participants")
    held = require_nothing_unsent(
        holding(session, audit.id),
        mine=(str(device_id), str(actor.person_id)) if device_id else None,
        override=override.strip(),
    )
    meeting = session.get(Meeting, (audit.id, MeetingKind.CLOSING))
    if meeting is None:
        meeting = Meeting(
            audit_id=audit.id, kind=MeetingKind.CLOSING, held_at=held_at, recorded_by_id=actor.person_id
        )
        session.add(meeting)
    meeting.held_at = held_at
    meeting.participants = participants.strip()
    meeting.notes = notes.strip()
    meeting.recorded_by_id = actor.person_id
    if signatures:
        meeting.signatures = [dict(one) for one in signatures]
    before = standing_values(audit)
    audit.status = status
    audit.closed_at = at
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.closing_held",
        **about(audit),
        before=before,
        after=standing_values(audit) | {"held_at": held_at.isoformat()},
        personal={"participants": participants.strip()},
    )
    if held:
        trail.record(
            session,
            actor_id=actor.person_id,
            at=at,
            verb="audit.closed_over_unsent",
            **about(audit),
            after={"unsent": held, "reason": override.strip()},
        )


def resume_audit(session: Session, *, actor: Principal, at: datetime, audit: Audit, reason: str) -> None:
    """Go back to the walk before the report is issued; a further closing meeting ends it again."""
    loaded(session, audit)
    require_leader(member_role(audit.members, actor.person_id))
    status = next_status(audit.status, AuditVerb.RESUME)
    if not reason.strip():
        raise Invalid(
            Text("Say why the audit goes back to the walk; the reason stays on record."), field="reason"
        )
    before = standing_values(audit)
    audit.status = status
    audit.closed_at = None
    trail.record(
        session,
        actor_id=actor.person_id,
        at=at,
        verb="audit.resumed",
        **about(audit),
        before=before,
        after=standing_values(audit) | {"reason": reason.strip()},
    )
