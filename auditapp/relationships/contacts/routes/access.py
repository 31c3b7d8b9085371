"""A contact's way in: the link, its page, and ending access."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.kit.errors import NotFound
from auditapp.kit.ids import digest
from auditapp.people.guards import actor, address, guard, keep_cookie, settings, throttle
from auditapp.people.rules import Capability
from auditapp.people.service import note_failure, pause
from auditapp.relationships.contacts import queries, service
from auditapp.relationships.contacts.forms import LinkForm
from auditapp.relationships.contacts.routes.base import bp, find
from auditapp.relationships.contacts.routes.people import people_page
from auditapp.relationships.contacts.service.access import SPENT


@bp.post("/relationships/<ref>/people/<uuid:person_id>/link")
@guard(Capability.MANAGE_RELATIONSHIPS)
def make_link(ref: str, person_id: UUID) -> ResponseReturnValue:
    """Make a one-time link and show it, once."""
    found = find(ref)
    form = LinkForm()
    if not form.validate():
        return people_page(found, status=422)
    secret = service.make_link(
        current_session(),
        actor=actor(),
        at=clock.now(),
        relationship_id=found.id,
        person_id=person_id,
        days=int(form.days.data),
        hours=int(form.hours.data),
    )
    current_session().flush()
    opened = queries.link_of(current_session(), secret_digest=digest(secret), at=clock.now())
    return render_template(
        "contacts/link.html",
        found=found,
        url=settings().public_url + url_for("contacts.come_in", secret=secret, _external=False),
        link=opened[0] if opened else None,
        name=opened[1].name if opened else "",
    )


@bp.post("/relationships/<ref>/people/links/<uuid:link_id>/revoke")
@guard(Capability.MANAGE_RELATIONSHIPS)
def revoke_link(ref: str, link_id: UUID) -> ResponseReturnValue:
    """Take a link back."""
    service.revoke_link(current_session(), actor=actor(), at=clock.now(), link_id=link_id)
    flash(_("The link is taken back: it opens nothing any more."), "success")
    return redirect(url_for("contacts.of_relationship", ref=ref) + "#access")


@bp.post("/relationships/<ref>/people/<uuid:person_id>/end-access")
@guard(Capability.MANAGE_RELATIONSHIPS)
def end_access(ref: str, person_id: UUID) -> ResponseReturnValue:
    """End a contact's sign-ins."""
    found = find(ref)
    service.end_access(
        current_session(), actor=actor(), at=clock.now(), relationship_id=found.id, person_id=person_id
    )
    flash(_("Access has ended. A new link lets them in again."), "success")
    return redirect(url_for("contacts.of_relationship", ref=ref) + "#access")


def _spent(status: int, text: str) -> ResponseReturnValue:
    return render_template(
        "shell/error.html",
        status=status,
        title=_("This link does not open anything"),
        message=text,
        back=None,
    ), status


@bp.get("/come-in/<secret>")
@guard(public=True)
def come_in(secret: str) -> ResponseReturnValue:
    """The page behind a link. Opening it uses nothing up: programs that look at mails open links too."""
    opened = queries.link_of(current_session(), secret_digest=digest(secret), at=clock.now())
    if opened is None:
        return _spent(404, str(SPENT))
    link, person, found = opened
    return render_template("contacts/come_in.html", secret=secret, link=link, person=person, found=found)


@bp.post("/come-in/<secret>")
@guard(public=True)
def come_in_post(secret: str) -> ResponseReturnValue:
    """Use the link up and sign in."""
    at = clock.now()
    paused = pause(current_session(), email=None, address=address(), at=at, throttle=throttle())
    if paused is not None:
        return _spent(429, str(paused))
    try:
        kept, ref = service.come_in(
            current_session(), at=at, secret=secret, address=address(), agent=request.user_agent.string
        )
    except NotFound as refusal:
        undo()
        note_failure(current_session(), email=None, address=address(), at=at)
        current_app.logger.info("refused: %s", refusal)
        return _spent(404, str(SPENT))
    session.clear()  # a new token against forged requests
    response = redirect(url_for("dossier.show", ref=ref))
    keep_cookie(response, kept)
    return response
