"""The tracker of Stage 1 concerns: each is dealt with before Stage 2."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.certification.rules import PHASE_LABELS, SCHEME_LABELS, FindingKind
from auditapp.reports.certificate.base import left, tracked
from auditapp.reports.certificate.queries import Held, certificates, found_by_body
from auditapp.reports.certificate.rules import Step, late, step, summary
from auditapp.reports.paper.model import Chapter, Pair, Para, Report, Row
from auditapp.reports.paper.pen import Address, Cut, Headings, Pen, nowhere


def concerns_report(
    session: Session, *, actor: Principal, as_of: datetime, ref: str = "", address: Address = nowhere
) -> Report:
    """The concerns of every certificate, or of one. Ten statements, and one per kind of evidence. Raises NotFound."""
    pen = Pen(actor, address)
    own, today = organization(session), today_of(session, as_of)
    held = certificates(session, actor, today, ref)
    found, total = found_by_body(session, actor, held, [FindingKind.CONCERN], today)
    said, how = summary([one.asked for one in found], today)
    waits = [one for one in found if step(one.asked) is not Step.SETTLED]
    settled = [one for one in found if step(one.asked) is Step.SETTLED]
    late_ones = sum(1 for one in found if late(one.asked, today))
    facts = [
        pen.pair(Text("Concerns"), said, tone=how),
        pen.pair(Text("Not dealt with yet"), str(len(waits)), tone="attention" if waits else "done"),
        pen.pair(Text("Late"), str(late_ones), tone="overdue" if late_ones else "done"),
        *_next_stage_2(pen, held, today),
    ]
    waiting, done = Text("Not dealt with yet"), Text("Dealt with")
    chapters = [
        pen.chapter(
            waiting, "waiting",
            *([] if held else [Para(pen.say(Text("No certificate is entered yet. The system manager enters the one you prepare for, and its Stage 1 visit, under Certificate.")), "attention")]),
            tracked(pen, waiting, waits, today, Text("No concern waits. What the body finds at Stage 1 is entered with its visit, under Certificate.")),
            note=Cut(len(found), total).note,
        ),
        _certificates(pen, held, today),
        pen.chapter(done, "settled", tracked(pen, done, settled, today, Text("None is settled yet."))),
    ]  # fmt: skip
    return Report(
        kind=pen.say(Text("Certification")), title=pen.say(Text("Concerns of Stage 1")),
        ref=f"stage-1-concerns-{ref}" if ref else "stage-1-concerns", organization=own.name if own else "", as_of=as_of,
        language=pen.reader.language, facts=tuple(facts), chapters=tuple(chapters), confidential=True,
    )  # fmt: skip


def _next_stage_2(pen: Pen, held: list[Held], today: date) -> list[Pair]:
    days = [day for one in held if (day := one.stage_2_on) is not None]
    if not days:
        return [pen.pair(Text("Stage 2"), Text("Not planned"), tone="quiet")]
    nearest = min(days)
    said = (
        Text("Planned for %(day)s, in %(left)s days", day=day_words(nearest), left=(nearest - today).days)
        if nearest >= today
        else Text("Was planned for %(day)s. Enter that it was held, or its new day.", day=day_words(nearest))
    )
    return [pen.pair(Text("Stage 2"), said, tone="on_track" if nearest >= today else "overdue")]


COLUMNS: Headings = [
    (Text("Certificate"), "wide"), (Text("State"), "state"), (Text("Stage 1 held"), "date"),
    (Text("Stage 2 planned"), "date"), (Text("Days left"), "number"),
]  # fmt: skip


def _certificates(pen: Pen, held: list[Held], today: date) -> Chapter:
    title = Text("Visits")
    rows = (
        Row(
            cells=(
                pen.text(
                    f"{one.certificate.ref} {pen.say(SCHEME_LABELS[one.certificate.scheme])}, {one.certificate.body}",
                    ("certification.show", {"ref": one.certificate.ref}),
                ),
                pen.text(PHASE_LABELS[one.standing.phase], tone=one.standing.tone),
                pen.day(one.stage_1_on),
                pen.day(one.stage_2_on),
                left(pen, (one.stage_2_on - today).days if one.stage_2_on else None),
            )
        )
        for one in held
    )
    table = pen.table(title, COLUMNS, rows, Text("No certificate is entered yet."))
    return pen.chapter(title, "visits", table)
