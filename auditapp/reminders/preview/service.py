"""What a policy would do: the engine run ahead on a copy, with the policy in force and with the one that is thought of."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from auditapp.people.rules import Principal
from auditapp.reminders.engine.service import run_jobs
from auditapp.reminders.ladder.queries import next_moment
from auditapp.reminders.policies.rules import Policy
from auditapp.reminders.policies.service import set_policy
from auditapp.reminders.preview.queries.ahead import Known, look_ahead
from auditapp.reminders.preview.queries.copying import copy_of
from auditapp.reminders.preview.rules import DAYS, Outlook
from auditapp.reminders.rules import Kind, Severity

# The jobs that tell people something by the policies. What rooms above add (channels of their own) stays out.
FORETOLD = frozenset({"advance", "obligations", "scan", "climb", "notify", "gather"})


Tell = Callable[[datetime, bool], None]
Read = Callable[[Callable[[Session], Engine]], Engine]


def foresee(
    read: Read,
    *,
    actor: Principal,
    at: datetime,
    kind: Kind,
    severity: Severity | None,
    policy: Policy,
    version: int,
    days: int = DAYS,
    tell: Tell | None = None,
    unchanged: Outlook | None = None,
) -> tuple[Outlook, Outlook]:
    """The days to come as things are, and with this policy; nothing of the database itself is changed.

    Both run the engine's own jobs at every moment at which something comes, as if nobody answered anything and every
    message arrived. ``read`` calls what it is given with a session of the database: only that long is it needed.
    ``tell`` hears at each moment how far it is, and whether it is the second look, with the policy in force.
    ``unchanged``: the look with the policy in force from the same moment, where it is known already.
    Raises what setting the policy would raise, and TooMuch when there is too much to think ahead.
    """

    def change(copied: Session) -> None:
        set_policy(copied, actor=actor, at=at, kind=kind, severity=severity, policy=policy, version=version)

    known: Known = {}
    told = tell or (lambda _moment, _second: None)
    with ExitStack() as stack:
        copy = read(lambda session: stack.enter_context(copy_of(session, at=at, days=days)))
        then = look_ahead(
            copy, at=at, run=_run, next_moment=_next, days=days, change=change, known=known,
            tell=lambda moment: told(moment, False),
        )  # fmt: skip
        now = unchanged or look_ahead(
            copy, at=at, run=_run, next_moment=_next, days=days, known=known,
            tell=lambda moment: told(moment, True),
        )  # fmt: skip
    return now, then


def _run(session: Session, at: datetime) -> int:
    return run_jobs(session, at=at, only=FORETOLD)


def _next(session: Session, at: datetime) -> datetime:
    return next_moment(session, at=at)
