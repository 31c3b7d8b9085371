"""A form whose files could not be kept is opened again, with everything that was typed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.ids import new_secret
from auditapp.kit.text import Text
from bots.deeds.rules import Form
from bots.slack.blocks import Block
from bots.slack.forms import Meta, form_modal, values_of
from bots.slack.inbound import asking
from bots.slack.inbound.telling import Talk
from bots.slack.model import SlackWork
from bots.slack.rules import Ref, WrongValueError

GONE = Text("What you typed then is not kept any more. Open the thing, and begin anew.")


def form_again(talk: Talk, form: Form, meta: Meta, state: Mapping[str, Any], *, error: Text | None) -> Block:
    """The form with what was typed; its files have to be chosen again."""
    values, _ = values_of(form, state)
    fresh = Meta(ref=meta.ref, nonce=new_secret(), about=meta.about)
    return form_modal(
        form, talk.actor.pen, meta=fresh, about=str(meta.about.get("about") or ""), values=values, error=error
    )


def resume(talk: Talk, ref: Ref) -> None:
    """Open the form of a piece of work of theirs again."""
    payload = talk.unit(lambda: _payload(talk, ref))
    who = talk.actor.principal
    if payload is None or who is None:
        talk.say(GONE)
        return
    try:
        meta = Meta.load(talk.actor.pen.secret, str(payload["meta"]))
        form = talk.unit(lambda: asking.form_of(current_session(), who, meta.ref, meta.about, at=talk.at))
    except Refusal as error:
        talk.say(error.text)
        return
    except (WrongValueError, ValueError, KeyError):
        talk.say(GONE)
        return
    talk.window(form_again(talk, form, meta, payload["state"], error=None))


def _payload(talk: Talk, ref: Ref) -> Mapping[str, Any] | None:
    try:
        found = current_session().get(SlackWork, UUID(ref.id))
    except ValueError:
        return None
    if found is None or found.account_id != talk.actor.account_id or found.kind != "form":
        return None
    kept: Mapping[str, Any] = found.payload
    return kept
