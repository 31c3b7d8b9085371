"""What the person of the token was told: their own notices, nobody else's."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from auditapp.api.declare import get, post
from auditapp.api.lists import page, rows_of, told
from auditapp.api.places import site
from auditapp.api.shapes import Conditions, Given, Nothing, Paging, listing
from auditapp.api.tokens.rules import Scope
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.reminders.centre import service
from auditapp.reminders.centre.rules import seen
from auditapp.reminders.outbox.model import Notice as Row
from auditapp.reminders.outbox.rules import NoticeKind

TAG = "Notices"


class NoticesAsked(Paging):
    """Which notices."""

    kind: NoticeKind | None = Field(default=None)
    unread: bool = Field(default=False, description="Only those that were not read.")


class Notice(Given):
    """Something that you were told. ``about``: the number of the thing as it was then."""

    id: UUID
    kind: NoticeKind
    urgent: bool
    about: str
    title: str
    why: str
    due_on: date | None
    due_at: datetime | None
    created_at: datetime
    read_at: datetime | None
    page: str


def _notice(row: Row) -> Notice:
    about = seen(row.about)
    return told(
        Notice,
        row,
        about=about.ref,
        title=about.title,
        why=str(about.why or ""),
        due_on=about.due_on,
        due_at=about.due_at,
        page=site("centre.index"),
    )


@get("/notices", scope=Scope.READ_AUDITS, gives=listing(Notice), tag=TAG)
def notices(query: NoticesAsked) -> object:
    """Your own notices."""
    asked = sa.select(Row).where(
        Row.person_id == actor().person_id, Row.cancelled_at.is_(None), Row.not_before <= clock.now()
    )
    if query.kind is not None:
        asked = asked.where(Row.kind == query.kind)
    if query.unread:
        asked = asked.where(Row.read_at.is_(None))
    rows, cursor = rows_of(current_session(), asked, Row.id, query)
    return page(Notice, [_notice(one) for one in rows], cursor)


@post("/notices/<uuid:notice_id>/read", scope=Scope.WRITE_ACTIONS, gives=Notice, tag=TAG)
def read_notice(notice_id: UUID, json: Nothing, headers: Conditions) -> object:
    """Mark one of your own as read."""
    del json, headers
    return _notice(service.mark_read(current_session(), actor=actor(), at=clock.now(), notice_id=notice_id))
