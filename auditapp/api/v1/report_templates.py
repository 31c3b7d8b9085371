"""The templates that reports of audits are made with, and the reports that come to people by themselves."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from flask import Response, current_app
from flask_babel import gettext
from pydantic import Field

from auditapp.api.declare import get
from auditapp.api.lists import Names, people_in, told
from auditapp.api.places import site
from auditapp.api.shapes import Given, Person
from auditapp.api.tokens.rules import Scope
from auditapp.audits.report.labels import in_language
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.storage import Store
from auditapp.people.guards import actor
from auditapp.people.rules import Capability
from auditapp.reports.schedule.queries import schedules
from auditapp.reports.schedule.rules import Form, Rhythm, What
from auditapp.reports.templated import queries
from auditapp.reports.templated.checker import check
from auditapp.reports.templated.model import ReportTemplate as Row
from auditapp.reports.templated.model import ReportTemplateVersion
from auditapp.reports.templated.routes import WORD
from auditapp.reports.templated.routes import file as as_it_came

READ = Scope.READ_REPORTS
AUDITS = (Capability.VIEW_AUDITS,)
TAG = "Reports"


class TemplateVersion(Given):
    """A file as it came. ``works``: reports can be made with it; ``lacks``: chapters that are put at their end."""

    number: int
    works: bool
    lacks: list[str]
    note: str
    file_name: str
    size: int
    sha256: str
    uploaded_by: Person | None
    uploaded_at: datetime
    file: str


class ReportTemplate(Given):
    """A template of the organization. ``default``: all reports are made with it, unless another is chosen."""

    id: UUID
    name: str
    created_at: datetime
    withdrawn_at: datetime | None
    default: bool
    versions: list[TemplateVersion]
    page: str


class TemplateFault(Given):
    """What is wrong in a template, in which part of the file, in which paragraph of it, and that paragraph's text."""

    text: str
    part: str
    paragraph: int
    excerpt: str


class WholeReportTemplate(ReportTemplate):
    """A template, and what the checker says of its newest version now."""

    faults: list[TemplateFault]
    taken_out: list[str]


class ReportTemplates(Given):
    """The templates: those in use by name, then those withdrawn."""

    items: list[ReportTemplate]


class ScheduledReport(Given):
    """A report that comes to somebody by itself. ``allowed``: they may see it now; otherwise nothing is sent."""

    id: UUID
    what: What
    standard: str
    person: Person
    set_by: Person | None
    rhythm: Rhythm
    day: int
    zone: str
    words: str
    form: Form
    next_at: datetime
    last_at: datetime | None
    allowed: bool


class ScheduledReports(Given):
    """The reports that come by themselves, by person."""

    items: list[ScheduledReport]
    page: str = Field(description="Where they are set.")


def _version(row: Row, one: ReportTemplateVersion, names: Names) -> TemplateVersion:
    return told(
        TemplateVersion,
        one,
        lacks=[name for name in one.lacks.split(",") if name],
        uploaded_by=names.person(one.uploaded_by_id),
        file=site("api_v1.report_template_file", template_id=row.id, number=one.number),
    )


def _templates(rows: list[Row]) -> list[ReportTemplate]:
    session = current_session()
    default = queries.default_template(session, clock.now())
    names = Names(
        session, people=people_in((each for row in rows for each in row.versions), "uploaded_by_id")
    )
    return [
        told(
            ReportTemplate,
            row,
            default=row.id == default,
            versions=[_version(row, one, names) for one in row.versions],
            page=site("templated.show", template_id=row.id),
        )
        for row in rows
    ]


@get("/report-templates", scope=READ, gives=ReportTemplates, needs=AUDITS, tag=TAG)
def report_templates() -> object:
    """The organization’s templates of audit reports, and which of them reports are made with."""
    return ReportTemplates(items=_templates(queries.templates(current_session())))


@get("/report-templates/<uuid:template_id>", scope=READ, gives=WholeReportTemplate, needs=AUDITS, tag=TAG)
def report_template(template_id: UUID) -> object:
    """One template with its versions, and what the checker says of the newest."""
    row = queries.template_by_id(current_session(), template_id)
    store = cast("Store", current_app.extensions["auditapp_store"])
    verdict = check(store.read(queries.version_of(row).sha256), in_language(gettext))
    return WholeReportTemplate(
        **dict(_templates([row])[0]),
        faults=[told(TemplateFault, one, text=str(one.text)) for one in verdict.faults],
        taken_out=[str(one) for one in verdict.taken_out],
    )


@get("/report-templates/<uuid:template_id>/<int(max=9999):number>", scope=READ, gives=None, files=(WORD,), needs=AUDITS, tag=TAG)  # fmt: skip
def report_template_file(template_id: UUID, number: int) -> Response:
    """A version as it came; ``sha256`` says whether it is whole."""
    return as_it_came(template_id=template_id, number=number)


@get("/scheduled-reports", scope=READ, gives=ScheduledReports, needs=(Capability.VIEW_ORGANIZATION,), tag=TAG)
def scheduled_reports() -> object:
    """The reports that come to you by themselves; for who sets them for others, everybody’s."""
    session: Any = current_session()
    lines = schedules(session, actor())
    names = Names(session, people=[one.set_by_id for one in lines])
    return ScheduledReports(
        items=[
            told(
                ScheduledReport,
                one,
                person=Person(id=one.person_id, name=one.person),
                set_by=names.person(one.set_by_id),
                rhythm=one.timing.rhythm,
                day=one.timing.day,
                zone=one.timing.zone,
                words=str(one.timing.words),
            )
            for one in lines
        ],
        page=site("schedule.index"),
    )
