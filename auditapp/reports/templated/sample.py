"""A made-up report that has everything, each text of it the only one of its kind: what is missing in a trial is missing in the template."""

import io
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from itertools import count

from PIL import Image, ImageDraw

from auditapp.audits.report import content as c

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
DAY = date(2026, 11, 18)
COLOURS = ((40, 90, 140), (120, 80, 40))


@cache
def sample_pictures() -> dict[str, bytes]:
    """The photos of the sample by SHA-256: drawn."""
    made = []
    for number, colour in enumerate(COLOURS, start=1):
        image = Image.new("RGB", (640, 480), colour)
        pen = ImageDraw.Draw(image)
        pen.rectangle((60, 60, 580, 420), outline=(240, 236, 220), width=8)
        pen.line((60, 60 * number, 580, 420), fill=(240, 236, 220), width=6)
        target = io.BytesIO()
        image.save(target, "JPEG", quality=80)
        made.append(target.getvalue())
    return {sha256(data).hexdigest(): data for data in made}


@cache
def sample(*, draft: bool = False) -> c.AuditReport:
    """The report."""
    numbers = count(1)

    def u(words: str) -> str:
        return f"{words} (sample {next(numbers):03})"

    def hash_of(words: str) -> str:
        return sha256(words.encode()).hexdigest()

    lines = (c.Line(ink="red", points=(100, 100, 500, 300, 900, 100)),)
    shas = list(sample_pictures())
    photos = tuple(
        c.Exhibit(
            ref=f"E-SAMPLE-{at}", kind="photo", caption=u("What the photo shows"), sha256=sha, name=f"photo-{at}.jpg",
            evidence_date=date(2026, 10, at), added_by=u("Who added it"), added_at=datetime(2026, 11, at, 8, 11, tzinfo=UTC), supports=(u("Answer"),),
            original_sha256=hash_of(f"original {at}"), captured_at=datetime(2026, 11, at, 7, 41, tzinfo=UTC),
            received_at=datetime(2026, 11, at, 9, 21, tzinfo=UTC), drawing=lines if at == 1 else (),
        )
        for at, sha in enumerate(shas, start=1)
    )  # fmt: skip
    others = (
        c.Exhibit(ref="E-SAMPLE-7", kind="file", caption=u("What the file is"), sha256=hash_of("file"), name=u("file name"), added_by=u("Who added it")),
        c.Exhibit(ref="E-SAMPLE-8", kind="link", caption=u("What the link is"), target=u("https://intranet.example.org/minutes"), added_by=u("Who added it")),
        c.Exhibit(ref="E-SAMPLE-9", kind="reference", caption=u("Document held elsewhere"), target=u("Where it is held")),
    )  # fmt: skip
    clause = c.ClauseRef(code="ISO SAMPLE", number="8.6.2", title=u("Title of the clause"), confirmed=False)
    findings = tuple(
        c.Finding(
            number=f"F-SAMPLE-{at}", grade=grade, title=u("Title of a finding"), statement=u("What was found\n- one\n- two"), evidence=u("Objective evidence"),
            requirements=(clause,), relationship=u("Relationship"), auditee=u("Auditee"), raised_by=u("Who raised it"),
            raised_at=datetime(2026, 11, 18, 10, at, tzinfo=UTC), stage="working_together", answers=(u("Answer"),), exhibits=("E-SAMPLE-1", "E-SAMPLE-7"),
            status="withdrawn" if at == 3 else "", status_reason=u("Why it was withdrawn") if at == 3 else "",  # noqa: PLR2004 - the third
        )
        for at, grade in enumerate(("major", "minor", "observation"), start=1)
    )  # fmt: skip
    answers = tuple(
        c.AnswerRow(
            ref=f"Q-SAMPLE-{at}", section=u("Section"), stage="working_together", question=u("What was asked"), result=result, clauses=(clause,),
            relationship=u("Relationship"), reason=u("Reason"), note=u("Note"), evidence=u("Objective evidence"), interviewees=u("Interviewed"),
            sample=u("Sample"), answered_by=u("Who answered"), answered_at=datetime(2026, 11, 18, 11, at, tzinfo=UTC), exhibits=("E-SAMPLE-1",),
        )
        for at, result in enumerate(("conforms", "nonconforming"), start=1)
    )  # fmt: skip
    said = c.Conclusion(
        text=u("Audit conclusion"), objectives_met="partly", objectives_note=u("What was not met"), process_summary=u("How the audit went"),
        obstacles=u("Obstacles"), not_covered=u("Areas not covered"), main_findings=u("Main findings"), good_practices=u("Good practices"),
        diverging=u("Diverging opinions"), sampling=u("Limits of sampling"), follow_up=u("Agreed follow-up"), programme=u("Implications"),
        confidentiality=u("Confidentiality"), distribution=u("Distribution"),
    )  # fmt: skip
    document = c.Document(
        number="AR-SAMPLE-1", revision=2, organization=u("Our organization"), language="en", zone="Europe/London", issued_at=AT,
        signature=None if draft else c.Signature(name=u("Who signed"), role="leader", signed_at=AT, statement=u("By which act")),
        anchor=None if draft else c.Anchor(seq=120_417, hash=hash_of("trail")), reason=u("Why this revision was made"), supersedes=hash_of("before"),
        changes=(c.Change(kind="changed", chapter="finding", item=u("Finding"), field="title", before=u("Before"), after=u("After")),),
    )  # fmt: skip
    return c.AuditReport(
        document=document, audit_number="IA-SAMPLE-4", title=u("Title of the audit"), objectives=u("Audit objectives"), client=u("Audit client"),
        scope=c.Scope(
            text=u("Scope"), organization=u("Organization of the scope"), functions=(u("Function"), u("Function")), processes=(u("Process"),),
            relationships=(c.Relationship(code="REL-SAMPLE-3", name=u("Relationship"), stage="working_together"),),
        ),
        criteria=(c.Criterion(library="sample", code="ISO SAMPLE", title=u("Clause library"), edition="edition SAMPLE", note=u("Note")),),
        other_criteria=u("Further criteria"), plan_note=u("Note to the plan"), conclusion=said,
        team=(c.Member(name=u("Leader"), role="leader", note=u("Note")), c.Member(name=u("Auditor"), role="auditor")),
        participants=(c.Participant(name=u("Participant"), function=u("Function"), organization=u("Organization"), opening=True, closing=True),),
        meetings=(
            c.Meeting(kind="opening", held_at=datetime(2026, 11, 18, 9, 1, tzinfo=UTC), note=u("Note"), signed=(c.Signed(name=u("Who signed"), lines=lines),)),
            c.Meeting(kind="closing", held_at=datetime(2026, 11, 19, 16, 1, tzinfo=UTC), note=u("Note"), signed=(c.Signed(name=u("Who signed")),)),
        ),
        locations=(u("Place"), u("Place")), starts_on=DAY, ends_on=date(2026, 11, 19),
        agenda=(
            c.Sitting(
                starts_at=datetime(2026, 11, 18, 9, 2, tzinfo=UTC), ends_at=datetime(2026, 11, 18, 9, 58, tzinfo=UTC), title=u("Session"),
                place=u("Place"), with_whom=u("With whom"), auditors=(u("Auditor"),),
            ),
        ),
        degrees=(
            c.DegreeRow(
                code="ISO SAMPLE", stage="working_together", word="partly", asked=14, judged=12, fulfilled=10, unfulfilled=2, arranged=0,
                not_applicable=1, not_verified=0, not_asked=1, fulfilled_share=83, looked_share=92,
            ),
        ),
        findings=findings,
        not_covered=(c.NotCovered(ref="Q-SAMPLE-8", question=u("Question"), result="not_asked", reason=u("Why not"), relationship=u("Relationship")),),
        independence=(c.Override(auditor=u("Auditor"), conflict=u("Responsible for"), reason=u("Reason"), reviewer=u("Reviewer")),),
        competence=(c.CompetenceNote(auditor=u("Auditor"), warning=u("Warning")),),
        answers=answers, exhibits=(*photos, *others),
        divergences=(c.Divergence(number="F-SAMPLE-1", auditee_view=u("The auditee's view"), team_view=u("The team's view"), decision=u("Decision")),),
    )  # fmt: skip
