"""How far a preview is, as every process and the next start reads it: a row per person in ``site_setting``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from auditapp.people.model import Setting
from auditapp.reminders.preview.rules import Comparison, Told

KEY = "preview:%s"
LOST = timedelta(seconds=20)  # without a sign of life the process that worked it out is gone
GOOD_FOR = timedelta(minutes=5)  # what was worked out is shown again so long
MOST_LISTED = 50  # things told that are listed one by one


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a preview came to."""

    found: Comparison
    told: Sequence[Told]
    told_count: int


@dataclass(frozen=True, kw_only=True)
class Work:
    """One preview. ``key``: of which policy; ``day``: how far the look ahead is that is being made.

    ``second``: the first look, with the new policy, is through. ``single``: there is no second, it is known already. ``refused``: why there is none, with ``status`` and
    the ``field`` it belongs to; ``too_much``: because there is too much. ``broken``: something went wrong.
    """

    key: str
    at: datetime
    beat_at: datetime
    day: int = 0
    second: bool = False
    single: bool = False
    result: Result | None = None
    refused: str = ""
    status: int = 409
    field: str | None = None
    too_much: bool = False
    broken: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""
        return self.result is not None or self.broken or bool(self.refused)

    def lost(self, at: datetime) -> bool:
        """Whether whoever worked it out is gone."""
        return not self.ended and at - self.beat_at > LOST

    def stale(self, at: datetime) -> bool:
        """Whether it ended too long ago to be shown."""
        return self.ended and at - self.beat_at > GOOD_FOR

    def went_on(self, at: datetime, **changes: object) -> "Work":
        """The same, further on."""
        return replace(self, beat_at=at, **changes)  # type: ignore[arg-type] # fields of its own


_AS_JSON = TypeAdapter(Work)


def work_of(session: Session, person_id: UUID) -> Work | None:
    """The newest preview that somebody asked for. One statement."""
    value = session.scalar(sa.select(Setting.value).where(Setting.key == KEY % person_id))
    return None if value is None else _AS_JSON.validate_python(value)


def keep_work(session: Session, person_id: UUID, work: Work, *, anew: bool = False) -> bool:
    """Write it down; ``False`` when something else was asked for meanwhile (``anew``: this is what is asked for)."""
    row = session.get(Setting, KEY % person_id, populate_existing=True)
    if row is not None and not anew:
        before = _AS_JSON.validate_python(row.value)
        if (before.key, before.at) != (work.key, work.at):
            return False
    value = _AS_JSON.dump_python(work, mode="json")
    if row is None:
        session.add(Setting(key=KEY % person_id, value=value))
    else:
        row.value = value
    return True
