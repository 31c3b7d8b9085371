"""The pages of one's own notices."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reminders.centre import queries, service
from auditapp.reminders.centre.rules import NOTICE_LABELS, NOTICE_PLURALS, NOTICE_TONES, seen, told_as
from auditapp.reminders.outbox.rules import NoticeKind
from auditapp.shell.assets import address_of

TOLD_ONLY = frozenset({NoticeKind.COPY, NoticeKind.INFORMATION})  # nothing is asked
bp = Blueprint("centre", __name__, template_folder="templates", url_prefix="/notices")


def _wanted() -> dict[str, Any]:
    """The filters of the list, from its address or from the form that was sent out of it."""
    kind = request.values.get("kind", "")
    return {
        "show": "all" if request.values.get("show") == "all" else None,
        "kind": kind if kind in set(NoticeKind) else None,
    }


def _line(listed: queries.Listed) -> dict[str, Any]:
    notice = listed.notice
    about = seen(notice.about)
    return {
        "id": notice.id,
        "about": about,
        "label": NOTICE_LABELS[notice.kind],
        "tone": NOTICE_TONES[notice.kind],
        "told_as": None if about.said else told_as(notice.kind, notice.level),
        "run_id": None if listed.settled or notice.kind in TOLD_ONLY else notice.run_id,
        "at": max(notice.created_at, notice.not_before),
        "read_at": notice.read_at,
        "since": _("Settled since") if listed.settled else _("Answered since") if listed.answered else "",
        "opens": address_of(about.endpoint, about.args) is not None,
    }


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """What one was told, newest first: unread, or all; of one kind, or of every kind."""
    wanted = _wanted()
    now = clock.now()
    page = queries.list_notices(
        current_session(),
        actor(),
        at=now,
        unread=wanted["show"] is None,
        kind=NoticeKind(wanted["kind"]) if wanted["kind"] else None,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "centre/index.html",
        page=page,
        lines=[_line(listed) for listed in page.rows],
        wanted=wanted,
        kinds=NOTICE_PLURALS,
        until=now.isoformat(),
    )


@bp.post("/<uuid:notice_id>/open")
@guard(Capability.SIGNED_IN)
def open_notice(notice_id: UUID) -> ResponseReturnValue:
    """Mark a notice as read and go on to the page where the thing is done."""
    notice = service.mark_read(current_session(), actor=actor(), at=clock.now(), notice_id=notice_id)
    about = seen(notice.about)
    address = address_of(about.endpoint, about.args)
    if address is None:
        flash(_("Its page is not there any more. The notice is marked as read."), "info")
        return redirect(url_for("centre.index", **_wanted()))
    return redirect(address, 303)


@bp.post("/<uuid:notice_id>/read")
@guard(Capability.SIGNED_IN)
def mark_read(notice_id: UUID) -> ResponseReturnValue:
    """Mark a notice as read and stay."""
    service.mark_read(current_session(), actor=actor(), at=clock.now(), notice_id=notice_id)
    return redirect(url_for("centre.index", **_wanted()))


@bp.post("/read")
@guard(Capability.SIGNED_IN)
def mark_all_read() -> ResponseReturnValue:
    """Mark as read all that was there when the page was made; what came meanwhile stays unread."""
    now = clock.now()
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        until = now
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    service.mark_all_read(current_session(), actor=actor(), at=now, until=until)
    flash(_("All your notices are marked as read."), "success")
    return redirect(url_for("centre.index", show="all"))
