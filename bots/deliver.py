"""Takes messages out of the outbox, sends each by the channel that reaches its person, and writes down how it went.

Three steps: a unit of work that claims; sending, outside any; a unit of work that records. What is killed in between is
found by its lease and asked about (auditapp/reminders/outbox). Nothing is sent that was not committed before.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from auditapp.kit import clock, queue
from auditapp.kit.db import Mode, current_session, run_unit
from auditapp.kit.text import Text
from auditapp.reminders.engine.registry import Job, register
from auditapp.reminders.engine.running import BACKLOG, stopping, worker_name
from auditapp.reminders.outbox import channels, queries, service
from auditapp.reminders.outbox.rules import (
    LEASE,
    MARGIN,
    NOTHING_LEFT,
    SETTLE,
    Channel,
    Fault,
    Message,
    NotSentError,
)
from auditapp.reminders.outbox.service import Claim
from auditapp.reminders.outbox.service.putting import DELIVER

log = logging.getLogger(__name__)
T = TypeVar("T")
# (session, message id, the moment) -> what to send; None when nothing is left to say.
Build = Callable[[Session, UUID, datetime], Message | None]
ASK_AGAIN = timedelta(minutes=5)
AT_A_STRETCH = 20.0  # seconds of sending until the clock has its turn
RECORD_PAUSE = 0.5  # seconds between two tries to write down what was sent, while the database is away


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How much is taken at once, how long it is held, and how long doubt settles before it is asked about."""

    limit: int = 10
    lease: timedelta = LEASE
    margin: timedelta = MARGIN
    settle: timedelta = SETTLE
    ask_again: timedelta = ASK_AGAIN


PACE = Pace()
PACES = "auditapp_pace"  # in app.extensions: another pace for this installation, as the soak wants it


@dataclass(kw_only=True)
class Counts:
    """What one round did."""

    claimed: int = 0
    sent: int = 0
    faults: int = 0
    cancelled: int = 0
    asked: int = 0
    released: int = 0
    late: int = 0  # sent, and somebody else had dealt with it meanwhile

    @property
    def done(self) -> int:
        """How much there was to do."""
        return self.claimed + self.asked


_builder: list[Build] = []


def use_builder(build: Build) -> None:
    """From now on messages are built by this: the digest says so at start, a test may say otherwise."""
    _builder[:] = [build]


def deliver_once(
    app: Flask,
    *,
    worker: str = "",
    at: datetime | None = None,
    pace: Pace = PACE,
    build: Build | None = None,
) -> Counts:
    """One round: ask about what is in doubt, then claim, send and record a few messages. Gives what was done.

    ``at`` stands still for a test; otherwise the clock is read at each step.
    """
    worker = worker or worker_name()
    found = Counts()
    build = build or (_builder[0] if _builder else None)
    if build is None:
        return found
    with app.app_context():
        if not run_unit(lambda: queries.anything_to_do(current_session(), at=at or clock.now()), "read"):
            return found
        work = _Round(app, worker=worker, at=at, pace=pace, build=build, found=found)
        work.ask()
        work.send()
    return found


def deliver_all(app: Flask, at: datetime | None = None, *, pace: Pace = PACE) -> int:
    """Rounds until nothing is left to do, for a while, or until this process is asked to end. The job of the clock.

    After a while the clock has its turn; what is left then goes on at once, here or in another process.
    """
    done = 0
    until = time.monotonic() + AT_A_STRETCH
    app.extensions[BACKLOG] = False
    while not stopping(app).is_set():
        found = deliver_once(app, at=at, pace=pace)
        done += found.done
        if not found.done:
            break
        if time.monotonic() > until:
            app.extensions[BACKLOG] = True
            with app.app_context():
                run_unit(lambda: queue.ring(current_session(), DELIVER), "write")
            break
    return done


class _Round:
    """One round of one worker."""

    def __init__(
        self, app: Flask, *, worker: str, at: datetime | None, pace: Pace, build: Build, found: Counts
    ) -> None:
        self.app, self.worker, self.at = app, worker, at
        self.pace, self.build, self.found = pace, build, found

    def now(self) -> datetime:
        return self.at or clock.now()

    def ask(self) -> None:
        """Whether what is in doubt arrived."""
        claims = run_unit(
            lambda: service.claim_unknown(
                current_session(),
                at=self.now(),
                worker=self.worker,
                limit=self.pace.limit,
                lease=self.pace.lease,
            ),
            "write",
        )
        self.found.asked += len(claims)
        for claim in claims:
            self._ask(claim)

    def _ask(self, claim: Claim) -> None:
        channel = channels.by_name(claim.channel)
        try:
            provider_id = channel.find(claim.message_id) if channel is not None else None
        except Exception as error:  # noqa: BLE001 - whatever it is, the message stays in doubt
            reason = error.reason if isinstance(error, NotSentError) else repr(error)
            wait = timedelta(seconds=getattr(error, "retry_after", None) or 0) or self.pace.ask_again
            self._write(
                claim,
                lambda: service.record_not_asked(
                    current_session(), at=self.now(), claim=claim, wait=wait, reason=reason
                ),
            )
            return
        self._write(
            claim,
            lambda: service.record_asked(
                current_session(), at=self.now(), claim=claim, provider_id=provider_id
            ),
        )

    def send(self) -> None:
        """Claim a few, send each, record each."""
        pace = self.pace

        def take() -> list[Claim]:
            session = current_session()
            taken = service.claim(
                session, at=self.now(), worker=self.worker, limit=pace.limit, lease=pace.lease
            )
            if len(taken) == pace.limit:  # another worker may go on while this one sends
                queue.ring(session, DELIVER)
            return taken

        claims = run_unit(take, "write")
        self.found.claimed += len(claims)
        for number, claim in enumerate(claims):
            if self.now() > claim.deadline_at - pace.margin or stopping(self.app).is_set():
                self._release(claims[number:])
                return
            self._send(claim)

    def _release(self, claims: list[Claim]) -> None:
        self.found.released += run_unit(
            lambda: service.hand_back(current_session(), at=self.now(), claims=claims), "write"
        )

    def _send(self, claim: Claim) -> None:
        try:
            message = self._unit(
                claim, lambda: self.build(current_session(), claim.message_id, self.now()), "read"
            )
        except DBAPIError:
            raise  # the lease runs out, and nothing was sent: it is taken again
        except Exception as error:
            log.exception("message %s cannot be built", claim.message_id)
            self._fault(claim, NotSentError(Fault.RETRY, f"It could not be built: {error!r}"))
            return
        if message is None:
            self._write(
                claim,
                lambda: service.record_cancelled(
                    current_session(), at=self.now(), claim=claim, reason=NOTHING_LEFT.msgid
                ),
            )
            self.found.cancelled += 1
            return
        channel = channels.by_name(claim.channel)
        try:
            provider_id = _checked(channel).send(message)
        except NotSentError as error:
            self._fault(claim, error)
            return
        except Exception as error:
            log.exception("channel %s broke on message %s", claim.channel, claim.message_id)
            self._fault(claim, NotSentError(Fault.UNKNOWN, repr(error)))
            return
        known = self._write(
            claim,
            lambda: service.record_sent(
                current_session(), at=self.now(), claim=claim, provider_id=provider_id
            ),
        )
        self.found.sent += 1
        self.found.late += not known

    def _fault(self, claim: Claim, error: NotSentError) -> None:
        self.found.faults += 1
        self._write(
            claim,
            lambda: service.record_fault(
                current_session(),
                at=self.now(),
                claim=claim,
                fault=error.fault,
                reason=error.reason,
                retry_after=error.retry_after,
                settle=self.pace.settle,
            ),
        )

    def _write(self, claim: Claim, work: Callable[[], T]) -> T:
        return self._unit(claim, work, "write")

    def _unit(self, claim: Claim, work: Callable[[], T], kind: Mode) -> T:
        """A unit of work that is tried again while the database is away, until the lease ends."""
        while True:
            try:
                return run_unit(work, kind)
            except DBAPIError:
                if self.at is not None or self.now() > claim.deadline_at:
                    raise
                time.sleep(RECORD_PAUSE)


def _checked(channel: Channel | None) -> Channel:
    if channel is None:
        raise NotSentError(Fault.PERSON_GONE, "This channel is not there any more.")
    return channel


register(
    Job(
        name=DELIVER,
        label=Text("Delivery of messages"),
        order=90,
        edge=lambda app, _at: deliver_all(app, pace=app.extensions.get(PACES, PACE)),
        every=timedelta(),
    )
)
