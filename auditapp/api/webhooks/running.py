"""Sends what waits: several endpoints at the same time, of each one delivery after the other.

Claim in a unit of work, send outside of any, record in another one. What is killed in between is sent again, under the same
id, once its lease has run out.
"""

import random
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import partial

from flask import Flask

from auditapp.api.webhooks import queries
from auditapp.api.webhooks.addresses import Allowed
from auditapp.api.webhooks.posting import Resolve, post, resolve
from auditapp.api.webhooks.service.putting import SEND
from auditapp.api.webhooks.service.sending import Claim, Tried, claim, record_try
from auditapp.config import Settings
from auditapp.kit import clock, queue
from auditapp.kit.db import current_session, run_unit
from auditapp.kit.vault import Vault, named
from auditapp.reminders.engine.running import BACKLOG, stopping, worker_name

AT_ONCE = 8  # endpoints
AT_A_STRETCH = 10.0  # seconds until the clock has its turn; what was begun is waited for
PURPOSE = b"auditapp webhook secrets 1"
_dice = random.SystemRandom()


def vault_of(settings: Settings) -> Vault:
    """The vault of an installation's webhooks: its own key or keys, and what was kept before it had one."""
    return Vault(
        PURPOSE, *named(settings.webhook_key.get_secret_value()), settings.secret_key.get_secret_value()
    )


def allowed_of(settings: Settings) -> Allowed:
    """Where an installation sends besides the open internet."""
    return Allowed.of(settings.webhook_allow, settings.webhook_ports)


def send_all(
    app: Flask, at: datetime | None = None, *, find: Resolve = resolve, stretch: float = AT_A_STRETCH
) -> int:
    """Send until nothing may be sent now, or for a while; gives how many tries were made. ``at`` stands still for a test."""
    now: Callable[[], datetime] = (lambda: at) if at is not None else clock.now
    with app.app_context():
        if not run_unit(lambda: queries.anything_due(current_session(), now()), "read"):
            return 0
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="webhook") as pool:
            return _Round(app, pool, now, find, time.monotonic() + stretch).run()


class _Round:
    """One stretch of sending: the database is touched by this thread alone."""

    def __init__(
        self, app: Flask, pool: ThreadPoolExecutor, now: Callable[[], datetime], find: Resolve, until: float
    ) -> None:
        settings: Settings = app.extensions["auditapp"]
        self.app, self.pool, self.now, self.find, self.until = app, pool, now, find, until
        self.allowed, self.vault, self.worker = allowed_of(settings), vault_of(settings), worker_name()
        self.sending: dict[Future[Tried], Claim] = {}

    def run(self) -> int:
        """Claim, send and record until nothing is left or the time is over."""
        done = 0
        while True:
            over = stopping(self.app).is_set() or time.monotonic() > self.until
            if not over:
                self._begin()
            if not self.sending:
                break
            finished, _ = wait(self.sending, return_when=FIRST_COMPLETED)
            for one in finished:
                self._record(self.sending.pop(one), one.result())
                done += 1
        # Only ever set here: the delivery of messages, which runs before, says that there is none left.
        if run_unit(lambda: queries.anything_due(current_session(), self.now()), "read"):
            self.app.extensions[BACKLOG] = True
            run_unit(lambda: queue.ring(current_session(), SEND), "write")
        return done

    def _begin(self) -> None:
        free = AT_ONCE - len(self.sending)
        if free <= 0:
            return
        busy = {one.webhook_id for one in self.sending.values()}

        def work() -> list[Claim]:
            return claim(
                current_session(), at=self.now(), worker=self.worker, vault=self.vault, busy=busy, most=free
            )

        if not run_unit(lambda: queries.anything_due(current_session(), self.now()), "read"):
            return
        for one in run_unit(work, "write"):
            sent = self.pool.submit(partial(post, one, at=self.now(), allowed=self.allowed, find=self.find))
            self.sending[sent] = one

    def _record(self, one: Claim, tried: Tried) -> None:
        run_unit(
            lambda: record_try(current_session(), at=self.now(), claim=one, tried=tried, luck=_dice.random()),
            "write",
        )
