"""What an address asks of a register, and the address again: one reads back what the other writes. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from auditapp.findings.register.rules.actions import ACTIONS
from auditapp.findings.register.rules.nonconformities import NONCONFORMITIES
from auditapp.findings.register.rules.spec import Filter, Register, Spec, Takes

SPECS: Mapping[Register, Spec] = {Register.NONCONFORMITIES: NONCONFORMITIES, Register.ACTIONS: ACTIONS}
ME = "me"
MOST_VALUES = 60  # of one filter; a manager of many relationships sees the rows of all of them
MOST_AT_ONCE = 200  # rows chosen by hand
MOST_FIELDS = 1000  # of an address that is read; what stands behind them is left out
MOST_WORDS = 200  # characters looked for
LONGEST_NUMBER = 40
LONGEST_REQUIREMENT = 121  # a standard, a blank, a clause
_CLAUSE = re.compile(r"[A-Za-z]?\d{0,3}(\.\d{1,3}){0,5}")
_YEARS = range(1990, 2200)
_YEAR = 4  # figures
_DAYS = (date(1990, 1, 1), date(2199, 12, 31))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to see of a register. ``sort`` begins with “-” for the last first."""

    spec: Spec
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    before: date | None = None
    refs: tuple[str, ...] = ()  # chosen by hand: these rows only
    sort: str = "due"
    columns: tuple[str, ...] = ()

    def of(self, key: str) -> tuple[str, ...]:
        """The values of a filter; empty when it is not set."""
        return self.chosen.get(key, ())

    @property
    def plain(self) -> bool:
        """Whether nothing narrows the register: then the open ones are shown."""
        return not (self.chosen or self.words or self.before or self.refs)

    @property
    def shows(self) -> frozenset[str]:
        """What “show” asks for; the plain register shows what is open."""
        return frozenset({"open"} if self.plain else self.of("show"))


def read(register: Register, args: Mapping[str, Sequence[str]]) -> Wanted:
    """What an address asks for; what is unknown or cannot be read is left out."""
    spec = SPECS[register]
    chosen = {
        key: values for key, known in spec.filters.items() if (values := _values(known, args.get(key, ())))
    }
    words, before = _words(args), _day(next(iter(args.get("before", ())), ""))
    refs = _unique(_number(one.strip()) or "" for one in args.get("ref", ()))[:MOST_AT_ONCE]
    if chosen == {"show": ("open",)} and not words and before is None and not refs:
        chosen = {}
    sort = next(iter(args.get("sort", ())), spec.sort)
    sorted_by = spec.columns.get(sort.removeprefix("-"))
    asked = [one for given in args.get("cols", ()) for one in given.split(",")]
    columns = tuple(one for one in spec.columns if one in asked and one not in ("ref", "title"))
    return Wanted(
        spec=spec,
        chosen=chosen,
        words=words,
        before=before,
        refs=refs,
        sort=sort if sorted_by is not None and sorted_by.sortable else spec.sort,
        columns=columns or spec.shown,
    )


def unread(register: Register, args: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """The first name and value that :func:`read` leaves out, for whoever has to be told; ``None``: all is read."""
    filters = SPECS[register].filters
    for key, given in args.items():
        for count, value in enumerate(dict.fromkeys(given), 1):
            if not _is_read(filters.get(key), key, value, count):
                return key, value
    return None


def read_query(register: Register, query: str) -> Wanted:
    """The same of what stands behind the question mark."""
    return read(register, parse_qs("&".join(query.split("&", MOST_FIELDS)[:MOST_FIELDS])))


def pairs(wanted: Wanted) -> list[tuple[str, str]]:
    """The shortest address that asks for the same, as names and values: what is usual is left out."""
    found = [(key, value) for key in wanted.spec.filters for value in wanted.of(key)]
    if wanted.words:
        found.append(("q", wanted.words))
    if wanted.before:
        found.append(("before", wanted.before.isoformat()))
    found += [("ref", one) for one in wanted.refs]
    if wanted.sort != wanted.spec.sort:
        found.append(("sort", wanted.sort))
    if wanted.columns != wanted.spec.shown:
        found.append(("cols", ",".join(wanted.columns)))
    return found


def query(wanted: Wanted) -> str:
    """The shortest address, as text; empty for the plain register."""
    return urlencode(pairs(wanted), safe=",:")


def without(wanted: Wanted, key: str, value: str = "") -> Wanted:
    """The same with one value less, or without the words (``q``), the day (``before``) or the chosen rows (``ref``)."""
    if key == "q":
        left = replace(wanted, words="")
    elif key == "before":
        left = replace(wanted, before=None)
    elif key == "ref":
        left = replace(wanted, refs=())
    else:
        values = tuple(one for one in wanted.of(key) if one != value)
        others = {name: given for name, given in wanted.chosen.items() if name != key}
        left = replace(wanted, chosen=others | ({key: values} if values else {}))
    return everything(left) if left.plain else left


def everything(wanted: Wanted) -> Wanted:
    """Every row there is, with the same columns and order."""
    return replace(wanted, chosen={"show": ("all",)}, words="", before=None, refs=())


def narrowed(wanted: Wanted, key: str, *values: str) -> Wanted:
    """The same, with other values for one filter."""
    chosen = dict(wanted.chosen) | {key: values}
    return replace(wanted, chosen={name: given for name, given in chosen.items() if given})


def sorted_by(wanted: Wanted, key: str) -> Wanted:
    """Sorted by a column; by the same column again: the other way round."""
    return replace(wanted, sort=f"-{key}" if wanted.sort == key else key)


def span(text: str) -> tuple[date, date] | None:
    """The first and the last day of a span as an address spells it; ``None`` when it is none."""
    first, dots, last = text.partition("..")
    days = (_day(first), _day(last))
    return (days[0], days[1]) if dots and days[0] and days[1] and days[0] <= days[1] else None


def _is_read(known: Filter | None, key: str, value: str, count: int) -> bool:
    """Whether the ``count``th value of a filter is among those that count."""
    if known is not None:
        return count <= MOST_VALUES and _value(known, value.strip()) is not None
    if key == "q":
        return count == 1 and len(value) <= MOST_WORDS and bool(_words({key: [value]}))
    if key == "before":
        return count == 1 and _day(value) is not None
    return key == "ref" and count <= MOST_AT_ONCE and bool(_number(value.strip()))


def _values(known: Filter, given: Sequence[str]) -> tuple[str, ...]:
    """Those values that the filter can take, each once, bounded."""
    tidy = _unique(value for one in given if (value := _value(known, one.strip())) is not None)
    return tidy[:MOST_VALUES]


def _value(known: Filter, given: str) -> str | None:
    if not given:
        return None
    if known.takes is Takes.CHOICE:
        return given if known.choices and given in known.choices else None
    return _READERS[known.takes](given)


def _person(given: str) -> str | None:
    return given if given == ME else _id(given)


def _number(given: str) -> str | None:
    return given.upper() if len(given) <= LONGEST_NUMBER and "\0" not in given else None


def _clause(given: str) -> str | None:
    bare = given.strip(". ")
    return bare if bare and _CLAUSE.fullmatch(bare) else None


def _requirement(given: str) -> str | None:
    return given if len(given) <= LONGEST_REQUIREMENT and given.isprintable() else None


def _span(given: str) -> str | None:
    days = span(given)
    return f"{days[0].isoformat()}..{days[1].isoformat()}" if days else None


def _year(given: str) -> str | None:
    fits = given.isascii() and given.isdigit() and len(given) == _YEAR and int(given) in _YEARS
    return given if fits else None


_READERS: Mapping[Takes, Callable[[str], str | None]] = {
    Takes.PERSON: _person,
    Takes.NUMBER: _number,
    Takes.CLAUSE: _clause,
    Takes.REQUIREMENT: _requirement,
    Takes.SPAN: _span,
    Takes.YEAR: _year,
}


def _id(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if _DAYS[0] <= found <= _DAYS[1] else None


def _words(args: Mapping[str, Sequence[str]]) -> str:
    given = next(iter(args.get("q", ())), "")
    return " ".join("".join(one if one.isprintable() else " " for one in given[:MOST_WORDS]).split())


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in values if one))
