"""The Home tab of somebody: drawn when they open it, turn a page, or did something."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.kit.db import current_session
from auditapp.people.rules import Principal
from bots.deeds import mine
from bots.deeds.mine import Rows
from bots.deeds.raising import may_raise
from bots.slack import home
from bots.slack.faults import FaultSort
from bots.slack.inbound.telling import Talk
from bots.slack.rules import LINK, Ref
from bots.slack.web import SlackError


def turned(talk: Talk, ref: Ref) -> None:
    """A button of Home: another list, another page, or the account is to be connected."""
    if ref.verb == LINK or talk.actor.principal is None:
        talk.not_acting()
        return
    publish(talk, shown=ref.id, page=ref.version)


def publish(talk: Talk, *, shown: str = home.MINE, page: int = 0) -> None:
    """Draw it as it stands now."""
    who = talk.actor.principal
    if who is None:
        view = home.unlinked(talk.actor.pen, talk.actor.refusal, may_link=talk.actor.may_link)
    else:
        shown = shown if shown in home.LISTS else home.MINE
        lists, raises = talk.unit(lambda: _read(current_session(), who, shown, page, at=talk.at))
        view = home.home(lists, talk.actor.pen, shown=shown, raises=raises)
    try:
        talk.call("views.publish", user_id=talk.actor.user_id, view=view)
    except SlackError as error:
        if error.sort is not FaultSort.RENDER:
            raise
        talk.call("views.publish", user_id=talk.actor.user_id, view=home.safe(talk.actor.pen))


def _read(
    session: Session, who: Principal, shown: str, page: int, *, at: datetime
) -> tuple[Mapping[str, Rows], Sequence[str]]:
    """All three lists; rows of the one that is shown only."""

    def at_page(name: str) -> int:
        return home.page_of(page) if name == shown else 0

    lists = {
        home.MINE: mine.mine(session, who, at=at, offset=at_page(home.MINE), limit=home.A_PAGE),
        home.WAITING: mine.waiting_for_others(
            session, who, at=at, offset=at_page(home.WAITING), limit=home.A_PAGE
        ),
        home.COMING: mine.coming(session, who, at=at, offset=at_page(home.COMING), limit=home.A_PAGE),
    }
    return lists, may_raise(session, who)
