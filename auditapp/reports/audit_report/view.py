"""From the frozen content of a report to what its template lays out: cleaned texts, dates in words, groups."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from auditapp.audits.report.content import AnswerRow, AuditReport, NotCovered, Sitting
from auditapp.audits.report.labels import CODE_OF_FIELD, WHERE
from auditapp.audits.report.rules import STAGES
from auditapp.reports.glyphs import clean

GRADES = ("major", "minor", "observation", "opportunity", "good_practice")
HEADLINE = 110
"""Characters of a heading; the whole text stands below it."""
RUNNING = 90
"""Characters of the line at the top of every page."""
SENTENCE = 64
"""Characters of a finding's heading: its first sentence, or as much of it."""

_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
SHORT = 2400
"""Characters (a line end counts as 80) up to which a finding or an answer is kept on one page."""
COUNTED = ("unfulfilled", "arranged", "not_applicable", "not_verified", "not_asked")


@dataclasses.dataclass(frozen=True)
class Voice:
    """How dates read: a locale that babel knows and an IANA zone."""

    locale: Locale
    zone: ZoneInfo
    clean: Callable[[str], str] = clean

    def day(self, day: date) -> str:
        """23 November 2026."""
        return format_date(day, "long", locale=self.locale)

    def time(self, at: datetime) -> str:
        """14:05."""
        return format_time(at.astimezone(self.zone), "HH:mm", locale=self.locale)

    def short_day(self, day: date) -> str:
        """23 Nov 2026."""
        return format_date(day, "medium", locale=self.locale)

    def moment(self, at: datetime) -> str:
        """23 Nov 2026, 14:05 CET."""
        local = at.astimezone(self.zone)
        return f"{self.short_day(local.date())}, {self.time(at)} {local.tzname() or ''}".strip()


def voice_of(report: AuditReport, cleaned: Callable[[str], str] = clean) -> Voice:
    """The voice of a report's language and zone; English and UTC where they are unknown."""
    try:
        locale = Locale.parse(report.document.language, sep="-" if "-" in report.document.language else "_")
    except (ValueError, LookupError):
        locale = Locale("en", "GB")
    if locale.language == "en" and locale.territory is None:
        locale = Locale("en", "GB")
    try:
        zone = ZoneInfo(report.document.zone)
    except (ValueError, OSError, LookupError):
        zone = ZoneInfo("UTC")
    return Voice(locale, zone, cleaned)


def view(
    report: AuditReport, labels: Mapping[str, str], cleaned: Callable[[str], str] = clean
) -> dict[str, Any]:
    """Everything the template needs except the pictures; ``cleaned`` is what its typefaces can show of a text."""
    voice = voice_of(report, cleaned)
    body: dict[str, Any] = _shown(report, voice)
    body["title"] = _headline(body["title"])
    for index, finding in enumerate(body["findings"]):
        finding["key"] = str(index)
        finding["title"] = _headline(finding["title"] or finding["statement"], SENTENCE) or finding["number"]
        finding["long"] = _is_long(finding)
    for answer in body["answers"]:
        answer["long"] = _is_long(answer)
    for change in body["document"]["changes"]:
        kind = CODE_OF_FIELD.get(change["field"])
        for side in ("before", "after") if kind else ():
            change[side] = cleaned(labels.get(f"{kind}.{change[side]}", change[side]))
    for row in body["degrees"]:
        row["counts"] = _counts(row, labels, cleaned)
    body["findings"].sort(
        key=lambda finding: (finding["status"] == "withdrawn", _grade_rank(finding["grade"]))
    )
    live = [finding for finding in body["findings"] if finding["status"] != "withdrawn"]
    exhibits = {exhibit["ref"]: _with_picture(exhibit) for exhibit in body["exhibits"]}
    issued = report.document.issued_at.astimezone(ZoneInfo("UTC"))
    return {
        "labels": {key: cleaned(text) for key, text in labels.items()},
        "report": body,
        "language": voice.locale.language,
        "region": _region(voice.locale),
        "issued": {"year": issued.year, "month": issued.month, "day": issued.day}
        | {"hour": issued.hour, "minute": issued.minute, "second": issued.second},
        "running": _headline(f"{body['document']['organization']} · {body['title']}", RUNNING),
        "period": _period(report, voice),
        "counts": [{"grade": grade, "count": sum(f["grade"] == grade for f in live)} for grade in GRADES],
        "live": live,
        "exhibits": exhibits,
        "degrees": _by_standard(body["degrees"]),
        "gaps": _gaps(report.not_covered, cleaned),
        "sections": _sections(report.answers, body["answers"]),
        "unconfirmed": any(not clause.confirmed for row in report.answers for clause in row.clauses),
        "stand_ins": False,
        "sha256": report.sha256,
        "where": [
            {"item": item, "content": labels[f"where.{index}"], "chapter": chapter}
            for index, (item, _, chapter) in enumerate(WHERE)
        ],
    }


def _shown(value: Any, voice: Voice) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return voice.clean(value)
    if isinstance(value, datetime):
        return voice.moment(value)
    if isinstance(value, date):
        return voice.day(value)
    if isinstance(value, tuple):
        return [_shown(each, voice) for each in value]
    shown = {field.name: _shown(getattr(value, field.name), voice) for field in dataclasses.fields(value)}
    if isinstance(value, Sitting):
        shown["day"] = voice.short_day(value.starts_at.astimezone(voice.zone).date())
        shown["time"] = f"{voice.time(value.starts_at)}–{voice.time(value.ends_at)}"
    return shown


def _region(locale: Locale) -> str | None:
    """The two letters that typst takes; world regions such as 419 it does not."""
    territory = locale.territory or ""
    return territory if territory.isalpha() else None


def _with_picture(exhibit: dict[str, Any]) -> dict[str, Any]:
    exhibit["picture"] = (
        "" if exhibit["coming"] else (exhibit["preview_sha256"] or exhibit["sha256"]).replace("\u200b", "")
    )
    return exhibit


def _is_long(record: dict[str, Any]) -> bool:
    """Whether a finding or an answer may have to be split over pages; short ones are kept in one piece."""
    texts = [value for value in record.values() if isinstance(value, str)]
    return sum(map(len, texts)) + 80 * sum(text.count("\n") for text in texts) > SHORT


def _counts(row: dict[str, Any], labels: Mapping[str, str], cleaned: Callable[[str], str]) -> str:
    """How many questions stand behind a degree; only what there is."""
    parts = [cleaned(labels["count.judged"]) % row]
    parts += [cleaned(labels[f"count.{key}"]) % row for key in COUNTED if row[key]]
    return " · ".join(parts)


def _headline(text: str, longest: int = HEADLINE) -> str:
    """The first sentence on one line, without its full stop; cut between words where it is too long."""
    line = " ".join(text.split())
    first = _SENTENCE_END.split(line, maxsplit=1)[0]
    if len(first) <= longest:
        return first.rstrip(".") if first != line or line.endswith(".") else first
    return first[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _grade_rank(grade: str) -> int:
    return GRADES.index(grade) if grade in GRADES else len(GRADES)


def _period(report: AuditReport, voice: Voice) -> str:
    if report.starts_on is None:
        return ""
    if report.ends_on is None or report.ends_on == report.starts_on:
        return voice.day(report.starts_on)
    return f"{voice.day(report.starts_on)} – {voice.day(report.ends_on)}"


def _by_standard(degrees: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in degrees:
        groups.setdefault(row["code"], []).append(row)
    return list(groups.items())


def _gaps(rows: tuple[NotCovered, ...], cleaned: Callable[[str], str]) -> list[dict[str, Any]]:
    """Questions without a judgement, those with the same reason in one line."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row.result, row.reason, row.relationship), []).append(cleaned(row.ref))
    return [
        {
            "result": cleaned(result),
            "reason": cleaned(reason),
            "relationship": cleaned(relationship),
            "refs": refs,
        }
        for (result, reason, relationship), refs in groups.items()
    ]


def _sections(rows: tuple[AnswerRow, ...], shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answers by stage (in the order of the life cycle) and section (in the order of the walk)."""
    stages: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row, each in zip(rows, shown, strict=True):
        stages.setdefault(row.stage, {}).setdefault(each["section"], []).append(each)
    order = [stage for stage in STAGES if stage in stages] + sorted(stages.keys() - set(STAGES))
    return [
        {
            "stage": stage,
            "sections": [{"title": title, "answers": answers} for title, answers in stages[stage].items()],
        }
        for stage in order
    ]
