"""A form that was sent: done in the unit of work that answers it, so that what is wrong stands at its field.

Where files come along, they are fetched first: the form is kept whole, and its sender is told how it ended.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_bolt import BoltResponse
from sqlalchemy.orm import Session

from auditapp.kit.app import this_app
from auditapp.kit.db import undo
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from bots.deeds.rules import FieldKind, Form
from bots.slack import forms, work
from bots.slack.blocks import Block
from bots.slack.forms import Meta, note_modal, values_of
from bots.slack.inbound import asking, later
from bots.slack.inbound.asking import FILES
from bots.slack.inbound.who import Actor, actor_of
from bots.slack.model import SlackAccount
from bots.slack.posts import service as posts
from bots.slack.rules import WrongValueError

CLEAR: Mapping[str, Any] = {"response_action": "clear"}
TOLD = Text("Not done")
DONE = Text("Done")
WORKING = Text("One moment")
OLD = Text("This window is from an older version. Close it, and open the thing again.")
FETCHING = Text(
    "Your answer is kept, and its files are being copied. You can close this window; the message changes when it is done."
)


def submitted(
    session: Session, account: SlackAccount, view: Mapping[str, Any], *, at: datetime
) -> dict[str, Any]:
    """What a form is answered with, as arguments of its acknowledgement."""
    app = this_app()
    actor = actor_of(session, app, account, at=at)
    try:
        meta = Meta.load(actor.pen.secret, str(view.get("private_metadata") or ""))
    except (WrongValueError, ValueError, KeyError, TypeError):
        return _note(actor, OLD)
    if actor.principal is None:
        return _note(actor, actor.refusal)
    try:
        form = asking.form_of(session, actor.principal, meta.ref, meta.about, at=at)
    except Refusal as error:
        return _note(actor, error.text)
    values, problems = values_of(form, view.get("state") or {})
    if problems:
        return forms.wrong(problems, actor.pen)
    files = {
        one.name: list(values[one.name])
        for one in form.fields
        if one.kind is FieldKind.FILES and values[one.name]
    }
    if meta.about.get(FILES):
        name = next((one.name for one in form.fields if one.kind is FieldKind.FILES), "")
        files[name] = [*files.get(name, []), *meta.about[FILES]] if name else []
    if any(files.values()):
        kept = {
            "meta": view["private_metadata"],
            "state": view.get("state") or {},
            FILES: files,
            "view_id": str(view["id"]),
        }
        made = work.put(
            session, at=at, key=f"form:{meta.nonce}", kind="form", account_id=account.id, payload=kept
        )
        if made is not None:
            later.add(later.Work(made))
        return {
            "response_action": "update",
            "view": note_modal(FETCHING, actor.pen, title=WORKING, mark=":hourglass:"),
        }
    return _do(session, actor, form, meta, values, at=at)


def _do(
    session: Session, actor: Actor, form: Form, meta: Meta, values: Mapping[str, Any], *, at: datetime
) -> dict[str, Any]:  # fmt: skip
    if actor.principal is None or work.seen(session, f"form:{meta.nonce}", at=at):
        return dict(CLEAR)
    try:
        done = asking.do(session, actor.principal, meta.ref, values, meta.about, at=at)
    except Refusal as error:
        undo()
        return forms.refused(
            form, actor.pen, error, meta=meta, values=values, about=str(meta.about.get("about") or "")
        )
    posts.want(session, {meta.ref.subject}, at=at, now=at)
    later.add(later.Draw(meta.ref.subject))
    if done.then is not None:  # something new: say what it is called
        later.add(later.Draw(":".join(done.then)))
        return {
            "response_action": "update",
            "view": note_modal(done.said, actor.pen, title=DONE, mark=":white_check_mark:"),
        }
    return dict(CLEAR)


def _note(actor: Actor, text: Text) -> dict[str, Any]:
    return {"response_action": "update", "view": note_modal(text, actor.pen, title=TOLD, mark=":warning:")}


def broken(text: Text, view: Mapping[str, Any]) -> BoltResponse:
    """A form that we could not answer: the same form, with what was typed, and a word on top."""
    shown: Block = {
        key: view[key]
        for key in ("type", "title", "close", "submit", "callback_id", "private_metadata", "blocks")
        if view.get(key)
    }
    kept = [one for one in shown.get("blocks") or [] if one.get("block_id") != "broken"]
    shown["blocks"] = [
        {"type": "section", "block_id": "broken", "text": {"type": "plain_text", "text": str(text), "emoji": False}},
        *kept,
    ][:100]  # fmt: skip
    return BoltResponse(status=200, body={"response_action": "update", "view": shown})


def options(session: Session, account: SlackAccount, body: Mapping[str, Any], *, at: datetime) -> list[Block]:
    """What fits the letters that somebody writes into a choice of a form."""
    app = this_app()
    actor = actor_of(session, app, account, at=at)
    view = body.get("view") or {}
    try:
        meta = Meta.load(actor.pen.secret, str(view.get("private_metadata") or ""))
        if actor.principal is None:
            return []
        form = asking.form_of(session, actor.principal, meta.ref, meta.about, at=at)
    except (WrongValueError, ValueError, KeyError, TypeError, Refusal):
        return []
    return forms.options(form, str(body.get("action_id") or ""), str(body.get("value") or ""), actor.pen)
