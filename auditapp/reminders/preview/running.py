"""The edge where a preview is worked out: in a thread of its own, with what it does written down as it goes."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask

from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.people.rules import Principal
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.preview.rules import TooMuch, compare
from auditapp.reminders.preview.service import foresee
from auditapp.reminders.preview.work import MOST_LISTED, Result, Work, keep_work, work_of
from auditapp.reminders.rules import Kind, Severity

log = logging.getLogger(__name__)
BEAT = timedelta(seconds=1)  # how often it says how far it is
WAIT = 1.5  # seconds a request waits: what is quick needs no page of its own
_one_at_a_time = threading.Lock()  # two would only slow each other down


class _Left(Exception):
    """Somebody asks for something else by now."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be worked out, for whom."""

    actor: Principal
    kind: Kind
    severity: Severity | None
    policy: Policy
    version: int
    key: str


def how_far(app: Flask, asked: Asked, *, anew: bool = False) -> Work:
    """How far it is; begins it when nobody has, when it was too long ago, or ``anew``. Waits a moment for its end."""
    at = clock.now()
    who = asked.actor.person_id
    work = run_unit(lambda: work_of(current_session(), who), "read")
    if work is not None and work.key == asked.key and not work.stale(at) and not anew:
        return work
    begun = Work(key=asked.key, at=at, beat_at=at)
    run_unit(lambda: keep_work(current_session(), who, begun, anew=True), "write")
    thread = threading.Thread(target=_work, args=(app, asked, begun), name="preview", daemon=True)
    thread.start()
    thread.join(WAIT)
    return run_unit(lambda: work_of(current_session(), who), "read") or begun


def _work(app: Flask, asked: Asked, begun: Work) -> None:
    try:
        with app.app_context():
            _ends(asked, _Progress(asked, begun))
    except _Left:
        log.info("a preview was left for another one")
    except Exception:
        log.exception("a preview could not be written down")


class _Progress:
    """Writes down how far it is, no more often than is read."""

    def __init__(self, asked: Asked, begun: Work) -> None:
        self._who = asked.actor.person_id
        self.work = begun

    def keep(self, work: Work) -> None:
        self.work = work
        if not run_unit(lambda: keep_work(current_session(), self._who, work), "write"):
            raise _Left

    def tell(self, moment: datetime, second: bool) -> None:  # noqa: FBT001 - as the look ahead calls it
        at = clock.now()
        if at - self.work.beat_at >= BEAT or second != self.work.second:
            self.keep(self.work.went_on(at, day=(moment - self.work.at).days, second=second))


def _ends(asked: Asked, progress: _Progress) -> None:
    begun = progress.work
    while not _one_at_a_time.acquire(timeout=BEAT.total_seconds()):
        progress.keep(progress.work.went_on(clock.now()))
    try:
        now, then = foresee(
            lambda copy: run_unit(lambda: copy(current_session()), "read"),
            actor=asked.actor, at=begun.at, kind=asked.kind, severity=asked.severity, policy=asked.policy,
            version=asked.version, tell=progress.tell,
        )  # fmt: skip
        told = then.of(asked.kind, asked.severity)
        result = Result(
            found=compare(now, then, asked.kind, asked.severity),
            told=told[:MOST_LISTED],
            told_count=len(told),
        )
        progress.keep(progress.work.went_on(clock.now(), result=result))
    except Refusal as refusal:
        progress.keep(
            progress.work.went_on(
                clock.now(), refused=str(refusal.text), status=refusal.status, field=refusal.field,
                too_much=isinstance(refusal, TooMuch),
            )
        )  # fmt: skip
    except _Left:
        raise
    except Exception:
        log.exception("a preview broke off")
        progress.keep(progress.work.went_on(clock.now(), broken=True))
    finally:
        _one_at_a_time.release()
