"""Issues in lists: of one relationship, and the register over all of them with its files."""

import tempfile
from typing import Any
from uuid import UUID

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.clock import day_in
from auditapp.kit.db import current_session
from auditapp.kit.sheets import Head, Value, write_csv, write_sheet
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization, relationship_names
from auditapp.people.rules import Capability
from auditapp.relationships.issues.queries.lists import (
    Line,
    Wanted,
    counts_by_level,
    every_line,
    list_issues,
)
from auditapp.relationships.issues.routes.base import WORDS, bp
from auditapp.relationships.issues.rules.issue import KIND_LABELS, STATUS_LABELS, IssueKind
from auditapp.relationships.issues.rules.ladder import LEVEL_LABELS, SEVERITY_LABELS, Level, Severity
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rules import SHARING_LABELS

SHOWS = ("open", "ended", "all")
IN_MEMORY = 1_000_000  # bytes; a larger file waits on the disk
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/relationships/<ref>/issues")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The issues of one relationship, and how many stand on each level."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    show = _show()
    level = _level()
    return render_template(
        "issues/of_relationship.html",
        found=found,
        page=list_issues(
            session,
            actor(),
            Wanted(show=show, relationship_id=found.id, level=level),
            at=clock.now(),
            page=request.args.get("page", 1, type=int),
        ),
        counts=counts_by_level(session, actor(), found.id),
        show=show,
        level=level,
        own=actor().can(Capability.VIEW_ORGANIZATION),
        **WORDS,
    )


@bp.get("/issues/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """The register of issues over all relationships."""
    session = current_session()
    names = relationship_names(session)
    wanted = _wanted({str(one[0]) for one in names})
    return render_template(
        "issues/index.html",
        page=list_issues(
            session, actor(), wanted, at=clock.now(), page=request.args.get("page", 1, type=int)
        ),
        wanted=wanted,
        relationships=names,
        asked=request.query_string.decode("ascii", "ignore"),
        **WORDS,
    )


@bp.get("/issues/export.csv", defaults={"form": "csv"})
@bp.get("/issues/export.xlsx", defaults={"form": "xlsx"})
@guard(Capability.VIEW_ORGANIZATION)
def export(form: str) -> ResponseReturnValue:
    """Every issue that the address asks for."""
    session = current_session()
    own = organization(session)
    zone, at = own.zone if own else "UTC", clock.now()
    wanted = _wanted({str(one[0]) for one in relationship_names(session)})
    heads = [
        Head(label=_("Issue"), width=14), Head(label=_("What the issue is"), width=40),
        Head(label=_("Relationship"), width=12), Head(label=_("Partner"), width=24), Head(label=_("Kind")),
        Head(label=_("Severity"), width=12), Head(label=_("Level"), width=18), Head(label=_("Status"), width=18),
        Head(label=_("Has to act"), width=24), Head(label=_("Holder"), width=22),
        Head(label=_("Time is over on"), width=16), Head(label=_("Raised on"), width=12),
        Head(label=_("Ended on"), width=12), Head(label=_("Reopened"), width=10), Head(label=_("Who reads it"), width=18),
        Head(label=_("Description"), width=60), Head(label=_("Impact"), width=40), Head(label=_("Cause"), width=40),
        Head(label=_("Resolution"), width=40), Head(label=_("Lesson"), width=40),
    ]  # fmt: skip
    rows = (_values(line, zone) for line in every_line(session, actor(), wanted, at=at))
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    if form == "csv":
        write_csv(heads, rows, out)
    else:
        write_sheet(heads, rows, out, name=_("Issues"))
    out.seek(0)
    response = send_file(
        out,
        mimetype=TYPES[form],
        as_attachment=True,
        download_name=f"{_('issues')}-{day_in(zone, at).isoformat()}.{form}",
        etag=False,
        max_age=0,
    )
    response.call_on_close(out.close)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _values(line: Line, zone: str) -> list[Value]:
    issue = line.issue
    return [
        issue.ref,
        issue.title,
        line.relationship_ref,
        line.partner,
        str(KIND_LABELS[issue.kind]),
        str(SEVERITY_LABELS[issue.severity]),
        str(LEVEL_LABELS[Level(issue.level)]),
        str(line.label if line.over else STATUS_LABELS[issue.status]),
        line.awaited,
        line.holder,
        day_in(zone, issue.due_at) if issue.due_at else None,
        day_in(zone, issue.raised_at),
        day_in(zone, issue.ended_at) if issue.ended_at else None,
        issue.reopened,
        str(SHARING_LABELS[issue.sharing]),
        issue.description,
        issue.impact,
        issue.cause,
        issue.resolution,
        issue.lesson,
    ]


def _show() -> str:
    show = request.args.get("show", "open")
    return show if show in SHOWS else "open"


def _level() -> Level | None:
    asked = request.args.get("level", "")
    return Level(int(asked)) if asked in {str(int(one)) for one in Level} else None


def _wanted(relationships: set[str]) -> Wanted:
    """What the address asks for; what makes no sense is left out."""
    args: Any = request.args
    relationship = args.get("relationship", "")
    severity, kind = args.get("severity", ""), args.get("kind", "")
    return Wanted(
        show=_show(),
        relationship_id=UUID(relationship) if relationship in relationships else None,
        level=_level(),
        severity=Severity(severity) if severity in set(Severity) else None,
        kind=IssueKind(kind) if kind in set(IssueKind) else None,
        overdue=args.get("overdue") == "yes",
        mine=args.get("mine") == "yes",
        words=args.get("q", "").strip()[:200],
    )
