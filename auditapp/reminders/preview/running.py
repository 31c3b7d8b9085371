"""The edge where a preview is worked out: in a thread of its own, with what it does written down as it goes."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app

from auditapp.kit import clock
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.errors import Refusal
from auditapp.people.rules import Principal
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.preview.rules import Outlook, TooMuch, compare
from auditapp.reminders.preview.service import foresee
from auditapp.reminders.preview.work import GOOD_FOR, MOST_LISTED, Result, Work, keep_work, work_of
from auditapp.reminders.rules import Kind, Severity
from auditapp.trail import service as trail

log = logging.getLogger(__name__)
BEAT = timedelta(seconds=1)  # how often it says how far it is
WAIT = 1.5  # seconds a request waits: what is quick needs no page of its own
_one_at_a_time = threading.Lock()  # two would only slow each other down


REMEMBERED = "auditapp_preview_unchanged"  # in app.extensions


@dataclass(frozen=True, kw_only=True)
class _Unchanged:
    """The days to come with the policies in force, which every preview is compared with. ``head``: of the trail."""

    head: int
    at: datetime
    outlook: Outlook

    def holds(self, head: int, at: datetime) -> bool:
        """Whether nothing was recorded since, and it is not long ago."""
        return self.head == head and abs(at - self.at) < GOOD_FOR


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


def _head() -> int:
    found = trail.head(current_session())
    return found.seq if found is not None else 0


def _ends(asked: Asked, progress: _Progress) -> None:
    begun = progress.work
    while not _one_at_a_time.acquire(timeout=BEAT.total_seconds()):
        progress.keep(progress.work.went_on(clock.now()))
    try:
        head = run_unit(_head, "read")
        before: _Unchanged | None = current_app.extensions.get(REMEMBERED)
        if before is not None and not before.holds(head, begun.at):
            before = None
        # Both looks begin at the same moment, or they would differ in what came between.
        at = before.at if before is not None else begun.at
        progress.keep(progress.work.went_on(clock.now(), single=before is not None))
        now, then = foresee(
            lambda copy: run_unit(lambda: copy(current_session()), "read"),
            actor=asked.actor, at=at, kind=asked.kind, severity=asked.severity, policy=asked.policy,
            version=asked.version, tell=progress.tell, unchanged=before.outlook if before is not None else None,
        )  # fmt: skip
        current_app.extensions[REMEMBERED] = _Unchanged(head=head, at=at, outlook=now)
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
