"""The pages behind links in mails. Opening one changes nothing; its button, or a mail program's one click, does.

None of them asks for a sign-in: the link is the key. So they tell little, are never kept or passed on as a referrer,
and need no form token (whoever could forge the request would have to know the link).
"""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import address, guard, settings, throttle
from auditapp.people.service import note_failure, pause
from auditapp.reminders.answering import service
from auditapp.reminders.answering.queries import Asked, asked, reader_of
from auditapp.reminders.answering.rules import BROKEN, read_answer, read_quiet
from auditapp.reminders.quiet.labels import CHANNEL_LABELS
from auditapp.reminders.quiet.queries import rhythms
from auditapp.reminders.rules import ANSWER_LABELS, KIND_LABELS

bp = Blueprint("answering", __name__, template_folder="templates", url_prefix="/answer")
T = TypeVar("T")
FAULT = 400


@bp.after_request
def _keep_to_yourself(response: Response) -> Response:
    if (
        response.status_code < FAULT
    ):  # the forms around an error need the referrer, which no other site ever gets
        response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/<token>")
@guard(public=True)
def show(token: str) -> ResponseReturnValue:
    """What the link is about, and one button."""
    link = read_answer(_secret(), token, at=clock.now())
    found = asked(current_session(), link)
    if found is None:
        raise NotFound(BROKEN)
    return _answer_page(found, ANSWER_LABELS[link.answer])


@bp.post("/<token>")
@guard(public=True)
def say(token: str) -> ResponseReturnValue:
    """Give the answer. Said twice is said once."""
    link = _checked(lambda: read_answer(_secret(), token, at=clock.now()))
    if isinstance(link, tuple):
        return link
    service.give_answer(current_session(), at=clock.now(), link=link)
    found = asked(current_session(), link)
    if found is None:
        raise NotFound(BROKEN)
    return _answer_page(found, ANSWER_LABELS[link.answer])


@bp.get("/quiet/<token>")
@guard(public=True)
def quiet(token: str) -> ResponseReturnValue:
    """Why mails come, and one button that ends them."""
    return _quiet_page(read_quiet(_secret(), token, at=clock.now()))


@bp.post("/quiet/<token>")
@guard(public=True)
def quiet_said(token: str) -> ResponseReturnValue:
    """End them: from the page, or from a mail program's own button (RFC 8058), which takes no redirect."""
    person_id = _checked(lambda: read_quiet(_secret(), token, at=clock.now()))
    if isinstance(person_id, tuple):
        return person_id
    service.stop_mail(current_session(), at=clock.now(), person_id=person_id)
    return _quiet_page(person_id)


def _secret() -> str:
    return settings().secret_key.get_secret_value()


def _checked(read: Callable[[], T]) -> T | tuple[str, int]:
    """What a link carries; a wrong one is counted, and too many from one address are not looked at for a while."""
    now = clock.now()
    paused = pause(current_session(), email=None, address=address(), at=now, throttle=throttle())
    if paused is not None:
        return _refusal(_("Too many tries"), str(paused), 429)
    try:
        return read()
    except NotFound as error:
        note_failure(current_session(), email=None, address=address(), at=now)
        return _refusal(_("Not found"), str(error.text), 404)


def _refusal(title: str, message: str, status: int) -> tuple[str, int]:
    return render_template("shell/error.html", status=status, title=title, message=message, back=None), status


def _answer_page(found: Asked, label: object) -> ResponseReturnValue:
    with force_locale(found.reader.locale):
        return render_template(
            "answering/show.html",
            asked=found,
            label=label,
            kind_label=KIND_LABELS[found.kind],
            title=found.ref if settings().mail_private_titles or not found.title else found.title,
            late=found.due_on < clock.day_in(found.reader.zone, clock.now()),
            page=_page_of(found),
        ), (200 if found.reader.may_act else 403)


def _page_of(found: Asked) -> str:
    """The page of the thing; the first page of the site where that is not known."""
    if found.endpoint in current_app.view_functions:
        try:
            return url_for(found.endpoint, **found.args)
        except BuildError:
            pass
    return url_for("home.index")


def _quiet_page(person_id: UUID) -> ResponseReturnValue:
    session = current_session()
    reader = reader_of(session, person_id)
    if reader is None:
        raise NotFound(BROKEN)
    channels = rhythms(session, [person_id], at=clock.now())[person_id].channels
    connected = {channel.name for channel in current_app.extensions["auditapp_channels"]()}
    others = [CHANNEL_LABELS[one] for one in channels if one != service.MAIL and one in connected]
    with force_locale(reader.locale):
        return render_template(
            "answering/quiet.html", reader=reader, by_mail=service.MAIL in channels, others=others
        ), (200 if reader.may_act else 403)
