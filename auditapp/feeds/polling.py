"""Reading whose token it is, as every poll does: in one statement, and in the short way where nothing is new."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.feeds.model import Feed, FeedPoll
from auditapp.people.model import Account, Person

# Built once and sent past the ORM: every poll asks it.
_FEED: Any = Feed.__table__
_POLL: Any = FeedPoll.__table__
_OF_TOKEN = (
    sa.select(
        *_FEED.c,
        (_FEED.c.token_digest == sa.bindparam("digest")).label("current"),
        sa.and_(Person.active, Account.disabled_at.is_(None)).label("living"),
        _POLL.c.last_at.label("polled_at"),
        _POLL.c.status.label("polled_status"),
    )
    .join(Person, Person.id == _FEED.c.person_id)
    .outerjoin(Account, Account.person_id == Person.id)
    .outerjoin(_POLL, sa.and_(_POLL.c.feed_id == _FEED.c.id, _POLL.c.client == sa.bindparam("client")))
    .where(
        sa.or_(
            _FEED.c.token_digest == sa.bindparam("digest"), _FEED.c.previous_digest == sa.bindparam("digest")
        )
    )
)


def feed_of_token(session: Session, *, token_digest: str, client: str) -> Any:
    """The columns of the feed that a token opens or opened; ``None`` for a token of no feed. One statement.

    Also whether it is the feed's present token (``current``), whether its person is still here (``living``), and when
    this client polled last, with what answer (``polled_at``, ``polled_status``).
    """
    return session.connection().execute(_OF_TOKEN, {"digest": token_digest, "client": client}).first()


# Most polls find nothing new. Asking that takes one small statement by itself, past the ORM and without a transaction of its
# own around it: a 304 then costs little more than a request that does nothing.
_SAME = """
SELECT CASE WHEN feed_poll.status = 304 AND feed_poll.last_at > {recent} THEN 0 ELSE 1 END
FROM feed
JOIN person ON person.id = feed.person_id
LEFT JOIN account ON account.person_id = person.id
LEFT JOIN feed_poll ON feed_poll.feed_id = feed.id AND feed_poll.client = {client}
WHERE feed.token_digest = {digest} AND feed.edition = {edition} AND feed.digest = {mark}
AND feed.revoked_at IS NULL AND account.disabled_at IS NULL AND person.active
"""
_PLACES = ("recent", "client", "digest", "edition", "mark")
_SAME_FOR = {
    "sqlite": _SAME.format(**dict.fromkeys(_PLACES, "?")),
    "postgresql": _SAME.format(**dict.fromkeys(_PLACES, "%s")),
}


def is_unchanged(
    session: Session, *, token_digest: str, client: str, edition: int, mark: str, recent: datetime
) -> bool | None:
    """Whether a living feed is still at an edition: ``None`` when it is not, or not known.

    Else whether this poll is to be written down, for the last 304 of this client was not after ``recent``.
    """
    engine = session.get_bind()
    if not isinstance(engine, sa.Engine):
        return None
    lite = engine.dialect.name == "sqlite"
    moment = recent.strftime("%Y-%m-%d %H:%M:%S.%f") if lite else recent
    connection = engine.raw_connection()
    try:
        if not lite:
            connection.dbapi_connection.autocommit = True  # type: ignore[union-attr] # psycopg's
        cursor = connection.cursor()
        cursor.execute(_SAME_FOR[engine.dialect.name], (moment, client, token_digest, edition, mark))
        row = cursor.fetchone()
        cursor.close()
    finally:
        if not lite:
            connection.dbapi_connection.autocommit = False  # type: ignore[union-attr] # psycopg's
        connection.close()
    return None if row is None else bool(row[0])
