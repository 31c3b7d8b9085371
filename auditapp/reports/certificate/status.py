"""How each certificate stands: decision, last day, surveillance, recertification, what the body waits for."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.queries import organization, today_of
from auditapp.people.rules import Principal
from auditapp.relationships.certification.rules import (
    DECISION_LABELS,
    HELD,
    PHASE_LABELS,
    RENEWAL_WORDS,
    SCHEME_LABELS,
    VISIT_LABELS,
    WINDOW_WORDS,
    FindingKind,
    Phase,
    Renewal,
)
from auditapp.reports.certificate.base import left, tracked
from auditapp.reports.certificate.queries import Found, Held, certificates, found_by_body
from auditapp.reports.certificate.rules import Step, step, summary
from auditapp.reports.paper.model import Chapter, Facts, Pair, Para, Report, Row
from auditapp.reports.paper.pen import Address, Cut, Headings, Pen, nowhere

OF_BODY = (FindingKind.MAJOR, FindingKind.MINOR, FindingKind.OPPORTUNITY)


def status_report(
    session: Session, *, actor: Principal, as_of: datetime, ref: str = "", address: Address = nowhere
) -> Report:
    """Every certificate, or one. Ten statements, and one per kind of evidence. Raises NotFound."""
    pen = Pen(actor, address)
    own, today = organization(session), today_of(session, as_of)
    held = certificates(session, actor, today, ref)
    found, total = found_by_body(session, actor, held, OF_BODY, today)
    chapters: list[Chapter] = []
    for one in held:
        if one.standing.phase is not Phase.ENDED or ref:
            mine = [each for each in found if each.row.certificate_id == one.certificate.id]
            chapters += _certificate(pen, one, mine, today, Cut(len(found), total))
    ended = [] if ref else [one for one in held if one.standing.phase is Phase.ENDED]
    if ended:
        chapters.append(_ended(pen, ended))
    if not held:
        none = Text("There is no certificate, and none that is prepared for. The system manager enters it under Certificate: its scheme, the certification body, the scope, and the visits as they are agreed.")  # fmt: skip
        chapters.append(pen.chapter(Text("No certificate yet"), "none", Para(pen.say(none), "attention")))
    return Report(
        kind=pen.say(Text("Certification")), title=pen.say(Text("How the certificate stands")),
        ref=f"certificate-{ref}" if ref else "certificate", organization=own.name if own else "", as_of=as_of,
        language=pen.reader.language, facts=tuple(_facts(pen, held, found, today)), chapters=tuple(chapters),
        confidential=True,
    )  # fmt: skip


def _facts(pen: Pen, held: Sequence[Held], found: Sequence[Found], today: date) -> list[Pair]:
    """The answer at the top: one line for each certificate that was not given up, and what the body waits for."""
    facts = [
        pen.pair(
            Text("Certificate %(ref)s", ref=one.certificate.ref),
            PHASE_LABELS[one.standing.phase],
            ("certification.show", {"ref": one.certificate.ref}),
            one.standing.tone,
        )
        for one in held
        if one.standing.phase is not Phase.ENDED
    ]
    if not held:
        facts.append(pen.pair(Text("Certificate"), Text("None yet"), tone="attention"))
    asked = [one.asked for one in found if one.row.kind is not FindingKind.OPPORTUNITY]
    said, how = summary(asked, today)
    return [*facts, pen.pair(Text("Nonconformities of the body"), said, tone=how)]


def _certificate(pen: Pen, one: Held, found: Sequence[Found], today: date, cut: Cut) -> list[Chapter]:
    row, how = one.certificate, one.standing
    parts = [
        pen.chapter(
            f"{row.ref} {pen.say(SCHEME_LABELS[row.scheme])}, {row.body}", row.ref.lower(),
            Para(pen.say(Text("%(sentence)s %(next)s", sentence=how.sentence, next=how.next)), how.tone),
            Facts(tuple(_printed(pen, one, today))),
        )
    ]  # fmt: skip
    if how.windows:
        parts.append(_windows(pen, one, today))
    if how.renewal:
        parts.append(_renewal(pen, one, how.renewal, today))
    title = Text("What the body found")
    body = tracked(
        pen, title, [each for each in found if step(each.asked) is not Step.SETTLED], today,
        Text("The body waits for no answer."),
    )  # fmt: skip
    settled = sum(1 for each in found if step(each.asked) is Step.SETTLED)
    told = Para(pen.say(Text("Settled so far: %(count)s.", count=settled)))
    majors = Para(
        pen.say(Text("Majors of Stage 2 have to be verified by the body within six months of its last day.")),
        "attention",
    )
    parts.append(
        pen.chapter(
            title, f"{row.ref.lower()}-found", *([majors] if how.verify_by else []), body, told, level=2, note=cut.note
        )
    )  # fmt: skip
    return [*parts, _visits(pen, one), _decisions(pen, one)]


def _printed(pen: Pen, one: Held, today: date) -> list[Pair]:
    row, how = one.certificate, one.standing
    nothing = Text("None yet")
    facts = [
        pen.pair(Text("State"), PHASE_LABELS[how.phase], tone=how.tone),
        pen.pair(Text("Certificate number"), row.number or nothing),
        pen.pair(Text("Scope"), row.scope or Text("Not written yet")),
    ]
    current = max(one.parts.decisions, key=lambda each: (each.decided_on, each.expires_on), default=None)
    if current is None:
        return [
            *facts,
            pen.pair(Text("Decided on"), Text("Not decided yet")),
            *([pen.pair(Text("Stage 1"), pen.day(one.stage_1_on).text)] if one.stage_1_on else []),
            *([pen.pair(Text("Stage 2 planned"), pen.day(one.stage_2_on).text)] if one.stage_2_on else []),
            *([pen.pair(Text("Next by"), pen.day(how.by).text)] if how.by else []),
        ]
    days = (current.expires_on - today).days
    facts += [
        pen.pair(Text("Decided on"), pen.day(current.decided_on).text),
        pen.pair(Text("Valid until"), pen.day(current.expires_on).text),
    ]
    if how.phase is Phase.ENDED:
        facts.append(pen.pair(Text("Ended on"), pen.day(row.ended_on).text))
        facts.append(pen.pair(Text("Why it ended"), row.end_reason))
    elif days >= 0:
        facts.append(pen.pair(Text("Days left"), str(days)))
    else:
        facts.append(
            pen.pair(Text("Days left"), Text("None: over since %(days)s days", days=-days), tone="overdue")
        )
    if how.phase is Phase.LAPSED and how.renewal:
        restore = how.renewal.restore_until
        facts.append(
            pen.pair(
                Text("Can be restored until"),
                Text("%(day)s, %(left)s days left", day=pen.day(restore).text, left=(restore - today).days),
                tone="overdue",
            )
        )
    return facts


WINDOWS: Headings = [
    (Text("Visit"), "wide"), (Text("From"), "date"), (Text("At the latest"), "date"), (Text("Day"), "date"),
    (Text("Days left"), "number"), (Text("State"), "state"),
]  # fmt: skip


def _windows(pen: Pen, one: Held, today: date) -> Chapter:
    rows = []
    for number, window in enumerate(one.standing.windows, start=1):
        word, tone = WINDOW_WORDS[window.state]
        name = (
            Text("Surveillance %(number)s, in %(year)s", number=number, year=window.year)
            if window.year
            else Text("Surveillance %(number)s, within twelve months of the decision", number=number)
        )
        open_still = window.state not in HELD and one.standing.phase is Phase.CERTIFIED
        rows.append(
            Row(
                cells=(
                    pen.text(name), pen.day(window.earliest), pen.day(window.latest), pen.day(window.on),
                    left(pen, (window.latest - today).days if open_still else None), pen.text(word, tone=tone),
                )
            )
        )  # fmt: skip
    title = Text("Surveillance")
    return pen.chapter(
        title, f"{one.certificate.ref.lower()}-surveillance", pen.table(title, WINDOWS, rows, Text("None.")), level=2
    )  # fmt: skip


STEPS: Headings = [(Text("Step"), "wide"), (Text("Day"), "date"), (Text("Days left"), "number")]


def _renewal(pen: Pen, one: Held, again: Renewal, today: date) -> Chapter:
    word, tone = RENEWAL_WORDS[again.state]
    steps = [
        (Text("Begin to plan it"), again.plan_from),
        (Text("Begin it at the latest"), again.start_by),
        (Text("The body has decided"), again.decide_by),
        (Text("A lapsed certificate can be restored until"), again.restore_until),
    ]
    rows = [Row(cells=(pen.text(label), pen.day(day), left(pen, (day - today).days))) for label, day in steps]
    if again.on:
        rows.insert(
            2,
            Row(
                cells=(
                    pen.text(Text("The audit (planned or held)")),
                    pen.day(again.on),
                    left(pen, (again.on - today).days),
                )
            ),
        )
    title = Text("Recertification")
    return pen.chapter(
        title, f"{one.certificate.ref.lower()}-recertification", Facts((pen.pair(Text("State"), word, tone=tone),)),
        pen.table(Text("Plan"), STEPS, rows, Text("None.")), level=2,
    )  # fmt: skip


def _visits(pen: Pen, one: Held) -> Chapter:
    title = Text("Visits of the body")
    rows = (
        Row(
            cells=(
                pen.text(VISIT_LABELS[visit.kind]), pen.day(visit.planned_from), pen.day(visit.held_from),
                pen.day(visit.held_to), pen.text(visit.auditors), pen.text(visit.note),
            )
        )
        for visit in one.parts.visits
        if visit.cancelled_on is None
    )  # fmt: skip
    columns: Headings = [
        Text("Visit"), (Text("Planned from"), "date"), (Text("Held from"), "date"), (Text("Held to"), "date"),
        (Text("Auditors"), "wide"), (Text("Note"), "wide"),
    ]  # fmt: skip
    table = pen.table(title, columns, rows, Text("No visit is entered yet."))
    return pen.chapter(title, f"{one.certificate.ref.lower()}-visits", table, level=2)


def _decisions(pen: Pen, one: Held) -> Chapter:
    title = Text("Decisions of the body")
    rows = (
        Row(
            cells=(
                pen.text(DECISION_LABELS[each.kind]), pen.day(each.decided_on), pen.day(each.expires_on),
                pen.text(each.note),
            )
        )
        for each in reversed(one.parts.decisions)
    )  # fmt: skip
    columns: Headings = [
        Text("Decision"), (Text("Decided on"), "date"), (Text("Valid until"), "date"), (Text("Note"), "wide"),
    ]  # fmt: skip
    table = pen.table(title, columns, rows, Text("The body has not decided yet."))
    return pen.chapter(title, f"{one.certificate.ref.lower()}-decisions", table, level=2)


def _ended(pen: Pen, ended: Sequence[Held]) -> Chapter:
    title = Text("Given up or withdrawn")
    rows = (
        Row(
            cells=(
                pen.text(
                    f"{one.certificate.ref} {pen.say(SCHEME_LABELS[one.certificate.scheme])}, {one.certificate.body}",
                    ("certification.show", {"ref": one.certificate.ref}),
                ),
                pen.day(one.certificate.ended_on), pen.text(one.certificate.end_reason),
            )
        )
        for one in ended
    )  # fmt: skip
    columns: Headings = [(Text("Certificate"), "wide"), (Text("Ended on"), "date"), (Text("Why"), "wide")]
    return pen.chapter(title, "ended", pen.table(title, columns, rows, Text("None.")))
