"""Where Slack reaches us: everything is checked before a transaction begins, and refused in words and never with 500."""

import hmac
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from werkzeug.exceptions import RequestEntityTooLarge

from auditapp.kit import clock
from auditapp.kit.app import this_app
from auditapp.people.guards import guard, settings
from bots.slack.inbound import later, shapes

bp = Blueprint("slack", __name__)
BOLT = "auditapp_slack_bolt"  # in app.extensions
MOST_BYTES = 1_000_000  # of a request: the largest view has 250 kB, and form encoding triples it
MOST_DIGITS = 15  # of a timestamp
WINDOW = 300  # seconds that a signature is good for; what is repeated within them is known by its key


def _refused(status: int, words: str) -> Response:
    return Response(f"{words}\n", status, mimetype="text/plain")


@bp.before_request
def enter() -> None:
    """From here until its end a request goes before what follows from others."""
    later.entered()
    g.slack_entered = True


@bp.teardown_request
def leave(_error: BaseException | None) -> None:
    """It has ended, however it did."""
    if g.pop("slack_entered", False):
        later.left()


@bp.before_request
def check() -> ResponseReturnValue | None:
    """The signature, the time and the shape. The body is read here, before anything else takes it for a form."""
    secret = settings().slack_signing_secret.get_secret_value()
    if not secret:
        return _refused(404, "Slack is not set up here.")
    request.max_content_length = MOST_BYTES
    try:
        body = request.get_data(cache=True, parse_form_data=False)
    except RequestEntityTooLarge:
        return _refused(413, "This is too large to be from Slack.")
    wrong = _wrong(body, secret)
    return _refused(*wrong) if wrong is not None else None


def _wrong(body: bytes, secret: str) -> tuple[int, str] | None:
    """What stands against a request, as a status and words."""
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= MOST_DIGITS):
        return 400, "The timestamp is missing or is no number."
    if abs(clock.now().timestamp() - int(stamp)) > WINDOW:
        return 401, "This was signed too long ago."
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return 400, "This is not UTF-8."
    wanted = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=text)
    if not (wanted and signature.isascii() and hmac.compare_digest(wanted, signature)):
        return 401, "The signature does not fit."
    return None if shapes.fits(text, request.mimetype) else (400, "This cannot be read.")


@bp.post("/slack/events")
@guard(public=True)
def events() -> ResponseReturnValue:
    """Clicks, forms, commands, shortcuts and events. Kept in this request's unit of work; done after the answer."""
    bolt: App = current_app.extensions[BOLT]
    waiting: list[Any] = later.begin()
    g.slack_waiting = waiting
    response = SlackRequestHandler(bolt).handle(request)
    app = this_app()
    response.call_on_close(lambda: later.go(app, waiting))
    return response
