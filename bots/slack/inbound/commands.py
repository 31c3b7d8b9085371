"""``/audit``: lists, a search, something new. Only whoever asked sees the answer."""

from collections.abc import Callable, Mapping

from auditapp.kit.db import current_session
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from bots.deeds import mine
from bots.deeds.mine import Rows
from bots.deeds.raising import may_raise
from bots.slack import home
from bots.slack.blocks import Drawn
from bots.slack.inbound.telling import Talk
from bots.slack.rules import COMMAND

FIND, NEW, HELP = "find", "new", "help"
LISTS: Mapping[str, tuple[str, Callable[..., Rows]]] = {
    "mine": (home.MINE, mine.mine),
    "due": (home.COMING, mine.coming),
    "waiting": (home.WAITING, mine.waiting_for_others),
}


def commanded(talk: Talk) -> None:
    """Answer it; what is not understood gets the list of what is."""
    words = str(talk.payload.get("text") or "").strip()
    verb, _, rest = words.partition(" ")
    who = talk.actor.principal
    if verb.lower() in {"", HELP}:
        _show(talk, home.help_text(talk.actor.pen))
    elif who is None:
        talk.not_acting()
    elif verb.lower() in LISTS:
        _list(talk, who, verb.lower())
    elif verb.lower() == NEW:
        raises = talk.unit(lambda: may_raise(current_session(), who))
        _show(talk, home.choose(raises, talk.actor.pen))
    elif verb.lower() == FIND and rest.strip():
        rows = talk.unit(lambda: mine.find(current_session(), who, rest, at=talk.at))
        _show(talk, home.found(rest, rows, talk.actor.pen))
    else:
        said = Text("“%(words)s” is not something that %(command)s knows.", words=words[:80], command=COMMAND)
        _show(talk, home.help_text(talk.actor.pen, said=said))


def _list(talk: Talk, who: Principal, name: str) -> None:
    key, ask = LISTS[name]
    rows = talk.unit(lambda: ask(current_session(), who, at=talk.at, limit=home.MOST_LINES))
    _show(talk, home.listing(key, rows, talk.actor.pen))


def _show(talk: Talk, drawn: Drawn) -> None:
    talk.show(drawn, Text("%(said)s", said=drawn.text))
