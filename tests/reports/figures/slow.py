"""The figures computed a second, slow way: from the trail's facts alone, in plain Python, one fact after the other.

Nothing here reads the tables of nonconformities or actions, and nothing is shared with the queries of the figures: not
the classes of age, not the months, not the percentile. What the facts do not say, this cannot say: they keep no word of
notices that were sent, so the receipts of reminders have no second way.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from auditapp.trail.model import Fact
from auditapp.trail.queries import parsed

AGES = ((0, 30), (31, 60), (61, 90), (91, 180), (181, 100_000))
NEW_ROUND = {"nonconformity.reopened", "nonconformity.not_effective"}
ORIGIN = ("stage", "requirements")


class One:
    """A nonconformity as its facts tell it."""

    def __init__(self) -> None:
        self.now: dict[str, Any] = {}
        self.origin: dict[str, Any] = {}
        self.raised: datetime | None = None
        self.issued: datetime | None = None
        self.reached: dict[str, datetime | None] = {"acknowledged": None, "planned": None, "closed": None}
        self.causes: dict[str, dict[str, Any]] = {}
        self.checks: list[tuple[datetime, bool]] = []
        self.repeats: set[str] = set()

    @property
    def stands(self) -> bool:
        return self.now["status"] not in {"draft", "withdrawn"}

    @property
    def open(self) -> bool:
        return self.now["status"] not in {"closed", "withdrawn"}

    def take(self, fact: Fact) -> None:
        """One more fact."""
        before, after = parsed(fact.before) or {}, parsed(fact.after) or {}
        said, at = fact.verb.removeprefix("nonconformity."), fact.at
        if "status" in after:
            self.now = after
        self.origin |= {name: after[name] for name in ORIGIN if name in after}
        if fact.verb in NEW_ROUND:
            self.reached["planned"] = self.reached["closed"] = None
            if before["status"] == "withdrawn":
                self.reached["acknowledged"] = None
        self._reach(said, at)
        self._tie(said, before, after)

    def _reach(self, said: str, at: datetime) -> None:
        if said == "raised":
            self.raised = at
        elif said == "issued":
            self.issued = at
        elif said in {"acknowledged", "dispute_conceded"}:
            self.reached["acknowledged"] = at
        elif said == "plan_submitted":
            self.reached["planned"] = at
        elif said == "plan_revised":
            self.reached["planned"] = None
        elif said in {"effective", "not_effective"}:
            self.checks.append((at, said == "effective"))
            if said == "effective":
                self.reached["closed"] = at

    def _tie(self, said: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        if said == "repeat_linked":
            self.repeats.add(after["earlier"])
        elif said == "repeat_unlinked":
            self.repeats.discard(after["earlier"])
        elif said == "cause_changed":
            for gone in before.get("causes", ()):
                del self.causes[gone["id"]]
            if "cause" in after:
                self.causes[after["cause"]["id"]] = after["cause"]


class Slow:
    """Everything the trail tells of nonconformities, their actions and the teams of audits, up to now."""

    def __init__(
        self, session: Any, *, since: date, until: date, at: datetime, zone: str, relationship: Any = None
    ):
        self.since, self.until, self.zone = since, until, ZoneInfo(zone)
        self.today = at.astimezone(self.zone).date()
        known: dict[str, One] = {}
        self.actions: dict[str, tuple[dict[str, Any], str]] = {}
        self.requests: dict[str, tuple[datetime, dict[str, Any], str]] = {}
        asked: dict[str, datetime] = {}
        for fact in session.scalars(
            sa.select(Fact).where(Fact.thing_kind.in_(["nonconformity", "action"])).order_by(Fact.seq)
        ):
            after = parsed(fact.after) or {}
            if fact.thing_kind == "nonconformity":
                known.setdefault(fact.thing_id, One()).take(fact)
            elif fact.thing_kind == "action" and "status" in after:
                self.actions[fact.thing_id] = (after, str(fact.context_id))
                known[str(fact.context_id)].now["turn_due_on"] = after["turn_due_on"]
                if "request" in after:
                    request = after["request"]
                    asked.setdefault(request["id"], fact.at)
                    self.requests[request["id"]] = (asked[request["id"]], request, fact.thing_id)
        wanted = str(relationship) if relationship else None
        self.every = {key: one for key, one in known.items() if wanted in (None, one.now.get("relationship"))}

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def within(self, at: datetime | None) -> bool:
        return at is not None and self.since <= self.day(at) <= self.until

    @property
    def standing(self) -> list[One]:
        return [one for one in self.every.values() if one.stands]

    @property
    def raised(self) -> list[One]:
        return [one for one in self.standing if self.within(one.raised)]

    def by_grade(self) -> Counter[str]:
        return Counter(one.now["grade"] for one in self.raised)

    def by_stage(self) -> Counter[str]:
        return Counter(one.origin["stage"] for one in self.raised)

    def by_relationship(self) -> Counter[str]:
        return Counter(one.now["relationship"] or "" for one in self.raised)

    def by_clause(self) -> Counter[str]:
        return Counter(
            spelled
            for one in self.raised
            for spelled in {f"{row['standard']} {row['clause']}" for row in one.origin["requirements"]}
        )

    def by_cause(self) -> Counter[str]:
        return Counter(
            category
            for one in self.raised
            for category in {row["category"] for row in one.causes.values() if row["root"]} - {None}
        )

    def by_age(self) -> list[int]:
        ages = [(self.today - self.day(one.raised)).days for one in self.standing if one.open]
        return [sum(least <= age <= most for age in ages) for least, most in AGES]

    def took(self, step: str) -> tuple[int, float | None, float | None]:
        """How many, their median, and what nine of ten did not exceed, in days."""
        lasted = sorted(
            one.reached[step] - one.issued
            for one in self.standing
            if one.issued is not None and self.within(one.reached[step])
        )
        if not lasted:
            return 0, None, None
        half = len(lasted) // 2
        middle = lasted[half] if len(lasted) % 2 else (lasted[half - 1] + lasted[half]) / 2
        enough = next(one for n, one in enumerate(lasted, 1) if 10 * n >= 9 * len(lasted))
        return len(lasted), middle / timedelta(days=1), enough / timedelta(days=1)

    def by_month(self) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]:
        """(raised, closed) by year and month."""

        def counted(moments: list[datetime | None]) -> Counter[tuple[int, int]]:
            days = [self.day(one) for one in moments if one is not None and self.within(one)]
            return Counter((one.year, one.month) for one in days)

        return counted([one.raised for one in self.standing]), counted(
            [one.reached["closed"] for one in self.standing]
        )

    def overdue(self) -> tuple[int, int]:
        """(next steps, actions)."""
        steps = sum(
            one.open and date.fromisoformat(one.now["turn_due_on"]) < self.today for one in self.standing
        )
        actions = sum(
            date.fromisoformat(values["due_on"]) < self.today
            for values, nc_id in self.actions.values()
            if nc_id in self.every and values["status"] not in {"done", "verified", "cancelled"}
        )
        return steps, actions

    def open_now(self) -> tuple[int, int]:
        """(open, of these major)."""
        grades = [one.now["grade"] for one in self.standing if one.open]
        return len(grades), grades.count("major")

    def by_place(self) -> dict[str, tuple[int, int, int]]:
        """What is open by the id of its relationship: (open, of these major, of these overdue)."""
        found: dict[str, list[int]] = {}
        for one in self.standing:
            if one.open:
                row = found.setdefault(one.now["relationship"] or "", [0, 0, 0])
                late = date.fromisoformat(one.now["turn_due_on"]) < self.today
                for place, more in enumerate((1, one.now["grade"] == "major", late)):
                    row[place] += more
        return {place: (row[0], row[1], row[2]) for place, row in found.items()}

    def extensions(self) -> tuple[Counter[str], int]:
        """(by what became of them, how many actions they are about)."""
        found = [
            (request["status"], action_id)
            for at, request, action_id in self.requests.values()
            if request["kind"] == "extension" and self.within(at) and self.actions[action_id][1] in self.every
        ]
        return Counter(status for status, _ in found), len({action_id for _, action_id in found})

    def repeats(self) -> tuple[int, int]:
        return sum(bool(one.repeats) for one in self.raised), len(self.raised)

    def effectiveness(self) -> tuple[int, int]:
        checks = [good for one in self.standing for at, good in one.checks if self.within(at)]
        return sum(checks), len(checks)


def load(session: Any, since: date, until: date, relationship: Any = None) -> dict[str, tuple[int, ...]]:
    """Who audited, by person's id: audits, led, days, competence warnings, overrides of independence."""
    audits: dict[str, dict[str, Any]] = {}
    for fact in session.scalars(sa.select(Fact).where(Fact.thing_kind == "audit").order_by(Fact.seq)):
        after = parsed(fact.after)
        if isinstance(after, dict):  # some facts are about a part of it, and keep a word
            audits.setdefault(fact.thing_id, {"team": []}).update(after)
    found: dict[str, list[int]] = {}
    for audit in audits.values():
        begins, ends = (
            date.fromisoformat(day) if (day := audit[name]) else None for name in ("starts_on", "ends_on")
        )
        if audit["status"] == "cancelled" or begins is None or not since <= begins <= until:
            continue
        if relationship is not None and str(relationship) not in audit["relationships"]:
            continue
        for one in audit["team"]:
            if one["role"] in {"leader", "auditor"}:
                row = found.setdefault(one["person"], [0] * 5)
                took = ((ends or begins) - begins).days + 1
                for place, more in enumerate(
                    (
                        1,
                        one["role"] == "leader",
                        took,
                        bool(one["competence_warning"]),
                        bool(one["override_reason"]),
                    )
                ):
                    row[place] += more
    return {person: tuple(row) for person, row in found.items()}
