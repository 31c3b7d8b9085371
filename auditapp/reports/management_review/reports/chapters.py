"""The chapters of the pack, one function for each input; one that finds nothing gives no block."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.health.rules.results import RAG_LABELS, RAG_TONES, TREND_LABELS
from auditapp.relationships.registers.ideas.rules import IDEA_STATE_LABELS, IDEA_STATE_TONES
from auditapp.relationships.registers.risks.rules import BAND_LABELS, BAND_TONES, RISK_KIND_LABELS, band
from auditapp.relationships.rules import STAGE_LABELS
from auditapp.reports.figures import queries as figures
from auditapp.reports.figures.chapters import Links, auditors, numbers, ratio
from auditapp.reports.figures.rules import Asked, Where
from auditapp.reports.management_review.model import ManagementReview
from auditapp.reports.management_review.queries import inputs
from auditapp.reports.management_review.queries.inputs import Line
from auditapp.reports.management_review.queries.store import earlier_actions
from auditapp.reports.management_review.rules import standing
from auditapp.reports.paper.model import Block, Cell, Facts, Pair, Row
from auditapp.reports.paper.pen import Headings
from auditapp.reports.readiness.queries import visits
from auditapp.reports.readiness.reports.base import Pen
from auditapp.reports.readiness.reports.parts import body_chapter, certificate_facts

NOTHING_TONE = "attention"
NONE = Text("None.")
Blocks = Sequence[Block]
SHORT: Mapping[Grade, Text] = {  # as the head of a narrow column
    Grade.MAJOR: Text("Major"),
    Grade.MINOR: Text("Minor"),
    Grade.OBSERVATION: Text("Observed"),
    Grade.OPPORTUNITY: Text("To improve"),
    Grade.GOOD_PRACTICE: Text("Good"),
}


@dataclass(kw_only=True)
class Sheet:
    """What every chapter is written with. ``moment``: the first of the period that is looked back on."""

    session: Session
    pen: Pen
    actor: Principal
    review: ManagementReview
    today: date
    moment: datetime
    asked: Asked
    link: Callable[[Where], str]
    _lines: list[Line] | None = None

    @property
    def links(self) -> Links:
        """Addresses of the rows behind figures; a pack has no pictures."""
        return Links(to=self.link, picture=lambda _name: "")

    @property
    def lines(self) -> list[Line]:
        """The running relationships, read once for two chapters."""
        if self._lines is None:
            self._lines = inputs.lines(self.session, self.actor, since=self.review.since, today=self.today)
        return self._lines

    def fact(self, label: Text, count: int, tone: str = "") -> Pair:
        """A number beside its name."""
        return self.pen.pair(label, str(count), tone=tone if count else "")


def earlier(sheet: Sheet) -> Blocks:
    """What earlier reviews asked for."""
    pen = sheet.pen
    found = earlier_actions(sheet.session, sheet.actor, review_id=sheet.review.id, since=sheet.review.since)
    if not found:
        return ()
    rows = []
    for one, owner, _ref in found:
        word, tone = standing(one.status, one.due_on, sheet.today)
        rows.append(
            Row(
                cells=(
                    pen.text(f"{one.ref} {one.title}", ("management_review.action", {"ref": one.ref})),
                    pen.text(owner), pen.day(one.due_on),
                    pen.text(word, tone=tone), pen.text(" ".join(part for part in (one.note, one.evidence) if part)),
                )
            )
        )  # fmt: skip
    return (
        pen.table(
            Text("Actions from earlier reviews"),
            [(Text("Action"), "wide"), Text("Owner"), (Text("Due"), "date"), (Text("State"), "state"),
             (Text("What was done"), "wide")],
            rows, NONE,
        ),
    )  # fmt: skip


def context(sheet: Sheet) -> Blocks:
    """Relationships that began and ended, partners that came."""
    pen = sheet.pen
    found = inputs.changes(sheet.session, sheet.actor, since=sheet.review.since, moment=sheet.moment)
    if not (found.begun or found.ended or found.partners):
        return ()
    rows = [
        Row(
            cells=(
                pen.text(f"{ref} {name}", ("dossier.show", {"ref": ref})), pen.text(what), pen.day(day),
            )
        )
        for what, them in ((Text("Begun"), found.begun), (Text("Ended"), found.ended))
        for ref, name, day in them
    ]  # fmt: skip
    columns: Headings = [(Text("Relationship"), "wide"), Text("What changed"), (Text("On"), "date")]
    return (
        Facts((sheet.fact(Text("Partners added"), found.partners),)),
        pen.table(Text("Relationships begun and ended"), columns, rows, NONE),
    )


def nonconformities(sheet: Sheet) -> Blocks:
    """What was raised, what is open, whether it lasts."""
    session, asked, links = sheet.session, sheet.asked, sheet.links
    grades, ages = figures.by_grade(session, asked), figures.by_age(session, asked)
    repeats, effect = figures.repeats(session, asked), figures.effectiveness(session, asked)
    late = figures.overdue(session, asked)
    if not any(one.count for one in (*grades, *ages, *late, repeats.whole, effect.whole)):
        return ()
    facts = Facts(
        (
            *(links.pair(one) for one in grades),
            *(links.pair(one, tone="overdue" if one.count else "") for one in late),
            Pair(sheet.pen.say(repeats.part.label), ratio(repeats), links.address(repeats.part)),
            Pair(sheet.pen.say(Text("Effective when checked")), ratio(effect), links.address(effect.whole)),
        )
    )
    causes = figures.by_cause(session, asked)
    return (
        facts,
        numbers(Text("Open now, by age"), Text("Age"), ages, links),
        *([numbers(Text("Root causes"), Text("Category"), causes, links)] if causes else []),
        numbers(
            Text("By relationship"), Text("Relationship"), figures.by_relationship(session, asked), links
        ),
    )


def measurement(sheet: Sheet) -> Blocks:
    """Objectives and health, by relationship."""
    pen = sheet.pen
    rows = [
        Row(
            cells=(
                pen.text(f"{one.ref} {one.name}", ("objectives.of_relationship", {"ref": one.ref})),
                pen.number(one.objectives), pen.number(one.reached), _health(pen, one),
                pen.text(TREND_LABELS[one.trend]) if one.trend else pen.text(""),
                pen.day(day_in(sheet.asked.zone, one.checked_at) if one.checked_at else None),
            )
        )
        for one in sheet.lines
        if one.objectives or one.reached or one.health is not None
    ]  # fmt: skip
    if not rows:
        return ()
    columns: Headings = [
        (Text("Relationship"), "wide"), (Text("Objectives agreed"), "number"), (Text("Reached in the period"), "number"),
        (Text("Health"), "state"), Text("Trend"), (Text("Checked on"), "date"),
    ]  # fmt: skip
    return (pen.table(Text("Objectives and health checks"), columns, rows, NONE),)


def _health(pen: Pen, one: Line) -> Cell:
    if one.health is None:
        return pen.text(Text("Not checked yet"), tone="quiet")
    return pen.text(
        RAG_LABELS[one.health], ("health.show", {"check_ref": one.health_ref}), RAG_TONES[one.health]
    )


def audits(sheet: Sheet) -> Blocks:
    """The audits of the period, and what they found."""
    pen = sheet.pen
    found = inputs.audited(sheet.session, sheet.actor, moment=sheet.moment)
    if not found:
        return ()
    rows = [
        Row(
            cells=(
                pen.text(f"{one.ref} {one.title}", ("plan.show", {"ref": one.ref})),
                pen.day(day_in(sheet.asked.zone, one.issued_at)),
                *(pen.number(one.grades.get(grade, 0)) for grade in Grade),
            )
        )
        for one in found
    ]
    columns: Headings = [
        (Text("Audit"), "wide"), (Text("Report issued"), "date"), *((SHORT[one], "number") for one in Grade),
    ]  # fmt: skip
    return (pen.table(Text("Audit reports issued in the period"), columns, rows, NONE),)


def relationships(sheet: Sheet) -> Blocks:
    """Plans, issues and exits, by relationship."""
    pen, lines = sheet.pen, sheet.lines
    if not lines:
        return ()
    rows = [
        Row(
            cells=(
                pen.text(f"{one.ref} {one.name}", ("dossier.show", {"ref": one.ref})),
                pen.text(STAGE_LABELS[one.stage]), pen.number(one.issues), pen.number(one.level or None),
                pen.day(one.rmp_review_on, "overdue" if one.rmp_review_on and one.rmp_review_on < sheet.today else ""),
                pen.number(one.late),
                pen.text(one.exit, ("exits.process", {"ref": one.ref, "number": one.exit}) if one.exit else ("", {})),
            )
        )
        for one in lines
    ]  # fmt: skip
    columns: Headings = [
        (Text("Relationship"), "wide"), Text("Stage"), (Text("Issues that run"), "number"),
        (Text("Highest level"), "number"), (Text("Plan review"), "date"),
        (Text("Overdue reviews"), "number"), Text("Exit"),
    ]  # fmt: skip
    return (
        Facts(
            (
                sheet.fact(Text("Running relationships"), len(lines)),
                sheet.fact(Text("Issues that run"), sum(one.issues for one in lines)),
                sheet.fact(Text("Reviews, scorecards and checks overdue"), sum(one.late for one in lines), "overdue"),
                sheet.fact(Text("Exits that run"), sum(1 for one in lines if one.exit)),
            )
        ),
        pen.table(Text("The relationships"), columns, rows, NONE),
    )  # fmt: skip


def resources(sheet: Sheet) -> Blocks:
    """Competence that runs out, and how much the auditors carry."""
    load = figures.auditor_load(sheet.session, sheet.asked)
    gaps = figures.competence_gaps(sheet.session, sheet.asked)
    if not load and not any(one.count for one in gaps):
        return ()
    return auditors(load, gaps, sheet.links).blocks


def risks(sheet: Sheet) -> Blocks:
    """The heaviest risks and opportunities."""
    pen = sheet.pen
    found = inputs.risks(sheet.session, sheet.actor)
    if not found:
        return ()
    rows = []
    for one, ref, owner in found:
        score = one.likelihood * one.impact
        weight = band(score)
        rows.append(
            Row(
                cells=(
                    pen.text(f"{one.ref} {one.title} ({ref})", ("risks.show", {"ref": ref, "risk_ref": one.ref})),
                    pen.text(RISK_KIND_LABELS[one.kind]), pen.number(score),
                    pen.text(BAND_LABELS[weight], tone=BAND_TONES[weight]), pen.text(owner), pen.day(one.next_review_on),
                )
            )
        )  # fmt: skip
    columns: Headings = [
        (Text("Risk or opportunity"), "wide"), Text("Kind"), (Text("Score"), "number"),
        (Text("Weight"), "state"), Text("Owner"), (Text("Next review"), "date"),
    ]  # fmt: skip
    return (pen.table(Text("The heaviest, at most thirty"), columns, rows, NONE),)


def body(sheet: Sheet) -> Blocks:
    """The certificates, and what the certification body raised."""
    pen = sheet.pen
    held = visits.certificates(sheet.session, sheet.actor, None, sheet.today)
    if not held:
        return ()
    rows = visits.body_findings(sheet.session, sheet.actor, [one.certificate.id for one in held])
    title = Text("Findings of the certification body")
    return (
        Facts(tuple(certificate_facts(pen, held))),
        *body_chapter(pen, title, "findings", rows, sheet.today).blocks,
    )


def improvement(sheet: Sheet) -> Blocks:
    """Ideas that wait, lessons of the period, chances that audits saw."""
    pen, session, actor = sheet.pen, sheet.session, sheet.actor
    chances = inputs.opportunities(session, actor, moment=sheet.moment)
    ideas = inputs.ideas(session, actor)
    lessons = inputs.lessons(session, actor, since=sheet.review.since)
    found: list[Block] = []
    if chances:
        found.append(
            pen.table(
                Text("Chances to improve that audits saw"),
                [Text("Finding"), Text("Audit"), (Text("Statement"), "wide")],
                (
                    Row(cells=(pen.text(ref), pen.text(audit, ("plan.show", {"ref": audit})), pen.text(statement)))
                    for ref, audit, statement in chances
                ),
                NONE,
            )
        )  # fmt: skip
    if ideas:
        found.append(
            pen.table(
                Text("Ideas that are not settled"),
                [(Text("Idea"), "wide"), Text("Relationship"), (Text("Raised"), "date"), (Text("State"), "state")],
                (
                    Row(
                        cells=(
                            pen.text(f"{one.ref} {one.title}", ("ideas.show", {"ref": ref, "idea_ref": one.ref})),
                            pen.text(ref), pen.day(one.raised_on),
                            pen.text(IDEA_STATE_LABELS[one.state], tone=IDEA_STATE_TONES[one.state]),
                        )
                    )
                    for one, ref in ideas
                ),
                NONE,
            )
        )  # fmt: skip
    if lessons:
        found.append(
            pen.table(
                Text("Lessons of the period"),
                [(Text("Lesson"), "wide"), Text("Relationship"), (Text("Learned"), "date")],
                (
                    Row(
                        cells=(
                            pen.text(f"{one.ref} {one.title}", ("lessons.show", {"ref": ref, "lesson_ref": one.ref})),
                            pen.text(ref), pen.day(one.learned_on),
                        )
                    )
                    for one, ref in lessons
                ),
                NONE,
            )
        )  # fmt: skip
    return found
