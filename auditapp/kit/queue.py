"""Jobs that wait in PostgreSQL, put there in the transaction of whoever needs them. SQLite has none.

Only a bell: what is to be done stands in rows of ours, and the clock finds them without it. So a lost job loses nothing,
and on SQLite the clock alone is enough.
"""

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.orm import Session, SessionTransaction

# Its own, and on nobody's search path: what is found there without a schema would be taken for a table of ours.
SCHEMA = "procrastinate"
QUEUE = "auditapp"
_RUNG = "rung"  # in a session's info: what this transaction has asked for already
# Never opened: it only writes on connections that it is handed.
_bell = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def ring(session: Session, name: str) -> bool:
    """Have a worker run a job once this transaction is committed; ``False`` where jobs do not wait.

    One that waits already is enough: whoever runs it begins after this transaction, which holds the write lock.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return False
    rung = session.info.setdefault(_RUNG, set())
    if name in rung:
        return True
    driver = connection.connection.driver_connection
    if driver is None:
        return False
    deferrer = _bell.configure_task(name, queue=QUEUE, queueing_lock=name, connection=driver)
    try:
        # A savepoint: that one waits already must not break the caller's transaction.
        with driver.transaction():
            before = driver.execute("SELECT current_setting('search_path')").fetchone()
            driver.execute(f"SET LOCAL search_path TO {SCHEMA}")
            deferrer.defer()
            driver.execute("SELECT set_config('search_path', %s, true)", before)
    except AlreadyEnqueued:
        pass
    rung.add(name)
    return True


def _note_end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_RUNG, None)


sa.event.listen(Session, "after_transaction_end", _note_end)
