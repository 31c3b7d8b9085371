"""What a nonconformity needs when it is raised, and when an earlier one is like it. Pure."""

import calendar
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from auditapp.audits.execution.rules import Grade
from auditapp.findings.rules.nonconformity import CAUSE_LABELS, CauseCategory, NcStatus
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text

GRADES = (Grade.MINOR, Grade.MAJOR)  # in the order they are offered
MOST_TITLE = 200
MOST_REQUIREMENTS = 40
MOST_SIMILAR = 5
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_STANDARD_AND_CLAUSE = re.compile(
    r"(?P<standard>\S.*?) (?P<clause>(?:[A-Z]\.)?\d+(?:\.\w+)*)(?: (?P<title>[^\d\s].*))?$"
)
_PLACES = re.compile(
    r"/relationships/partners/(?P<partner>[0-9a-fA-F-]{36})(?:/|$)"
    r"|/relationships/(?!partners|new)(?P<relationship>[\w.-]{1,20})(?:/|$)"
    r"|/audits/(?P<audit>[A-Z]+-\d{4}-\d+)(?:/|$)"
)


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """A requirement that is not fulfilled, as plain values."""

    standard: str
    clause: str
    title: str = ""

    @property
    def label(self) -> str:
        """In one line: “ISO 44001:2017 8.2.2 Title”."""
        return " ".join(part for part in (self.standard, self.clause, self.title) if part)


def requirements_from(given: Iterable[Mapping[str, Any]]) -> tuple[Requirement, ...]:
    """Requirements as an audit finding keeps them (``standard``, ``ref`` or ``clause``, ``title``), each once."""
    found = {
        (one.standard, one.clause): one
        for one in (
            Requirement(
                standard=str(row.get("standard", "")).strip()[:80],
                clause=str(row.get("clause") or row.get("number") or row.get("ref") or "").strip()[:40],
                title=str(row.get("title", "")).strip()[:300],
            )
            for row in given
        )
        if one.standard and one.clause
    }
    return tuple(found.values())[:MOST_REQUIREMENTS]


def title_of(statement: str) -> str:
    """The first sentence of a statement, as a title; cut at a word when it is longer than a title may be."""
    first = _SENTENCE.split(" ".join(statement.split()), maxsplit=1)[0].rstrip(".… ")
    if len(first) <= MOST_TITLE:
        return first
    cut = first[: MOST_TITLE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:-") + "…"


def require_title(title: str) -> str:
    """The title without surrounding blanks. Raises Invalid when there is none or it is too long."""
    wanted = " ".join(title.split())
    if not wanted:
        raise Invalid(Text("Say in one line what is wrong."), field="title")
    if len(wanted) > MOST_TITLE:
        raise Invalid(
            Text("A title has at most %(most)s characters; write the rest below.", most=MOST_TITLE),
            field="title",
        )
    return wanted


def require_grade(grade: Grade) -> Grade:
    """The grade, if it is one of a nonconformity. Raises Invalid."""
    if grade not in GRADES:
        raise Invalid(
            Text("A nonconformity is major or minor. Observations are written in an audit."), field="grade"
        )
    return grade


def require_deadlines(reply_due_on: date | None, close_due_on: date | None) -> None:
    """Raises Invalid when a certification body wants the closure before the reply."""
    if reply_due_on and close_due_on and close_due_on < reply_due_on:
        raise Invalid(Text("The day to close it lies before the day to reply."), field="close_due_on")


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What an earlier nonconformity has in common with the one at hand."""

    clauses: tuple[str, ...] = ()
    category: CauseCategory | None = None
    same_relationship: bool = False

    @property
    def words(self) -> Text:
        """What matched, in words."""
        if self.clauses and self.category:
            return Text(
                "Same clause (%(clauses)s) and same cause category (%(category)s)",
                clauses=", ".join(self.clauses),
                category=CAUSE_LABELS[self.category],
            )
        if self.clauses:
            return Text("Same clause: %(clauses)s", clauses=", ".join(self.clauses))
        return Text(
            "Same cause category: %(category)s", category=CAUSE_LABELS[self.category or CauseCategory.PEOPLE]
        )


def suggests_major(grade: Grade, earlier: Collection[tuple[Grade, NcStatus, Likeness]]) -> bool:
    """Whether the repeats speak for a major one: it is minor, and the same clause failed before.

    The earlier one is a nonconformity that still stands, or one that was closed: it came back although its actions
    were found effective. A withdrawn one or a draft says nothing.
    """
    return grade is Grade.MINOR and any(
        likeness.clauses and was in GRADES and status not in {NcStatus.WITHDRAWN, NcStatus.DRAFT}
        for was, status, likeness in earlier
    )


def months_before(day: date, months: int) -> date:
    """The day so many months earlier; the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def requirement_of(line: str, known: Mapping[str, Requirement]) -> Requirement:
    """What somebody means by a line: one of the labels offered, a clause number, or standard and clause.

    Raises Invalid when a number stands in several standards, or nothing can be made of it.
    """
    wanted = " ".join(line.split())
    if wanted in known:
        return known[wanted]
    same = [one for one in known.values() if one.clause.casefold() == wanted.casefold()]
    if len(same) == 1:
        return same[0]
    if same:
        raise Invalid(
            Text(
                "%(line)s stands in several standards: %(standards)s. Write the standard before it.",
                line=wanted,
                standards=", ".join(sorted({one.standard for one in same})),
            ),
            field="requirements",
        )
    for one in known.values():
        if wanted.replace(", ", " ").casefold() == f"{one.standard} {one.clause}".casefold():
            return one
    if (found := _STANDARD_AND_CLAUSE.match(wanted)) is not None:
        return Requirement(
            standard=found["standard"].rstrip(" ,;")[
                :80
            ],  # pages print “standard, clause”: so it is typed as well
            clause=found["clause"][:40],
            title=(found["title"] or "")[:300],
        )
    raise Invalid(
        Text(
            "“%(line)s” names no requirement. Choose from the list, or write the document and the clause: "
            "ISO 44001:2017 8.2.2.",
            line=wanted,
        ),
        field="requirements",
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Where somebody was when they began to raise one: what the address of the page says."""

    relationship: str = ""
    audit: str = ""
    partner: str = ""


def seen_at(path: str) -> Seen:
    """What a page of ours is about, from its path; nothing for any other text."""
    if (found := _PLACES.match(path)) is None:
        return Seen()
    return Seen(
        relationship=found["relationship"] or "", audit=found["audit"] or "", partner=found["partner"] or ""
    )
