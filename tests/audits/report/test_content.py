"""The frozen content: canonical, strict, and complete."""

import dataclasses
import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.audits.report import codec
from auditapp.audits.report import content as c
from auditapp.audits.report.diff import _LISTS, _PLAIN, CONCLUSION_CHAPTERS, NOT_TOLD, changes

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def report(**more: object) -> c.AuditReport:
    values: dict[str, object] = {
        "document": c.Document(
            number="AR-2026-001",
            revision=1,
            organization="Org",
            language="en",
            zone="UTC",
            issued_at=AT,
            signature=c.Signature(name="Ada", role="leader", signed_at=AT),
            anchor=c.Anchor(seq=7, hash="ab"),
        ),
        "audit_number": "IA-1",
        "title": "T",
        "objectives": "O",
        "client": "C",
        "scope": c.Scope(relationships=(c.Relationship(code="R", name="Rel"),)),
        "criteria": (c.Criterion(library="l", code="ISO", title="t", edition="1"),),
        "conclusion": c.Conclusion(text="Fine"),
        "starts_on": date(2026, 11, 18),
        "findings": (
            c.Finding(
                number="F-01",
                grade="minor",
                title="t",
                statement="s",
                evidence="e",
                raised_at=AT,
                requirements=(c.ClauseRef(code="ISO", number="8.2"),),
            ),
        ),
        "answers": (
            c.AnswerRow(ref="8.2-a", section="8.2", stage="awareness", question="q", result="conforms"),
        ),
        **more,
    }
    return c.AuditReport(**values)  # type: ignore[arg-type]


def test_it_reads_back_equal_and_writes_the_same_bytes() -> None:
    one = report()
    again = c.AuditReport.from_json(one.to_json())
    assert again == one
    assert again.to_json() == one.to_json()
    assert again.sha256 == one.sha256
    assert json.loads(one.to_json())["format"] == "auditapp-report/1"


# The report above as it was issued before diverging opinions had a place of their own: byte for byte.
ISSUED_BEFORE = "7712fc1955c4afb8971d2fe5e732c4e1ae5c2f2adbfb6ef521767e6857df50c1"


def test_a_report_that_was_issued_before_opinions_had_their_place_still_reads_and_keeps_its_hash() -> None:
    old = report()
    assert hashlib.sha256(old.to_json()).hexdigest() == ISSUED_BEFORE
    assert b"divergences" not in old.to_json()
    assert c.AuditReport.from_json(old.to_json()).divergences == ()


def test_opinions_that_differ_are_frozen_and_compared() -> None:
    opinion = c.Divergence(number="F-01", auditee_view="We met.", team_view="It is not on record.")
    new = report(divergences=(opinion,))
    assert c.AuditReport.from_json(new.to_json()) == new
    assert new.sha256 != report().sha256
    assert changes(report(), new) == (
        c.Change(kind="added", chapter="diverging", item="F-01", after="We met."),
    )
    decided = report(divergences=(dataclasses.replace(opinion, decision="It stands."),))
    assert [(one.kind, one.field, one.after) for one in changes(new, decided)] == [
        ("changed", "decision", "It stands.")
    ]


def test_the_same_moment_in_another_zone_is_the_same_report() -> None:
    there = AT.astimezone(timezone(timedelta(hours=5)))
    assert report(agenda=(c.Sitting(starts_at=AT, ends_at=AT, title="x"),)).sha256 == (
        report(agenda=(c.Sitting(starts_at=there, ends_at=there, title="x"),)).sha256
    )


def test_a_naive_moment_is_refused() -> None:
    naive = datetime(2026, 11, 20)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="needs a zone"):
        report(agenda=(c.Sitting(starts_at=naive, ends_at=naive, title="x"),)).to_json()


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (lambda raw: raw.update(extra=1), "unknown keys"),
        (lambda raw: raw.update(title=7), "report.title"),
        (lambda raw: raw.pop("title"), "title"),
        (lambda raw: raw["findings"][0].update(raised_at="yesterday"), "findings[0].raised_at"),
        (lambda raw: raw["findings"][0].update(raised_at="2026-01-01T00:00:00"), "needs a zone"),
        (lambda raw: raw.update(findings={}), "a list is needed"),
        (lambda raw: raw.update(format="auditapp-report/9"), "auditapp-report/9"),
        (lambda raw: raw["document"].update(revision=True), "document.revision"),
    ],
)
def test_a_damaged_report_is_refused_with_the_place(damage: object, place: str) -> None:
    raw = json.loads(report().to_json())
    damage(raw)  # type: ignore[operator]
    with pytest.raises(codec.Unreadable) as refused:
        c.AuditReport.from_json(json.dumps(raw).encode())
    assert place in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b'"x"', b"[" * 100_000])
def test_bytes_that_are_no_report_are_refused(data: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        c.AuditReport.from_json(data)


def test_an_older_report_without_a_later_field_still_reads() -> None:
    raw = json.loads(report().to_json())
    del raw["other_criteria"]
    assert c.AuditReport.from_json(json.dumps(raw).encode()) == report()


@given(st.text(), st.text())
def test_any_text_survives(statement: str, note: str) -> None:
    one = report(client=statement, conclusion=c.Conclusion(text=note))
    assert c.AuditReport.from_json(one.to_json()) == one


def test_no_change_is_no_change() -> None:
    assert changes(report(), report()) == ()


def test_changes_are_named_one_by_one() -> None:
    old = report()
    finding = dataclasses.replace(old.findings[0], grade="major", evidence="more")
    extra = c.Finding(number="F-02", grade="observation", title="t", statement="new one", evidence="e")
    new = report(
        findings=(finding, extra),
        answers=(),
        conclusion=c.Conclusion(text="Fine, mostly"),
        starts_on=date(2026, 11, 17),
    )
    assert changes(old, new) == (
        c.Change(kind="changed", chapter="conclusion", field="text", before="Fine", after="Fine, mostly"),
        c.Change(
            kind="changed", chapter="places", field="starts_on", before="2026-11-18", after="2026-11-17"
        ),
        c.Change(
            kind="changed", chapter="finding", item="F-01", field="grade", before="minor", after="major"
        ),
        c.Change(kind="changed", chapter="finding", item="F-01", field="evidence", before="e", after="more"),
        c.Change(kind="added", chapter="finding", item="F-02", after="new one"),
        c.Change(kind="removed", chapter="answer", item="8.2-a", before="q"),
    )


def test_no_part_of_a_report_is_forgotten_when_revisions_are_compared() -> None:
    told = {chapter.field for chapter in _LISTS} | {field for field, _ in _PLAIN} | {"scope", "conclusion"}
    assert told | NOT_TOLD == {field.name for field in dataclasses.fields(c.AuditReport)}
    assert set(CONCLUSION_CHAPTERS) == {field.name for field in dataclasses.fields(c.Conclusion)}


def test_a_changed_degree_names_its_stage_and_a_chapter_is_not_named_twice() -> None:
    row = c.DegreeRow(
        code="ISO", stage="awareness", word="partly", asked=1, judged=1, fulfilled=0, unfulfilled=1, arranged=0,
        not_applicable=0, not_verified=0, not_asked=0, fulfilled_share=0, looked_share=100,
    )  # fmt: skip
    old = report(degrees=(row,))
    new = report(
        degrees=(dataclasses.replace(row, word="mostly"),),
        conclusion=c.Conclusion(text="Fine", obstacles="Fog"),
    )
    assert changes(old, new) == (
        c.Change(kind="changed", chapter="obstacles", after="Fog"),
        c.Change(
            kind="changed",
            chapter="degree",
            item="ISO",
            stage="awareness",
            field="word",
            before="partly",
            after="mostly",
        ),
    )
