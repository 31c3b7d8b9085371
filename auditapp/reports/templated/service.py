"""What can be done with report templates."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.model import Audit
from auditapp.audits.report.queries import role_in
from auditapp.audits.rules import MemberRole
from auditapp.kit.errors import Invalid, NotAllowed, Refusal
from auditapp.kit.text import Text
from auditapp.people.rules import Capability, Principal
from auditapp.reports.templated.checker import Verdict
from auditapp.reports.templated.model import (
    AUDIT_REPORT,
    AuditTemplate,
    ReportTemplate,
    ReportTemplateDefault,
    ReportTemplateVersion,
)
from auditapp.reports.templated.queries import chosen_for, default_template, usable
from auditapp.trail.service import record

LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A file that is in the store already, and what the checker said of it."""

    sha256: str
    size: int
    file_name: str
    verdict: Verdict


def may_keep(actor: Principal) -> bool:
    """Whether somebody keeps the organization's templates."""
    return actor.can(Capability.MANAGE_SETTINGS)


def may_choose(audit: Audit, actor: Principal) -> bool:
    """The leader of the audit, and whoever manages the programme or the settings."""
    return (
        role_in(audit, actor) is MemberRole.LEADER
        or actor.can(Capability.MANAGE_PROGRAMME)
        or actor.can(Capability.MANAGE_SETTINGS)
    )


def _must_keep(actor: Principal) -> None:
    if not may_keep(actor):
        raise NotAllowed(Text("The system manager keeps the report templates."))


def add_template(
    session: Session, *, actor: Principal, at: datetime, name: str, note: str, sent: Sent
) -> ReportTemplate:
    """A new template with its first version; it need not work yet. Raises NotAllowed and Invalid."""
    _must_keep(actor)
    named = " ".join(name.split())
    if not named or len(named) > LONGEST_NAME:
        raise Invalid(
            Text("Give the template a name of at most %(most)s characters.", most=LONGEST_NAME), field="name"
        )
    taken = sa.select(ReportTemplate.id).where(
        ReportTemplate.kind == AUDIT_REPORT, sa.func.lower(ReportTemplate.name) == named.lower()
    )
    if session.scalar(taken) is not None:
        raise Invalid(
            Text("There is a template of this name. Open it and upload a new version there."), field="name"
        )
    made = ReportTemplate(kind=AUDIT_REPORT, name=named, created_at=at)
    session.add(made)
    session.flush()
    _keep(session, made, actor=actor, at=at, note=note, sent=sent)
    _tell(
        session,
        made,
        actor=actor,
        at=at,
        verb="template.added",
        after={"sha256": sent.sha256, "works": sent.verdict.works},
    )
    return made


def add_version(
    session: Session, *, actor: Principal, at: datetime, template: ReportTemplate, note: str, sent: Sent
) -> ReportTemplateVersion:
    """A further version; the same file as the newest is no new one. Raises NotAllowed and Refusal."""
    _must_keep(actor)
    _must_be_in_use(template)
    if template.versions and template.versions[-1].sha256 == sent.sha256:
        return template.versions[-1]
    made = _keep(session, template, actor=actor, at=at, note=note, sent=sent)
    _tell(session, template, actor=actor, at=at, verb="template.version_added",
          after={"number": made.number, "sha256": made.sha256, "works": made.works})  # fmt: skip
    return made


def _keep(
    session: Session, template: ReportTemplate, *, actor: Principal, at: datetime, note: str, sent: Sent
) -> ReportTemplateVersion:
    made = ReportTemplateVersion(
        template_id=template.id,
        number=len(template.versions) + 1,
        sha256=sent.sha256,
        size=sent.size,
        file_name=sent.file_name,
        works=sent.verdict.works,
        lacks=",".join(sent.verdict.lacks),
        note=note.strip(),
        uploaded_by_id=actor.person_id,
        uploaded_at=at,
    )
    template.versions.append(made)
    session.flush()
    return made


def set_default(session: Session, *, actor: Principal, at: datetime, template: ReportTemplate | None) -> None:
    """From now on reports are made with this template; with ``None`` with the one that the product brings."""
    _must_keep(actor)
    if template is not None:
        _must_be_in_use(template)
        if not any(each.works for each in template.versions):
            raise Refusal(Text("No version of this template works yet. Upload one without mistakes first."))
    if default_template(session, at) == (template.id if template else None):
        return
    row = ReportTemplateDefault(
        kind=AUDIT_REPORT, template_id=template.id if template else None, since=at, set_by_id=actor.person_id
    )
    session.add(row)
    if template is not None:
        _tell(session, template, actor=actor, at=at, verb="template.made_default", after={})
    else:
        record(session, actor_id=actor.person_id, at=at, verb="template.default_ended", thing_kind="report_template",
               thing_id=row.id, thing_ref=AUDIT_REPORT)  # fmt: skip


def withdraw(session: Session, *, actor: Principal, at: datetime, template: ReportTemplate) -> None:
    """It is chosen no more; its versions stay, and reports made with it stay as they are."""
    _must_keep(actor)
    if template.withdrawn_at is not None:
        return
    if default_template(session, at) == template.id:
        set_default(session, actor=actor, at=at, template=None)
    template.withdrawn_at = at
    _tell(session, template, actor=actor, at=at, verb="template.withdrawn", after={})


def choose(
    session: Session, *, actor: Principal, at: datetime, audit: Audit, version_id: UUID | None
) -> None:
    """Have the Word report of an audit made with a version of a template; ``None``: with the one that the product brings."""
    if not may_choose(audit, actor):
        raise NotAllowed(
            Text("The audit team leader and the audit programme manager choose the template of a report.")
        )
    row = chosen_for(session, audit.id)
    allowed = {version.id: template.name for template, version in usable(session)}
    if version_id is not None and version_id not in allowed and not (row and row.version_id == version_id):
        raise Invalid(Text("Choose a template that is in use."), field="version_id")
    if row is None:
        row = AuditTemplate(
            audit_id=audit.id, version_id=version_id, chosen_by_id=actor.person_id, chosen_at=at
        )
        session.add(row)
        before = None
    elif row.version_id == version_id:
        return
    else:
        before = {"version": str(row.version_id or "")}
        row.version_id, row.chosen_by_id, row.chosen_at = version_id, actor.person_id, at
    record(
        session, actor_id=actor.person_id, at=at, verb="template.chosen", thing_kind="audit", thing_id=audit.id,
        thing_ref=audit.ref, before=before, after={"version": str(version_id or "")},
    )  # fmt: skip


def _must_be_in_use(template: ReportTemplate) -> None:
    if template.withdrawn_at is not None:
        raise Refusal(Text("This template is withdrawn. Add a new one."))


def _tell(
    session: Session,
    template: ReportTemplate,
    *,
    actor: Principal,
    at: datetime,
    verb: str,
    after: dict[str, object],
) -> None:
    record(
        session, actor_id=actor.person_id, at=at, verb=verb, thing_kind="report_template", thing_id=template.id,
        thing_ref=template.name, after=after,
    )  # fmt: skip
