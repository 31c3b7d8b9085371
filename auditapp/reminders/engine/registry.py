"""The jobs that the clock runs. Rooms above this one add theirs; the order is a number, not who came first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from auditapp.kit.text import Text


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something done again and again, by any process, as often as one likes: it does what is left to do and no more.

    ``work`` stays in the database: it gets a session and the moment, never commits, and gives how much it did; ``due``
    says cheaply whether there is anything, so that the write lock is not taken for nothing. ``edge`` reaches outside
    (it sends, it writes files) and makes its own units of work; it has one of the two. ``every``: no more often than that.
    """

    name: str
    label: Text
    order: int
    work: Callable[[Session, datetime], int] | None = None
    due: Callable[[Session, datetime], bool] | None = None
    edge: Callable[[Flask, datetime], int] | None = None
    every: timedelta = timedelta(seconds=25)  # a little less than the clock's tick


_jobs: dict[str, Job] = {}


def register(job: Job) -> None:
    """Make a job known; one of the same name is replaced."""
    _jobs[job.name] = job


def forget(name: str) -> None:
    """Make a job unknown again."""
    _jobs.pop(name, None)


def jobs() -> tuple[Job, ...]:
    """Every job, in the order in which they are run."""
    return tuple(sorted(_jobs.values(), key=lambda job: (job.order, job.name)))


def by_name(name: str) -> Job | None:
    """A job, if there is one of that name."""
    return _jobs.get(name)


# Starts something that runs beside the clock for as long as the process lives (a connection that is kept open), and gives
# what ends it; ``None``: this installation does not want it.
Companion = Callable[[Flask], Callable[[], None] | None]
_companions: dict[str, Companion] = {}


def accompany(name: str, begin: Companion) -> None:
    """Let something run beside the clock; one of the same name is replaced."""
    _companions[name] = begin


def companions() -> tuple[Companion, ...]:
    """Everything that runs beside the clock."""
    return tuple(_companions.values())
