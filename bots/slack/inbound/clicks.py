"""A button was pressed: a window opens, or the thing is done at once, by the service of the site's own button."""

from functools import partial

from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound, Refusal
from auditapp.kit.ids import new_secret
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.deeds.raising import RAISE
from bots.deeds.registry import trade_of
from bots.deeds.rules import Done, Thing, deed_of
from bots.slack import work
from bots.slack.forms import Meta, form_modal, thing_modal
from bots.slack.inbound import asking, homes, resuming, shortcuts
from bots.slack.inbound.telling import Talk
from bots.slack.model import SlackWork
from bots.slack.posts import service as posts
from bots.slack.posts.drawing import draw_wanted
from bots.slack.posts.looking import Seen, look, person_of
from bots.slack.rules import HOME, LINK, OPEN, PAGE, WORK, Ref, WrongValueError, read

OLD = Text("This button is from an older version. The message is drawn anew; use its buttons.")
GONE = Text("This is not there any more, or it is not yours to see.")
ON_THE_SITE = Text("This is done on its page in the site.")


def clicked(talk: Talk) -> None:
    """Whatever its value says is done, or refused in words."""
    try:
        ref = read(talk.actor.pen.secret, str(talk.payload.get("value") or ""))
    except (WrongValueError, ValueError):
        talk.say(OLD)
        return
    if ref.kind == HOME or ref.verb == LINK:
        homes.turned(talk, ref)
        return
    who = talk.actor.principal
    if who is None:
        talk.not_acting()
        return
    if ref.kind == WORK:
        resuming.resume(talk, ref)
        return
    if ref.verb == RAISE:
        shortcuts.begin(talk, ref.kind)
        return
    if ref.verb in {OPEN, PAGE}:
        _open(talk, ref)
        return
    _deed(talk, ref, who)


def _seen(talk: Talk, ref: Ref) -> Seen | None:
    session = current_session()
    person = person_of(session, talk.actor.person.id if talk.actor.person else None)
    return look(session, talk.app, person, ref.subject, at=talk.at) if person is not None else None


def _open(talk: Talk, ref: Ref) -> None:
    """The thing in a window, with everything that can be done to it."""
    seen = talk.unit(lambda: _seen(talk, ref))
    if seen is None:
        talk.say(GONE)
        return
    talk.window(thing_modal(seen.thing, talk.actor.pen, lines=seen.lines, reminders=seen.reminders))


def _deed(talk: Talk, ref: Ref, who: Principal) -> None:
    """What is needed for it is asked in a window; what needs nothing is done."""
    trade = trade_of(ref.kind)
    thing = (
        talk.unit(lambda: trade.look(current_session(), who, ref.id, at=talk.at))
        if trade is not None
        else None
    )
    if thing is None:
        talk.say(GONE)
        _draw(talk, ref)
        return
    deed = deed_of(thing, ref.verb)
    if deed is not None and deed.form:
        _ask(talk, ref, thing, who)
        return
    if deed is not None and deed.endpoint:
        talk.say(ON_THE_SITE)
        return
    _do(talk, ref, who, thing)


def _ask(talk: Talk, ref: Ref, thing: Thing, who: Principal) -> None:
    try:
        form = talk.unit(lambda: asking.form_of(current_session(), who, ref, {}, at=talk.at))
    except Refusal as error:
        talk.say(error.text)
        _draw(talk, ref)
        return
    about = f"{thing.ref} · {thing.title}"[:300]
    # What is sent back carries the version that was shown when the button was drawn: a stale form is refused.
    meta = Meta(ref=ref, nonce=new_secret(), about={"about": about})
    talk.window(form_modal(form, talk.actor.pen, meta=meta, about=about))


def _do(talk: Talk, ref: Ref, who: Principal, thing: Thing) -> None:
    """Do it, whether it is offered still or not: the service knows a repeat from what cannot be done."""
    try:
        done = talk.unit(partial(_done, talk, ref, who), "write")
    except NotFound:
        talk.say(GONE)
    except Refusal as error:
        talk.say(Text("%(ref)s: %(why)s", ref=thing.ref, why=error.text))
    else:
        _told(talk, ref, done)
    _draw(talk, ref)


def _done(talk: Talk, ref: Ref, who: Principal) -> Done | None:
    session = current_session()
    found = session.get(SlackWork, talk.came.work_id, populate_existing=True)
    if found is None or found.ended_at is not None:  # another process was faster: done once
        return None
    done = asking.do(session, who, ref, {}, {}, at=talk.at)
    posts.want(session, {ref.subject}, at=talk.at, now=talk.at)
    work.done(found, at=talk.at, said=done.said.to_json())
    return done


def _told(talk: Talk, ref: Ref, done: Done | None) -> None:
    """In a window the thing as it stands now; a message is drawn anew, and says it itself."""
    view = talk.payload.get("view") or {}
    if done is None or view.get("type") != "modal":
        return
    seen = talk.unit(lambda: _seen(talk, ref))
    if seen is not None:
        talk.change_window(
            str(view["id"]),
            thing_modal(
                seen.thing, talk.actor.pen, lines=seen.lines, reminders=seen.reminders, said=done.said
            ),
        )


def _draw(talk: Talk, ref: Ref) -> None:
    """What they look at shows how it stands."""
    talk.unit(lambda: posts.want(current_session(), {ref.subject}, at=talk.at, now=talk.at), "write")
    draw_wanted(talk.app, talk.at, subjects={ref.subject})
    if (talk.payload.get("view") or {}).get("type") == "home":
        homes.publish(talk)
