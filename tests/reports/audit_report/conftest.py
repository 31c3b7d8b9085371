"""A believable report of any size, and pictures drawn by the program."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image, ImageDraw

from auditapp.audits.report import content as c
from auditapp.audits.report.rules import STAGES, Rated, degrees

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
RESULTS = (
    "conforms",
    "conforms",
    "conforms",
    "observation",
    "conforms",
    "nonconforming",
    "not_asked",
    "conforms",
)
RESULTS += (
    "arranged",
    "good_practice",
    "not_applicable",
    "opportunity",
    "conforms",
    "not_verified",
    "conforms",
)
GRADES = ("major", "minor", "minor", "observation", "opportunity", "good_practice")
TITLES = {
    "awareness": "Leadership and direction",
    "management_system": "Performance and improvement",
}
NOTE = (
    "The register was opened together with the relationship manager. Three of the four sampled entries name an owner "
    "and a review date; the entry on shared tooling has neither.\n- entry R-07: no owner\n- entry R-09: owner left in "
    "March"
)


def picture(number: int, size: tuple[int, int] = (1200, 900)) -> bytes:
    """A drawn picture, different for each number."""
    image = Image.new("RGB", size, (40 + number * 37 % 160, 90, 200 - number * 23 % 150))
    draw = ImageDraw.Draw(image)
    for line in range(12):
        draw.line((0, line * 80, size[0], (line * 61 + number * 97) % size[1]), fill=(245, 240, 220), width=6)
    draw.rectangle((80, 80, 380, 240), fill=(250, 250, 250))
    draw.text((100, 100), f"Board {number}", fill=(20, 20, 20), font_size=56)
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80)
    return target.getvalue()


def answer(index: int) -> c.AnswerRow:
    """One answer; the results go round."""
    stage = STAGES[index % len(STAGES)]
    result = RESULTS[index % len(RESULTS)]
    asked = result != "not_asked"
    return c.AnswerRow(
        ref=f"8.{2 + index % 8}.{1 + index % 5}-{chr(97 + index % 4)}",
        section=f"{TITLES.get(stage, 'Planning and control')} ({index % 2 + 1})",
        stage=stage,
        question="How does the organization know that the aims of both partners are still met, and who acts if not?",
        result=result,
        clauses=(
            c.ClauseRef(
                code="ISO 44001", number=f"8.{2 + index % 8}.{1 + index % 5}", confirmed=index % 3 > 0
            ),
            c.ClauseRef(code="BS 11000-1", number=f"{3 + index % 8}"),
        ),
        relationship="Northwind Rail Systems (fictional)" if index % 2 else "",
        reason="The process starts next year."
        if result in {"not_applicable", "not_verified", "not_asked"}
        else "",
        note=NOTE if asked and index % 4 == 0 else "",
        evidence="Relationship management plan, issue 4, section 3; minutes of 12 October" if asked else "",
        interviewees="Relationship manager" if asked else "",
        sample="4 of 19 entries" if index % 5 == 0 else "",
        answered_by="Ada Example" if asked else "",
        answered_at=AT - timedelta(hours=index) if asked else None,
    )


def finding(index: int, exhibits: tuple[str, ...]) -> c.Finding:
    """One finding; the grades go round."""
    grade = GRADES[index % len(GRADES)]
    return c.Finding(
        number=f"F-{index + 1:02}",
        grade=grade,
        title=f"Shared risks without owner, case {index + 1}",
        statement=f"Finding {index + 1}: two of four sampled risks that both partners carry have no owner who acts.",
        evidence=NOTE,
        requirements=(
            c.ClauseRef(
                code="ISO 44001", number="8.6.2", title="Joint risk management process", confirmed=False
            ),
            c.ClauseRef(code="BS 11000-1", number="7", title="Working together"),
        ),
        relationship="Northwind Rail Systems (fictional)",
        auditee="Relationship manager",
        raised_by="Ada Example",
        raised_at=AT,
        stage="working_together",
        answers=("8.6.2-a", "8.6.2-b"),
        exhibits=exhibits,
    )


def build(answers: int = 30, findings: int = 6, photos: int = 5) -> c.AuditReport:
    """A whole report with so many answers, findings and photos."""
    rows = tuple(answer(index) for index in range(answers))
    shots = [hashlib.sha256(picture(index)).hexdigest() for index in range(photos)]
    exhibits = (
        *tuple(
            c.Exhibit(
                ref=f"E-{index + 1:02}",
                kind="photo",
                caption=f"Risk board in the project room, wall {index + 1}",
                sha256=sha,
                name=f"IMG_{index}.jpg",
                evidence_date=date(2026, 11, 18),
                added_by="Ada Example",
                added_at=AT,
                supports=("8.6.2-a",),
            )
            for index, sha in enumerate(shots)
        ),
        c.Exhibit(
            ref="E-90",
            kind="file",
            caption="RMP issue 4",
            sha256="ab" * 32,
            name="rmp-4.pdf",
            added_by="Ada Example",
        ),
        c.Exhibit(
            ref="E-91",
            kind="link",
            caption="Minutes",
            target="https://intranet.example.org/minutes/2026/10/12?view=full&page=3",
        ),
        c.Exhibit(ref="E-92", kind="reference", caption="Signed charter", target="Legal archive, binder 12"),
    )
    rated = [
        Rated(standard=code, stage=row.stage, result=row.result)
        for code in ("ISO 44001:2017", "BS 11000-1:2010")
        for row in rows
    ]
    return c.AuditReport(
        document=c.Document(
            number="AR-2026-001",
            revision=1,
            organization="Example Works (fictional)",
            language="en",
            zone="Europe/London",
            issued_at=AT,
            signature=c.Signature(
                name="Ada Example", role="leader", signed_at=AT, statement="Signed by name and password."
            ),
            anchor=c.Anchor(seq=1204, hash="c0ffee" * 10 + "c0de"),
        ),
        audit_number="IA-2026-004",
        title="Collaborative relationships with rail partners",
        objectives="See whether the management system for collaborative relationships works where it was sampled.\n"
        "See whether the actions of the last audit hold.",
        client="Senior Executive Responsible",
        scope=c.Scope(
            text="The running relationships of the rail division, from awareness to exit.",
            organization="Rail division, Example Works (fictional)",
            functions=("Partnering office", "Procurement"),
            processes=("Joint governance", "Risk management"),
            relationships=(
                c.Relationship(
                    code="REL-03", name="Northwind Rail Systems (fictional)", stage="working_together"
                ),
                c.Relationship(code="REL-05", name="Lakeside Signals (fictional)", stage="staying_together"),
            ),
        ),
        criteria=(
            c.Criterion(
                library="iso44001-2017",
                code="ISO 44001:2017",
                title="Collaborative business relationships",
                edition="2",
            ),
            c.Criterion(
                library="bs11000-1-2010",
                code="BS 11000-1:2010",
                title="Framework",
                edition="1",
                note="Superseded",
            ),
        ),
        conclusion=c.Conclusion(
            text="The management system works in the sampled relationships. Shared risks are the weak point: they are known "
            "to both partners, but nobody acts on them in time.\n\nThe system is fit for a Stage 2 audit once F-01 is closed.",
            objectives_met="partly",
            objectives_note="The actions of the last audit could not be verified at Lakeside.",
            process_summary="Two auditors, two days, eleven interviews.",
            obstacles="The project room at Lakeside was closed on the second day.",
            main_findings="- Shared risks have no owner\n- The exit strategy is exercised every year, a model for others",
            good_practices="The exit strategy is exercised every year.",
            sampling="An audit looks at samples. What was not sampled may hold further nonconformities.",
            follow_up="Plans for corrective action by 18 December 2026.",
            confidentiality="For the people named under distribution only.",
            distribution="SER, relationship owners, audit programme manager",
        ),
        team=(
            c.Member(name="Ada Example", role="leader"),
            c.Member(name="Ben Sample", role="auditor"),
            c.Member(name="Cy Mock", role="technical_expert", note="Signalling"),
        ),
        participants=(
            c.Participant(
                name="Dana Demo",
                function="Relationship owner",
                organization="Example Works (fictional)",
                opening=True,
                closing=True,
                interviewed=True,
            ),
            c.Participant(
                name="Eli Fake",
                function="Alliance manager",
                organization="Northwind Rail Systems (fictional)",
                opening=True,
                interviewed=True,
            ),
        ),
        meetings=(
            c.Meeting(kind="opening", held_at=AT, note="York"),
            c.Meeting(kind="closing", held_at=AT, note="York"),
        ),
        locations=("York, building 3", "Lakeside, signal centre"),
        starts_on=date(2026, 11, 18),
        ends_on=date(2026, 11, 19),
        agenda=tuple(
            c.Sitting(
                starts_at=AT - timedelta(days=2, hours=6 - n),
                ends_at=AT - timedelta(days=2, hours=5 - n),
                title=title,
                place="York",
                with_whom="Relationship owner",
                auditors=("Ada Example",),
            )
            for n, title in enumerate(("Opening meeting", "Joint governance", "Shared risks"))
        ),
        degrees=tuple(
            c.DegreeRow(
                code=d.standard,
                stage=d.stage,
                word=d.word,
                asked=d.asked,
                judged=d.judged,
                fulfilled=d.fulfilled,
                unfulfilled=d.unfulfilled,
                arranged=d.arranged,
                not_applicable=d.not_applicable,
                not_verified=d.not_verified,
                not_asked=d.not_asked,
                fulfilled_share=d.fulfilled_share,
                looked_share=d.looked_share,
            )
            for d in degrees(rated)
        ),
        findings=tuple(finding(n, tuple(e.ref for e in exhibits[n : n + 2])) for n in range(findings)),
        not_covered=tuple(
            c.NotCovered(
                ref=row.ref,
                question=row.question,
                result=row.result,
                reason=row.reason,
                relationship=row.relationship,
            )
            for row in rows
            if row.result in {"not_asked", "not_verified", "not_applicable"}
        ),
        independence=(
            c.Override(
                auditor="Ben Sample",
                conflict="Procurement",
                reason="Only two trained auditors",
                reviewer="Gia Standin",
            ),
        ),
        competence=(
            c.CompetenceNote(auditor="Ben Sample", warning="Training on ISO 44001 expired on 1 October 2026"),
        ),
        answers=rows,
        exhibits=exhibits,
    )


@pytest.fixture(scope="session")
def make_report() -> Callable[..., c.AuditReport]:
    """Builds a report: ``make_report(answers=30, findings=6, photos=5)``."""
    return build


@pytest.fixture(scope="session")
def album() -> Callable[[int], dict[str, bytes]]:
    """Pictures by SHA-256: ``album(5)``."""

    def make(count: int) -> dict[str, bytes]:
        return {hashlib.sha256(data).hexdigest(): data for data in map(picture, range(count))}

    return make
