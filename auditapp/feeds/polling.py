"""Reading whose token it is, as every poll does: in one statement, and in the short way where nothing is new."""

import logging
import os
import threading
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from psycopg import OperationalError
from psycopg.pq import ExecStatus
from sqlalchemy.orm import Session

from auditapp.feeds.model import Feed, FeedPoll
from auditapp.people.model import Account, Person

log = logging.getLogger(__name__)
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


# Most polls find nothing new. Asking that takes one small statement by itself, past the ORM, outside any unit and on a
# connection kept for it: a 304 then costs little more than a request that does nothing.
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
_SAME_ON_SQLITE = _SAME.format(**dict.fromkeys(_PLACES, "?"))
_SAME_ON_POSTGRES = _SAME.format(**{name: f"${number}" for number, name in enumerate(_PLACES, 1)}).encode()
_NAME = b"auditapp_feed_unchanged"
_MOST_KEPT = 4  # connections; who finds all of them busy goes the long way
_OLDEST = timedelta(minutes=30)  # as the pool's: a firewall may have forgotten it by then


class _Line:
    """A connection that was taken out of the pool for this one question."""

    def __init__(self, connection: Any, at: datetime) -> None:
        self._connection = connection
        self.opened_at = at

    def close(self) -> None:
        self._connection.close()

    def ask(self, recent: datetime, client: str, token_digest: str, edition: int, mark: str) -> bool | None:
        raise NotImplementedError


class _SqliteLine(_Line):
    def __init__(self, connection: Any, at: datetime) -> None:
        super().__init__(connection, at)
        connection.execute("PRAGMA query_only=ON")
        self._cursor = connection.cursor()

    def ask(self, recent: datetime, client: str, token_digest: str, edition: int, mark: str) -> bool | None:
        moment = recent.strftime("%Y-%m-%d %H:%M:%S.%f")
        given = (moment, client, token_digest, edition, mark)
        # Read to its end: a statement that is not holds on to what it saw.
        rows = self._cursor.execute(_SAME_ON_SQLITE, given).fetchall()
        return bool(rows[0][0]) if rows else None


class _PostgresLine(_Line):
    """By libpq's own calls, as psycopg offers them: its cursors take longer than the question."""

    def __init__(self, connection: Any, at: datetime) -> None:
        super().__init__(connection, at)
        connection.rollback()  # what the pool began
        self._pg = connection.pgconn
        self._read(self._pg.exec_(b"SET default_transaction_read_only = on"), ExecStatus.COMMAND_OK)
        self._read(self._pg.prepare(_NAME, _SAME_ON_POSTGRES), ExecStatus.COMMAND_OK)

    def ask(self, recent: datetime, client: str, token_digest: str, edition: int, mark: str) -> bool | None:
        given = (recent.isoformat(), client, token_digest, str(edition), mark)
        found = self._pg.exec_prepared(_NAME, [one.encode() for one in given])
        self._read(found, ExecStatus.TUPLES_OK)
        return found.get_value(0, 0) != b"0" if found.ntuples else None

    def _read(self, result: Any, wanted: ExecStatus) -> None:
        if result.status != wanted:
            raise OperationalError(result.get_error_message())


class Asker:
    """Asks whether a feed is unchanged, on a few connections of its own that are left out of the pool.

    The pool would ask each time whether its connection is still alive, which costs as much as the question. Here a
    dead one is found by asking, and the answer is then not known: the long way opens a new one. They are closed with
    the engine (``Engine.dispose``).
    """

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is opened yet."""
        self._engine = engine
        self._lite = engine.dialect.name == "sqlite"
        self._errors = (sa.exc.DBAPIError, engine.dialect.loaded_dbapi.Error)
        self._process = os.getpid()
        self._idle: list[_Line] = []
        self._seats = threading.Semaphore(_MOST_KEPT)
        sa.event.listen(engine, "engine_disposed", self._disposed)

    def is_unchanged(
        self, *, token_digest: str, client: str, edition: int, mark: str, recent: datetime, at: datetime
    ) -> bool | None:
        """Whether a living feed is still at an edition: ``None`` when it is not, or not known.

        Else whether this poll is to be written down, for the last 304 of this client was not after ``recent``.
        """
        if not self._seats.acquire(blocking=False):
            return None
        try:
            line = self._take(at)
            try:
                answer = line.ask(recent, client, token_digest, edition, mark)
            except BaseException:
                line.close()
                raise
            self._idle.append(line)
        except self._errors:
            log.info("a feed could not be asked the short way", exc_info=True)
            return None
        finally:
            self._seats.release()
        return answer

    def _take(self, at: datetime) -> _Line:
        if self._process != os.getpid():  # forked: they are the parent's
            self._process, self._idle = os.getpid(), []
        while self._idle:
            line = self._idle.pop()
            if self._lite or abs(at - line.opened_at) < _OLDEST:
                return line
            line.close()
        return self._open(at)

    def _open(self, at: datetime) -> _Line:
        pooled = self._engine.raw_connection()
        connection: Any = pooled.dbapi_connection
        pooled.detach()
        try:
            return (_SqliteLine if self._lite else _PostgresLine)(connection, at)
        except BaseException:
            connection.close()
            raise

    def _disposed(self, engine: sa.Engine) -> None:
        del engine
        while self._idle and self._process == os.getpid():
            self._idle.pop().close()
