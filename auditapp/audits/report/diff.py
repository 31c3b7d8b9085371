"""What a new revision of a report says differently, computed from the two contents."""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from auditapp.audits.report import codec
from auditapp.audits.report.content import AuditReport, Change

LONGEST = 4000
"""Characters of a text before or after; more is cut, the revisions themselves hold all of it."""


@dataclass(frozen=True)
class _Chapter:
    """A list in the report: its chapter code, how an item is told from the others, how it is named."""

    field: str
    chapter: str
    key: Callable[[Any], str]
    name: Callable[[Any], str]


_LISTS = (
    _Chapter("criteria", "criteria", lambda each: each.library, lambda each: each.code),
    _Chapter("team", "people", lambda each: f"{each.name}|{each.role}", lambda each: each.name),
    _Chapter("participants", "people", lambda each: each.name, lambda each: each.name),
    _Chapter("meetings", "places", lambda each: each.kind, lambda each: each.kind),
    _Chapter("agenda", "schedule", lambda each: f"{each.starts_at}|{each.title}", lambda each: each.title),
    _Chapter(
        "degrees",
        "degree",
        lambda each: f"{each.code}|{each.stage}",
        lambda each: each.code,
    ),
    _Chapter("findings", "finding", lambda each: each.number, lambda each: each.number),
    _Chapter("divergences", "diverging", lambda each: each.number, lambda each: each.number),
    _Chapter(
        "independence",
        "independence",
        lambda each: f"{each.auditor}|{each.conflict}",
        lambda each: each.auditor,
    ),
    _Chapter(
        "competence", "independence", lambda each: f"{each.auditor}|{each.warning}", lambda each: each.auditor
    ),
    _Chapter("answers", "answer", lambda each: f"{each.ref}|{each.relationship}", lambda each: each.ref),
    _Chapter("exhibits", "exhibit", lambda each: each.ref, lambda each: each.ref),
)
_PLAIN = (
    ("title", "report"),
    ("objectives", "objectives"),
    ("client", "people"),
    ("other_criteria", "criteria"),
    ("plan_note", "schedule"),
    ("locations", "places"),
    ("starts_on", "places"),
    ("ends_on", "places"),
)
# not_covered follows from the answers; telling it twice would hide what was really changed.
NOT_TOLD = frozenset({"format", "document", "audit_number", "not_covered"})
CONCLUSION_CHAPTERS = {
    "text": "conclusion",
    "objectives_met": "conclusion",
    "objectives_note": "conclusion",
    "main_findings": "main_findings",
    "process_summary": "process",
    "obstacles": "obstacles",
    "not_covered": "not_covered",
    "good_practices": "good_practices",
    "diverging": "diverging",
    "sampling": "sampling",
    "follow_up": "follow_up",
    "programme": "programme",
    "confidentiality": "confidentiality",
    "distribution": "distribution",
}


def changes(old: AuditReport, new: AuditReport) -> tuple[Change, ...]:
    """Every difference that a reader would care about, in the order of the report."""
    found: list[Change] = []
    for field, chapter in CONCLUSION_CHAPTERS.items():
        found += _changed(old.conclusion, new.conclusion, field, chapter)
    for field, chapter in _PLAIN:
        found += _changed(old, new, field, chapter)
    for each in dataclasses.fields(new.scope):
        found += _changed(old.scope, new.scope, each.name, "scope")
    for chapter_list in _LISTS:
        found += _listed(chapter_list, getattr(old, chapter_list.field), getattr(new, chapter_list.field))
    return tuple(found)


def _listed(chapter: _Chapter, old: Iterable[Any], new: Iterable[Any]) -> list[Change]:
    before = {chapter.key(each): each for each in old}
    after = {chapter.key(each): each for each in new}
    found: list[Change] = []
    for key, each in before.items():
        name = chapter.name(each)
        if key not in after:
            found.append(Change(kind="removed", chapter=chapter.chapter, item=name, before=_summary(each)))
            continue
        for field in dataclasses.fields(each):
            stage = key.partition("|")[2] if chapter.field == "degrees" else ""
            found += _changed(each, after[key], field.name, chapter.chapter, name, stage=stage)
    found += [
        Change(kind="added", chapter=chapter.chapter, item=chapter.name(each), after=_summary(each))
        for key, each in after.items()
        if key not in before
    ]
    return found


def _changed(
    old: object, new: object, field: str, chapter: str, item: str = "", *, stage: str = ""
) -> list[Change]:
    before, after = getattr(old, field), getattr(new, field)
    if before == after:
        return []
    return [
        Change(
            kind="changed",
            chapter=chapter,
            item=item,
            stage=stage,
            field="" if field == chapter else field,
            before=_said(before),
            after=_said(after),
        )
    ]


def _summary(each: Any) -> str:
    """An added or removed thing in its most telling words."""
    for field in (
        "statement",
        "auditee_view",
        "question",
        "caption",
        "title",
        "warning",
        "reason",
        "name",
        "code",
    ):
        said = getattr(each, field, "")
        if said:
            return _said(said)
    return ""


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        text = "; ".join(_said(each) for each in value)
    elif dataclasses.is_dataclass(value):
        text = " ".join(_said(each) for each in codec.plain(value).values() if each and each is not True)
    else:
        text = str(codec.plain(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
