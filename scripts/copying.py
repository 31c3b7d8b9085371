"""Copy things of an organization with everything that hangs on them: other ids, later numbers, other people, moved days.

A relationship takes its plans, issues, risks, meetings and duties along; an audit its questions, answers, findings and
evidence. What is said by a service stays true in the copy, because all of it moves by the same days.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.ids import new_id
from auditapp.kit.orm import Base
from auditapp.people.model import Counter

Row = Mapping[str, Any]

# Never copied with something else: what is told elsewhere, what belongs to this installation, what is made anew.
LEFT = re.compile(r"(account|alembic|api|archive|counter|feed|job|notice|outbox|pack|evidence_pack|password|nonconformity"
                  r"|certificate|management_review|reminder|report_|role_grant|saved|search|setup|sign_in|site_setting|slack"
                  r"|trail|audit_report|audit_device|audit_operation|audit_answer_conflict|webhook|hook)")  # fmt: skip
NUMBERED = ("ref",)
LAST_NUMBER = re.compile(r"(.*?)(\d+)$")
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Originals:
    """Every row of a small organization, read once, and the numbers given out so far."""

    def __init__(self, session: Session) -> None:
        """Read the tables."""
        self.tables = [one for one in Base.metadata.sorted_tables if not LEFT.match(one.name)]
        self.rows: dict[str, list[Row]] = {
            one.name: [dict(row) for row in session.execute(sa.select(one)).mappings()] for one in self.tables
        }
        self.last: dict[str, int] = {
            row.series: row.last for row in session.execute(sa.select(Counter.series, Counter.last))
        }

    def next_ref(self, ref: str, year: int | None = None) -> str:
        """The next number of its series; of another year if one is given."""
        found = LAST_NUMBER.match(ref)
        if found is None:
            return f"{ref}-{new_id().hex[:4]}"
        head, digits = found.groups()
        if year is not None:
            head = re.sub(r"-\d{4}-$", f"-{year}-", head)
        series = head.removesuffix("-")
        self.last[series] = self.last.get(series, 0) + 1
        return f"{head}{self.last[series]:0{len(digits)}}"

    def keep_counters(self, session: Session) -> None:
        """So that the next thing made by hand gets the next number."""
        session.execute(sa.delete(Counter))
        session.execute(
            sa.insert(Counter), [{"series": key, "last": last} for key, last in self.last.items()]
        )

    def whole(self, table: str, ids: Iterable[UUID], *, without: str = " ") -> dict[str, list[Row]]:
        """Those rows of ``table`` and all that hangs on them, by table; no table whose name begins with ``without``."""
        taken: dict[str, dict[tuple[Any, ...], Row]] = defaultdict(dict)
        wanted = set(ids)
        taken[table] = {(row["id"],): row for row in self.rows[table] if row["id"] in wanted}
        reached = {(table, one) for one in wanted}
        grown = True
        while grown:
            grown = False
            for each in self.tables:
                owners = [
                    (column.name, key.column.table.name)
                    for column in each.columns for key in column.foreign_keys
                    if key.column.table.name not in {"person", "partner"} and column.name != "previous_id"
                ]  # fmt: skip
                if not owners or each.name == table or each.name.startswith(without):
                    continue
                keys = [column.name for column in each.primary_key]
                for row in self.rows[each.name]:
                    key = tuple(row[name] for name in keys)
                    if key in taken[each.name] or not any((to, row[name]) in reached for name, to in owners):
                        continue
                    taken[each.name][key] = row
                    grown = True
                    if len(key) == 1:
                        reached.add((each.name, key[0]))
        return {name: list(rows.values()) for name, rows in taken.items() if rows}


class Copy:
    """One copy in the making. ``ids``: what stands for what besides the things copied, such as people."""

    def __init__(
        self, of: Originals, *, ids: Mapping[UUID, UUID], by: timedelta, texts: Mapping[str, str], year: int | None = None
    ) -> None:  # fmt: skip
        """Nothing is read or written yet."""
        self.of, self.by, self.year = of, by, year
        self.ids, self.texts = dict(ids), dict(texts)

    def rows(self, parts: Mapping[str, list[Row]]) -> dict[str, list[dict[str, Any]]]:
        """The rows of the copy, by table in the order of the foreign keys."""
        order = [one.name for one in self.of.tables if one.name in parts]
        for name in order:
            table = Base.metadata.tables[name]
            for row in parts[name]:
                if "id" in table.primary_key.columns and not table.columns["id"].foreign_keys:
                    self.ids[row["id"]] = new_id()
                for column in NUMBERED:
                    if row.get(column) and (unique := row[column]) not in self.texts:
                        self.texts[unique] = self._numbered(unique)
        longest = sorted(self.texts, key=len, reverse=True)
        self.pattern = (
            re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\d)" for one in longest)) if longest else None
        )
        return {
            name: [{key: self._value(key, value) for key, value in row.items()} for row in parts[name]]
            for name in order
        }

    def _numbered(self, ref: str) -> str:
        parent = next((one for one in self.texts if ref.startswith(f"{one}-")), "")
        if not parent:
            return self.of.next_ref(ref, self.year)
        made = self.texts[parent] + ref[len(parent) :]
        if found := LAST_NUMBER.match(made):
            series = found[1].removesuffix("-")
            self.of.last[series] = max(self.of.last.get(series, 0), int(found[2]))
        return made

    def _value(self, key: str, value: Any) -> Any:  # noqa: PLR0911 - one return per kind of value
        if key == "version":
            return 1
        match value:
            case UUID():
                return self.ids.get(value, value)
            case datetime() | date():
                return value + self.by
            case str():
                return self._text(value)
            case dict():
                return {self._text(name): self._value(name, one) for name, one in value.items()}
            case list() | tuple():
                return [self._value("", one) for one in value]
            case _:
                return value

    def _text(self, value: str) -> str:
        if self.pattern is not None:
            value = self.pattern.sub(lambda found: self.texts[found[0]], value)
        return UUID_TEXT.sub(lambda found: str(self.ids.get(UUID(found[0]), found[0])), value)


def insert(session: Session, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Put them in, in the order given."""
    for name, values in rows.items():
        session.execute(sa.insert(Base.metadata.tables[name]), values)
