"""Pages that bring people and partners in: choose a file, look at what it says, take the good rows."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.text import Text
from auditapp.overview.imports import service
from auditapp.overview.imports.reading import MOST_BYTES, MOST_ROWS, Fault, decode
from auditapp.overview.imports.rules import GIVEN_ROLES, PARTNER_COLUMNS, PEOPLE_COLUMNS
from auditapp.people.guards import actor, guard
from auditapp.people.rules import ROLE_LABELS, Capability
from auditapp.relationships.rules import KIND_LABELS, PRIORITY_LABELS, STAGE_LABELS, STAGES

bp = Blueprint("imports", __name__, template_folder="templates", url_prefix="/import")
MOST_SHOWN = 200  # rows and faults on the page that is looked at; all are taken
# A first line and an example of each column; the example is told apart by its address.
TEMPLATES = {
    "people": (
        ",".join(PEOPLE_COLUMNS),
        "Example Person,example.person@example.org,Quality manager,auditor;action_owner,Europe/London",
    ),
    "partners": (
        ",".join(PARTNER_COLUMNS),
        "Example Partner,GB,Rail,Example alliance,alliance,working_together,high,,,",
    ),
}
# What each column may hold, in the words of the page.
PEOPLE_HELP = (
    ("name", Text("the person's name; needed")),
    ("email", Text("the address the person signs in with; needed, once per person")),
    ("job_title", Text("may be empty")),
    ("roles", Text("none, one or several with ; between them: %(known)s", known="; ".join(GIVEN_ROLES))),
    ("zone", Text("a time zone such as Europe/London; empty: the organization's")),
)
PARTNERS_HELP = (
    ("partner", Text("the partner's name; needed; a partner with several relationships has a row for each")),
    ("country", Text("two letters such as GB, or the English name; empty: the organization's")),
    ("sector", Text("may be empty")),
    ("relationship", Text("a name for the relationship; empty if there is none yet")),
    ("kind", Text("one of %(known)s", known=", ".join(KIND_LABELS))),
    ("stage", Text("1 to 8, or one of %(known)s", known=", ".join(STAGES))),
    ("priority", Text("one of %(known)s; empty: medium", known=", ".join(PRIORITY_LABELS))),
    ("owner_email", Text("address of the relationship owner, who must be here already; may be empty")),
    ("manager_email", Text("the same for the relationship manager")),
    ("ser_email", Text("the same for the Senior Executive Responsible")),
)
LABELS = {"roles": ROLE_LABELS, "kind": KIND_LABELS, "stage": STAGE_LABELS, "priority": PRIORITY_LABELS}


def _in_setup() -> bool:
    return request.values.get("flow") == "setup"


@bp.get("/people")
@guard(Capability.MANAGE_PEOPLE)
def people() -> str:
    """Choose a list of people."""
    return _choose("people")


@bp.post("/people")
@guard(Capability.MANAGE_PEOPLE)
def look_people() -> ResponseReturnValue:
    """Look at a list of people, or take its good rows."""
    return _go("people", service.look_at_people, service.take_people)


@bp.get("/partners")
@guard(Capability.MANAGE_PEOPLE)
def partners() -> str:
    """Choose a list of partners and relationships."""
    return _choose("partners")


@bp.post("/partners")
@guard(Capability.MANAGE_PEOPLE)
def look_partners() -> ResponseReturnValue:
    """Look at a list of partners, or take its good rows."""
    return _go("partners", service.look_at_partners, service.take_partners)


@bp.get("/people.csv")
@guard(Capability.MANAGE_PEOPLE)
def people_template() -> Response:
    """The template for a list of people."""
    return _template("people")


@bp.get("/partners.csv")
@guard(Capability.MANAGE_PEOPLE)
def partners_template() -> Response:
    """The template for a list of partners."""
    return _template("partners")


def _template(kind: str) -> Response:
    # The byte order mark makes spreadsheet programs read it as UTF-8.
    body = "\ufeff" + "\r\n".join(TEMPLATES[kind]) + "\r\n"
    return Response(
        body, mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={kind}.csv"}
    )


def _choose(kind: str, fault: Fault | None = None) -> str:
    return render_template(
        "imports/choose.html",
        kind=kind,
        fault=fault,
        setup=_in_setup(),
        columns=PEOPLE_HELP if kind == "people" else PARTNERS_HELP,
        most_rows=MOST_ROWS,
        most_kb=MOST_BYTES // 1024,
        next_url=_next(kind),
    )


def _next(kind: str) -> str:
    if _in_setup():
        return url_for("imports.partners", flow="setup") if kind == "people" else url_for("setup.done")
    return url_for("people.index" if kind == "people" else "relationships.index")


def _go(kind: str, look: Callable[[Session, str], Any], take: Callable[..., Any]) -> ResponseReturnValue:
    upload = request.files.get("file")
    data = upload.read(MOST_BYTES + 1) if upload is not None and upload.filename else b""
    if data:
        text, fault = decode(data)
    elif "content" in request.form:
        text, fault = decode(request.form["content"].encode())
    else:
        text, fault = "", Fault(line=0, column="", wrong=Text("Choose a file first."))
    if fault is not None:
        return _choose(kind, fault), 422
    if request.form.get("verb") == "take" and not data:
        found = take(current_session(), actor=actor(), at=clock.now(), text=text)
        flash(_taken(kind, len(found.good)), "success" if found.good else "warning")
        if not found.faults:
            return redirect(_next(kind))
        return _preview(kind, found, text, taken=True)
    return _preview(kind, look(current_session(), text), text, taken=False)


def _taken(kind: str, count: int) -> str:
    if kind == "people":
        return _("People brought in: %(count)s.", count=count)
    return _("Rows about partners brought in: %(count)s.", count=count)


def _preview(kind: str, found: Any, text: str, *, taken: bool) -> str:
    return render_template(
        "imports/preview.html",
        kind=kind,
        good=found.good[:MOST_SHOWN],
        good_count=len(found.good),
        faults=found.faults[:MOST_SHOWN],
        fault_count=len(found.faults),
        bad_lines=len({fault.line for fault in found.faults}),
        text=text,
        taken=taken,
        setup=_in_setup(),
        labels=LABELS,
        next_url=_next(kind),
    )
