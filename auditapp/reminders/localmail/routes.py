"""Mails that would have been sent: a page for installations without a mail server."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from auditapp.kit.errors import NotFound
from auditapp.people.guards import guard, settings
from auditapp.people.rules import Capability
from auditapp.reminders.localmail import queries
from auditapp.reminders.localmail.queries import KeptMail
from auditapp.reminders.localmail.rules import pieces

bp = Blueprint("localmail", __name__, template_folder="templates", url_prefix="/mail")
# A mail is shown as its reader's program would: nothing is fetched, nothing runs, and it is nobody's page.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'"


@bp.get("/")
@guard(Capability.MANAGE_SETTINGS)
def index() -> str:
    """Every mail that was kept, page by page."""
    page = queries.kept(settings().mail_dir, page=request.args.get("page", 1, type=int))
    return render_template("localmail/index.html", page=page, server=settings().smtp_host)


@bp.get("/<uuid:message_id>")
@guard(Capability.MANAGE_SETTINGS)
def show(message_id: UUID) -> str:
    """One mail: its head and its text, whose links can be followed."""
    mail = _mail(message_id)
    return render_template(
        "localmail/show.html", mail=mail, pieces=list(pieces(mail.text, settings().public_url))
    )


@bp.get("/<uuid:message_id>/page")
@guard(Capability.MANAGE_SETTINGS)
def as_page(message_id: UUID) -> ResponseReturnValue:
    """Its HTML, alone and locked up."""
    return Response(
        _mail(message_id).page,
        mimetype="text/html",
        headers={"Content-Security-Policy": SANDBOX, "Referrer-Policy": "no-referrer"},
    )


@bp.get("/<uuid:message_id>.eml")
@guard(Capability.MANAGE_SETTINGS)
def download(message_id: UUID) -> ResponseReturnValue:
    """The file itself, for a mail program."""
    _mail(message_id)
    return send_file(
        queries.path_of(settings().mail_dir.resolve(), message_id),
        mimetype="message/rfc822",
        as_attachment=True,
        download_name=f"{message_id}{queries.SUFFIX}",
        max_age=0,
    )


def _mail(message_id: UUID) -> KeptMail:
    found = queries.one(settings().mail_dir, message_id)
    if found is None:
        raise NotFound
    return found
