"""A form that came with files: they are copied first, then it is done, all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Flask

from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.keeping import Kept
from auditapp.kit.storage import Store
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.deeds.rules import Done, Form
from bots.slack import work
from bots.slack.files import fetch
from bots.slack.forms import Meta, note_modal, values_of
from bots.slack.inbound import asking
from bots.slack.inbound.asking import FILES
from bots.slack.inbound.resuming import form_again
from bots.slack.inbound.submitting import DONE
from bots.slack.inbound.telling import Talk
from bots.slack.model import SlackWork
from bots.slack.posts import service as posts
from bots.slack.posts.drawing import draw_wanted
from bots.slack.web import Team

NOT_HANDED_OUT = Text(
    "Slack did not hand out the files, though it was asked again and again. Choose them anew."
)


def store_of(app: Flask) -> Store:
    """Where files are kept."""
    found: Store = app.extensions["auditapp_store"]
    return found


def fetched(talk: Talk) -> None:
    """Copy, do, and show in the window how it ended; whoever closed it is told by a message."""
    who, team = talk.actor.principal, talk.team
    meta = Meta.load(talk.actor.pen.secret, str(talk.payload["meta"]))
    if who is None or team is None:
        _refused(talk, talk.actor.refusal, None, meta)
        return
    form: Form | None = None
    lost: list[str] = []
    try:
        form = talk.unit(lambda: asking.form_of(current_session(), who, meta.ref, meta.about, at=talk.at))
        files = _copy(talk, team, talk.payload[FILES], lost)
        done = talk.unit(partial(_done, talk, who, meta, form, files), "write")
    except Refusal as error:
        _refused(talk, error.text, form, meta, lost=lost)
        return
    if done is not None:
        view_id = str(talk.payload["view_id"])
        told = talk.change_window(
            view_id, note_modal(done.said, talk.actor.pen, title=DONE, mark=":white_check_mark:")
        )
        if (
            not told and done.then is not None
        ):  # something new, and its window is closed: say what it is called
            talk.say_surely(done.said)
    draw_wanted(talk.app, talk.at, subjects={meta.ref.subject})


def _copy(talk: Talk, team: Team, wanted: Mapping[str, Any], lost: list[str]) -> dict[str, tuple[Kept, ...]]:
    """Every file of every field, in the store; ``lost`` gets the one that is refused. Raises Refusal or SlackError."""
    store = store_of(talk.app)

    def one(file_id: str) -> Kept:
        try:
            return fetch(talk.site, team, store, file_id)
        except Refusal:
            lost.append(file_id)
            raise

    return {name: tuple(one(file_id) for file_id in ids) for name, ids in wanted.items()}


def _done(
    talk: Talk, who: Principal, meta: Meta, form: Form, files: Mapping[str, tuple[Kept, ...]]
) -> Done | None:
    session = current_session()
    found = session.get(SlackWork, talk.came.work_id, populate_existing=True)
    if found is None or found.ended_at is not None:
        return None
    values, _ = values_of(form, talk.payload["state"])
    done = asking.do(session, who, meta.ref, {**values, **files}, meta.about, at=talk.at)
    posts.want(session, {meta.ref.subject}, at=talk.at, now=talk.at)
    work.done(found, at=talk.at, said=done.said.to_json())
    return done


def gave_up(talk: Talk) -> bool:
    """Slack did not hand out the files, however often it was asked: its sender is told; ``False`` for what is no form."""
    if talk.came.kind != "form":
        return False
    meta = Meta.load(talk.actor.pen.secret, str(talk.payload["meta"]))
    who, form = talk.actor.principal, None
    if who is not None:
        try:
            form = talk.unit(lambda: asking.form_of(current_session(), who, meta.ref, meta.about, at=talk.at))
        except Refusal as error:
            _refused(talk, error.text, None, meta)
            return True
    _refused(talk, NOT_HANDED_OUT, form, meta)
    return True


def _refused(talk: Talk, why: Text, form: Form | None, meta: Meta, *, lost: Sequence[str] = ()) -> None:
    """The form again, with what was typed and why it was not done; or a message, when its window is closed.

    A file of the message it was begun from that is ``lost`` is not asked for again: it would be refused each time.
    """
    kept = [one for one in meta.about.get(FILES) or [] if one not in lost]
    meta = replace(meta, about={**meta.about, FILES: kept})
    view_id = str(talk.payload["view_id"])
    if form is not None and talk.change_window(
        view_id, form_again(talk, form, meta, talk.payload["state"], error=why)
    ):
        return
    name = str(meta.about.get("about") or "")
    talk.say_surely(
        Text(
            "%(about)s: it was not done. %(why)s What you typed is kept; open it again to send it.",
            about=name,
            why=why,
        )
        if name
        else Text("It was not done. %(why)s What you typed is kept; open it again to send it.", why=why),
        again=form is not None,
    )
