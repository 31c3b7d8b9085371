"""The page Calendar: one's own feeds, who polls them, a new one, a test, and the end of one."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

import segno
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.feeds import queries, render, service
from auditapp.feeds.forms import FeedForm, NameForm
from auditapp.feeds.lint import lint
from auditapp.feeds.model import Feed
from auditapp.feeds.preview import look, shown_by
from auditapp.feeds.routes.base import bp, site
from auditapp.feeds.rules import CLIENTS, OVERLAP, REVOKED_SAYS_SO, SCOPE_LABELS, Scope
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.reminders.rules import KIND_LABELS, Kind

MOST_LISTED = 50  # events on the page of a test


def _form(**more: Any) -> FeedForm:
    session, who = current_session(), actor()
    inside = who.can(Capability.VIEW_ORGANIZATION)
    kinds = list(Kind) if inside else queries.kinds_seen(session, who)
    return FeedForm(
        relationships=[(str(one), words) for one, words in queries.relationship_choices(session, who)],
        programmes=[(str(one), words) for one, words in queries.programme_choices(session, who)],
        kinds=[(kind.value, KIND_LABELS[kind]) for kind in kinds],
        **more,
    )


def what(feed: Feed, names: dict[UUID, str]) -> str:
    """What a feed holds, in words."""
    words = str(SCOPE_LABELS[feed.scope])
    of = feed.relationship_id or feed.programme_id
    if of is not None:
        words = names.get(of, words)
    if feed.kinds:
        words += ": " + ", ".join(str(KIND_LABELS[Kind(one)]) for one in feed.kinds)
    more = [
        text
        for text, holds in (
            (_("private titles"), feed.private_titles),
            (_("with reminders"), feed.alarms),
            (_("as tasks"), feed.tasks),
        )
        if holds
    ]
    return words + (f" ({', '.join(more)})" if more else "")


def _names() -> dict[UUID, str]:
    session, who = current_session(), actor()
    return dict([*queries.relationship_choices(session, who), *queries.programme_choices(session, who)])


def _index(form: FeedForm, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    at = clock.now()
    feeds = [
        one
        for one in queries.feeds_of(session, actor())
        if one.revoked_at is None or one.revoked_at + REVOKED_SAYS_SO > at
    ]
    names = _names()
    return render_template(
        "feeds/index.html",
        feeds=feeds,
        polls=queries.polls_of(session, [one.id for one in feeds]),
        what={one.id: what(one, names) for one in feeds},
        form=form,
        at=at,
        clients=CLIENTS.values(),
        invited=queries.is_invited(session, actor()),
    ), status


@bp.get("/calendar/")
@guard(Capability.SIGNED_IN)
def index() -> ResponseReturnValue:
    """One's own feeds, and a form for a new one."""
    scope = request.args.get("scope", Scope.MINE.value)
    return _index(
        _form(
            formdata=None,
            scope=scope if scope in set(Scope) else Scope.MINE.value,
            relationship_id=request.args.get("relationship", ""),
            programme_id=request.args.get("programme", ""),
        )
    )


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _subscribe(feed: Feed, secret: str, *, rotated: bool) -> str:
    """The address, shown this once."""
    address = f"{site().url}{url_for('feeds.serve', token=secret, _external=False)}"
    if request.script_root:  # the public address holds it already
        address = address.replace(f"{site().url}{request.script_root}", site().url, 1)
    webcal = "webcal://" + address.split("://", 1)[1]
    name = feed.title or feed.name
    ways = {
        "Google Calendar": f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        "Outlook": "https://outlook.office.com/calendar/0/addfromweb"
        f"?url={quote(address, safe='')}&name={quote(name, safe='')}",
        "Apple Calendar": webcal,
        "Thunderbird": webcal,
    }
    return render_template(
        "feeds/subscribe.html",
        feed=feed,
        address=address,
        webcal=webcal,
        ways=[(CLIENTS[client], url) for client, url in ways.items()],
        home_outlook="https://outlook.live.com/calendar/0/addfromweb"
        f"?url={quote(address, safe='')}&name={quote(name, safe='')}",
        qr=segno.make(webcal, error="m", micro=False).svg_data_uri(scale=4, border=3, light="#fff"),
        secure=address.startswith("https://"),
        rotated=rotated,
        overlap=OVERLAP.days,
        what=what(feed, _names()),
    )


def _once(page: str) -> Response:
    """A page with a secret on it: no link on it tells where it came from."""
    response = Response(page, mimetype="text/html")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.post("/calendar/")
@guard(Capability.SIGNED_IN)
def make() -> ResponseReturnValue:
    """Make a feed and show its address, this once."""
    form = _form()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            feed, secret = service.make(
                current_session(),
                actor=actor(),
                at=clock.now(),
                name=form.name.data or "",
                options=service.Options(
                    scope=Scope(form.scope.data),
                    relationship_id=_uuid(form.relationship_id.data),
                    programme_id=_uuid(form.programme_id.data),
                    kinds=[Kind(one) for one in form.kinds.data or ()],
                    private_titles=form.private_titles.data,
                    alarms=form.alarms.data,
                    tasks=form.tasks.data,
                ),
                site=site(),
            )
        if outcome.ok:
            return _once(_subscribe(feed, secret, rotated=False))
        status = outcome.status
    return _index(form, status)


@bp.post("/calendar/invitations")
@guard(Capability.SIGNED_IN)
def invitations() -> ResponseReturnValue:
    """Be invited by mail to the audits one has a part in, or not any more."""
    wanted = request.form.get("wanted") == "yes"
    try:
        service.choose_invitations(current_session(), actor=actor(), at=clock.now(), wanted=wanted)
    except Refusal as refusal:
        flash(str(refusal.text), "error")
    else:
        if wanted:
            flash(_("You will be invited by mail to what is still to come, within some minutes."), "success")
        else:
            flash(
                _("Invitations by mail are off. What was sent is taken back, within some minutes."), "success"
            )
    return redirect(url_for("feeds.index", _anchor="invitations"))


def _show(feed_id: UUID, form: NameForm | None = None, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    feed = queries.feed_by_id(session, actor(), feed_id)
    return render_template(
        "feeds/show.html",
        feed=feed,
        polls=queries.polls_of(session, [feed.id])[feed.id],
        what=what(feed, _names()),
        form=form or NameForm(formdata=None, name=feed.name),
        at=clock.now(),
        clients=CLIENTS,
        overlap=OVERLAP.days,
    ), status


@bp.get("/calendar/<uuid:feed_id>")
@guard(Capability.SIGNED_IN)
def show(feed_id: UUID) -> ResponseReturnValue:
    """One feed: who polls it, and what can be done with it."""
    return _show(feed_id)


@bp.post("/calendar/<uuid:feed_id>/rename")
@guard(Capability.SIGNED_IN)
def rename(feed_id: UUID) -> ResponseReturnValue:
    """Call it something else."""
    form = NameForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.rename(
                current_session(),
                actor=actor(),
                at=clock.now(),
                feed_id=feed_id,
                name=form.name.data or "",
            )
        if outcome.ok:
            flash(_("Renamed."), "success")
            return redirect(url_for("feeds.show", feed_id=feed_id))
        status = outcome.status
    return _show(feed_id, form, status)


@bp.post("/calendar/<uuid:feed_id>/rotate")
@guard(Capability.SIGNED_IN)
def rotate(feed_id: UUID) -> ResponseReturnValue:
    """A new address; the old one goes on for a week."""
    feed, secret = service.rotate(current_session(), actor=actor(), at=clock.now(), feed_id=feed_id)
    return _once(_subscribe(feed, secret, rotated=True))


@bp.get("/calendar/<uuid:feed_id>/revoke")
@guard(Capability.SIGNED_IN)
def ask_revoke(feed_id: UUID) -> str:
    """Ask whether it is meant."""
    return render_template(
        "feeds/revoke.html",
        feed=queries.feed_by_id(current_session(), actor(), feed_id),
        days=REVOKED_SAYS_SO.days,
    )


@bp.post("/calendar/<uuid:feed_id>/revoke")
@guard(Capability.SIGNED_IN)
def revoke(feed_id: UUID) -> ResponseReturnValue:
    """End it."""
    feed = service.revoke(current_session(), actor=actor(), at=clock.now(), feed_id=feed_id)
    flash(_("The feed on “%(name)s” is revoked.", name=feed.name), "success")
    return redirect(url_for("feeds.index"))


@bp.get("/calendar/<uuid:feed_id>/test")
@guard(Capability.SIGNED_IN)
def test(feed_id: UUID) -> str:
    """Read the feed as it would be sent now, look for faults, and say what each client makes of it."""
    session = current_session()
    feed = queries.feed_by_id(session, actor(), feed_id)
    held = queries.hold(session, feed, actor(), bodies=True)
    counts, lines = look(held.body)
    return render_template(
        "feeds/test.html",
        feed=feed,
        held=held,
        faults=lint(held.body),
        counts=counts,
        lines=lines[:MOST_LISTED],
        left=max(len(lines) - MOST_LISTED, 0),
        shown=shown_by(counts),
    )


@bp.get("/calendar/event.ics")
@guard(Capability.SIGNED_IN)
def download() -> Response:
    """One event as a file of its own."""
    event = queries.event_by_key(current_session(), actor(), request.args.get("key", "")[:160])
    body = (
        render.head("", [render.zone_bytes(event.zone)] if event.zone else [])
        + event.event
        + event.alarm
        + render.EVENT_END
        + render.TAIL
    )
    response = Response(body, content_type="text/calendar; charset=utf-8")
    name = re.sub("[^A-Za-z0-9]+", "-", event.about["ref"])[:40].strip("-") or "event"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
