"""Nothing is lost: threads that read a row and then write what follows from it, on both databases."""

import threading

import pytest

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.people.model import Counter
from auditapp.trail import service as trail

THREADS = 8
SERIES = "everybody's"


def take_one(number):
    """Read, think, write; and a fact of it, numbered from the last one."""
    session = current_session()
    row = session.get(Counter, SERIES)
    before = row.last
    row.last = before + 1
    trail.record(
        session, actor_id=None, at=now(), verb="counter.taken", thing_kind="counter", thing_id="1",
        thing_ref=SERIES, before=before, after={"last": row.last, "by": number},
    )  # fmt: skip
    return row.last


def race(app, each):
    """``each`` commands in every thread, all started at once; gives back the numbers taken."""
    start = threading.Barrier(THREADS)
    taken, broken = [], []

    def run(number):
        start.wait()
        try:
            for _ in range(each):
                with app.app_context():
                    taken.append(run_unit(lambda: take_one(number), "write"))
        except Exception as error:  # noqa: BLE001 - told below
            broken.append(error)

    with app.app_context():
        run_unit(lambda: current_session().add(Counter(series=SERIES, last=0)), "write")
    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return taken


def prove(app, each):
    taken = race(app, each)
    total = THREADS * each
    with app.app_context():
        last = run_unit(lambda: current_session().get(Counter, SERIES).last, "read")
        breaks = run_unit(lambda: list(trail.verify(current_session())), "read")
        facts = run_unit(lambda: trail.head(current_session()).seq, "read")
        db.engine.dispose()
    assert last == total, f"{total - last} of {total} were lost"
    assert sorted(taken) == list(range(1, total + 1)), "every number was given once"
    assert breaks == []
    assert facts == total
    return total


def test_nothing_is_lost(app):
    prove(app, 25)


@pytest.mark.soak
def test_nothing_is_lost_in_the_long_run(app, capsys):
    total = prove(app, 100)
    with capsys.disabled(), app.app_context():
        print(
            f"\n{db.engine.dialect.name}: {THREADS} threads, {total} read-then-write commands on one row, 0 lost"
        )
