"""Reading templates, and which one a report is made with."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from auditapp.kit.errors import NotFound
from auditapp.reports.templated.model import (
    AUDIT_REPORT,
    AuditTemplate,
    ReportTemplate,
    ReportTemplateDefault,
    ReportTemplateVersion,
)


def templates(session: Session) -> list[ReportTemplate]:
    """All templates with their versions: those in use by name, then those withdrawn."""
    return list(
        session.scalars(
            sa.select(ReportTemplate)
            .where(ReportTemplate.kind == AUDIT_REPORT)
            .options(selectinload(ReportTemplate.versions))
            .order_by(ReportTemplate.withdrawn_at.is_not(None), ReportTemplate.name)
        )
    )


def template_by_id(session: Session, template_id: UUID) -> ReportTemplate:
    """One template with its versions. Raises NotFound."""
    found = session.scalar(
        sa.select(ReportTemplate)
        .where(ReportTemplate.id == template_id)
        .options(selectinload(ReportTemplate.versions))
    )
    if found is None:
        raise NotFound
    return found


def version_of(template: ReportTemplate, number: int | None = None) -> ReportTemplateVersion:
    """A version by number, or the newest. Raises NotFound."""
    for each in reversed(template.versions):
        if number is None or each.number == number:
            return each
    raise NotFound


def working_version(session: Session, version_id: UUID) -> ReportTemplateVersion:
    """A version that reports can be made with: templates are the whole organization's. Raises NotFound."""
    found = session.get(ReportTemplateVersion, version_id)
    if found is None or not found.works:
        raise NotFound
    return found


def default_template(session: Session, at: datetime) -> UUID | None:
    """Which template was the organization's default at a moment; ``None``: the one that the product brings."""
    return session.scalar(
        sa.select(ReportTemplateDefault.template_id)
        .where(ReportTemplateDefault.kind == AUDIT_REPORT, ReportTemplateDefault.since <= at)
        .order_by(ReportTemplateDefault.since.desc(), ReportTemplateDefault.id.desc())
        .limit(1)
    )


def chosen_for(session: Session, audit_id: UUID) -> AuditTemplate | None:
    """What was chosen for an audit."""
    return session.get(AuditTemplate, audit_id)


def version_for(session: Session, audit_id: UUID, at: datetime) -> ReportTemplateVersion | None:
    """The version that a report of an audit is made with: the one chosen for it; else the default of the moment ``at`` it was issued.

    ``None``: the template that the product brings. The same audit and moment give the same version until somebody chooses another.
    """
    chosen = chosen_for(session, audit_id)
    if chosen is not None:
        return session.get(ReportTemplateVersion, chosen.version_id) if chosen.version_id else None
    template_id = default_template(session, at)
    if template_id is None:
        return None
    return session.scalar(
        sa.select(ReportTemplateVersion)
        .where(
            ReportTemplateVersion.template_id == template_id,
            ReportTemplateVersion.works,
            ReportTemplateVersion.uploaded_at <= at,
        )
        .order_by(ReportTemplateVersion.number.desc())
        .limit(1)
    )


def usable(session: Session) -> list[tuple[ReportTemplate, ReportTemplateVersion]]:
    """Templates in use, each with its newest version that works."""
    found = []
    for template in templates(session):
        works = [each for each in template.versions if each.works]
        if template.withdrawn_at is None and works:
            found.append((template, works[-1]))
    return found


def name_of(session: Session, version: ReportTemplateVersion) -> str:
    """The name of the template that a version belongs to."""
    return session.scalars(
        sa.select(ReportTemplate.name).where(ReportTemplate.id == version.template_id)
    ).one()
