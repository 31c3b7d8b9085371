"""The report of an audit programme."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.audits.model import Programme
from auditapp.audits.programme.queries.coverage import Coverage, audits_of, clause_coverage, clause_editions
from auditapp.audits.programme.queries.programmes import programme_by_ref
from auditapp.audits.programme.rules import (
    MARK_LABELS,
    MARK_TONES,
    Mark,
    Pair,
    gaps,
    table,
    tally,
    years_of,
)
from auditapp.kit.errors import NotAllowed
from auditapp.kit.text import Text, day_words
from auditapp.people.competence_rules import SOON_DAYS
from auditapp.people.queries import library_names, name_and_email, organization, today_of
from auditapp.people.rules import Capability, Principal
from auditapp.reports.paper.model import Chapter, Para, Report, Row
from auditapp.reports.paper.model import Pair as Said
from auditapp.reports.paper.pen import Address, Cut, Headings, Pen, nowhere
from auditapp.reports.programme_report.queries import (
    Auditor,
    Line,
    Move,
    Override,
    auditors,
    lines,
    programme_now,
)
from auditapp.reports.programme_report.rules import LABELS, TONES, Standing, standing

MOST_CHECKLISTS = 3
MOST_RELATIONSHIPS = 20  # beside each other, clause by clause
MOST_CLAUSES = 20  # by name where nothing is planned; the table clause by clause has them all
MOVE_WORDS = {
    "audit.postponed": Text("Postponed on %(day)s: %(reason)s"),
    "audit.rescheduled": Text("Moved on %(day)s: %(reason)s"),
    "audit.cancelled": Text("Cancelled on %(day)s: %(reason)s"),
}


def programme_report(
    session: Session, *, actor: Principal, as_of: datetime, ref: str = "", address: Address = nowhere
) -> Report:
    """The programme people call ``ref``, else the one that runs. Some fifty statements at most, however long it is.

    Raises NotAllowed for whoever may not see every audit, and NotFound.
    """
    if not actor.can(Capability.VIEW_AUDITS):
        raise NotAllowed(
            Text("This report tells of every audit. It is for those who may see them all; the system manager can change that.")
        )  # fmt: skip
    pen, own, today = Pen(actor, address), organization(session), today_of(session, as_of)
    programme = programme_by_ref(session, ref) if ref else programme_now(session, today)
    if programme is None:
        none = Text("There is no audit programme. The audit programme manager makes one under Programme.")
        chapters: list[Chapter] = [
            pen.chapter(Text("No programme yet"), "none", Para(pen.say(none), "attention"))
        ]
        facts: list[Said] = []
    else:
        found, total = lines(session, programme)
        people, overrides = auditors(session, programme)
        names = dict(library_names(session))
        facts = _facts(session, pen, programme, found, today)
        chapters = [
            _audits(pen, found, today, Cut(len(found), total)),
            _moves(pen, found),
            *_coverage(session, pen, programme, today, names),
            _results(pen, found),
            _load(pen, people),
            _competence(pen, people, names, today),
            _overrides(pen, overrides),
        ]
    title = programme.title if programme else Text("Audit programme")
    return Report(
        kind=pen.say(Text("Audit programme")), title=pen.say(title), ref=programme.ref if programme else "programme",
        organization=own.name if own else "", as_of=as_of, language=pen.reader.language, facts=tuple(facts),
        chapters=tuple(chapters), confidential=True,
    )  # fmt: skip


def _facts(
    session: Session, pen: Pen, programme: Programme, found: Sequence[Line], today: date
) -> list[Said]:
    counts = Counter(_standing(one, today) for one in found)
    moved = sum(1 for one in found if one.moves)
    responsible, _email = name_and_email(session, programme.responsible_id)
    facts = [
        pen.pair(
            Text("Period"),
            Text("%(since)s to %(until)s", since=day_words(programme.starts_on), until=day_words(programme.ends_on)),
        ),
        pen.pair(Text("Responsible person"), responsible),
        pen.pair(Text("Audits"), str(len(found) - counts[Standing.CANCELLED])),
        pen.pair(Text("Done"), str(counts[Standing.DONE]), tone="done" if counts[Standing.DONE] else ""),
        pen.pair(Text("Late"), str(counts[Standing.LATE]), tone="overdue" if counts[Standing.LATE] else "done"),
        pen.pair(Text("Moved or cancelled"), str(moved), tone="attention" if moved else ""),
    ]  # fmt: skip
    return [
        *facts,
        *([pen.pair(Text("Objectives"), programme.objectives)] if programme.objectives else []),
        *([pen.pair(Text("Risks and opportunities"), programme.risks)] if programme.risks else []),
    ]


def _standing(one: Line, today: date) -> Standing:
    return standing(one.row.status, one.row.starts_on, one.row.ends_on, today)


def _audits(pen: Pen, found: Sequence[Line], today: date, cut: Cut) -> Chapter:
    title = Text("Planned, done, late")
    columns: Headings = [
        (Text("Audit"), "wide"), Text("Relationships"), (Text("First planned for"), "date"), (Text("Begins"), "date"),
        (Text("Report issued"), "date"), (Text("State"), "state"),
    ]  # fmt: skip
    rows = []
    for one in found:
        row, how = one.row, _standing(one, today)
        rows.append(
            Row(
                cells=(
                    pen.text(f"{row.ref} {row.title}", ("plan.show", {"ref": row.ref})),
                    pen.text(", ".join(one.relationships) or Text("System")),
                    pen.day(_first_day(one)),
                    pen.day(row.starts_on),
                    pen.moment(row.issued_at),
                    pen.text(LABELS[how], tone=TONES[how]),
                )
            )
        )
    table_ = pen.table(title, columns, rows, Text("No audit is planned in this programme yet."))
    return pen.chapter(title, "audits", table_, note=cut.note)


def _first_day(one: Line) -> date | None:
    """What was planned before it was moved for the first time."""
    was = next((each.was for each in one.moves if each.was), "")
    return date.fromisoformat(was) if was else one.row.intended_on or one.row.starts_on


def _moves(pen: Pen, found: Sequence[Line]) -> Chapter:
    title = Text("Moved, with reasons")
    columns: Headings = [Text("Audit"), (Text("What happened"), "wide"), Text("From"), Text("To"), Text("By")]
    rows = []
    for one in found:
        reason = ""
        for move in one.moves:
            reason = move.reason or reason  # new dates follow a postponement, whose reason holds
            rows.append(_move(pen, one, move, reason))
    return pen.chapter(title, "moves", pen.table(title, columns, rows, Text("No audit was moved.")))


def _move(pen: Pen, one: Line, move: Move, reason: str) -> Row:
    said = Text(MOVE_WORDS[move.verb].msgid, day=day_words(move.on), reason=reason or "–")
    days = [pen.day(date.fromisoformat(day) if day else None) for day in (move.was, move.now)]
    return Row(
        cells=(
            pen.text(one.row.ref, ("plan.show", {"ref": one.row.ref})),
            pen.text(said),
            *days,
            pen.text(move.by),
        )
    )


def _coverage(
    session: Session, pen: Pen, programme: Programme, today: date, names: dict[str, str]
) -> list[Chapter]:
    """By relationship and year, then clause by clause, for each checklist; what the cycle leaves out by name."""
    editions = clause_editions(session, audits_of(session, programme))[:MOST_CHECKLISTS]
    chapters = []
    for edition in editions:
        known = clause_coverage(session, programme, edition.library_key, today)
        if known.labels:
            name = names.get(edition.library_key, edition.title)
            chapters += _covered(pen, programme, known, name, edition.library_key)
    if not chapters:
        title = Text("Coverage")
        none = Text("No clause checklist is released: nothing can be covered yet.")
        chapters.append(pen.chapter(title, "coverage", Para(pen.say(none), "attention")))
    return chapters


def _covered(pen: Pen, programme: Programme, known: Coverage, name: str, key: str) -> list[Chapter]:
    whole = tally(known.pairs(), known.done, known.planned)
    title = Text("Coverage: %(name)s", name=name)
    sentence = Text(
        "Of %(total)s combinations of clause and relationship (or the system), %(done)s are done, %(planned)s planned, and %(open)s neither.",
        total=whole.total, done=whole.done, planned=whole.planned, open=whole.open,
    )  # fmt: skip
    years = years_of(programme.starts_on, programme.ends_on)
    columns: Headings = [
        (Text("Where"), "wide"),
        *((str_year(year), "state") for year in years),
        (Text("In the cycle"), "state"),
        (Text("Neither done nor planned"), "number"),
    ]
    rows = [
        Row(
            cells=(
                pen.text(" ".join(part for part in (one.key, one.label) if part)),
                *(pen.text(_share(each.done, each.planned, each.total), tone="" if each.mark is Mark.UNCOVERED else MARK_TONES[each.mark]) for each in one.years),
                pen.text(MARK_LABELS[one.cycle.mark], tone=MARK_TONES[one.cycle.mark]),
                pen.number(one.cycle.open),
            )
        )
        for one in table(known.by_target(pen.say(Text("Management system"))), known.done, known.planned, years)
    ]  # fmt: skip
    places: dict[object, str] = {None: pen.say(Text("Management system"))}
    places |= {one.id: f"{one.ref} {one.name}" for one in known.relationships}
    left = [
        Row(
            cells=(
                pen.text(places[gap.target]),
                pen.text(_named([known.short[subject] for subject in gap.subjects])),
            )
        )
        for gap in gaps(known.pairs(), known.done, known.planned)
    ]
    tone = "done" if not whole.open else "attention"
    return [
        pen.chapter(
            title, f"coverage-{key}", Para(pen.say(sentence), tone),
            pen.table(Text("By relationship and year: done, then planned, of all"), columns, rows, Text("There is nothing to look at yet.")),
            pen.table(
                Text("Not covered within the cycle"), [(Text("Where"), "wide"), (Text("Clauses"), "wide")], left,
                Text("Everything is done or planned."),
            ),
        ),
        _clauses(pen, known, name, key),
    ]  # fmt: skip


def _named(clauses: Sequence[str]) -> str | Text:
    """What is not covered by name; of very many the first, and how many there are."""
    if len(clauses) <= MOST_CLAUSES:
        return ", ".join(clauses)
    return Text(
        "%(names)s and %(count)s more", names=", ".join(clauses[:MOST_CLAUSES]), count=len(clauses) - MOST_CLAUSES
    )  # fmt: skip


def str_year(year: int) -> Text:
    """A year as the heading of a column."""
    return Text("%(year)s", year=str(year))


def _share(done: int, planned: int, total: int) -> str:
    return f"{done} + {planned} / {total}" if total else "–"


def _clauses(pen: Pen, known: Coverage, name: str, key: str) -> Chapter:
    """Clause × relationship: in which years it was looked at, or will be."""
    shown = known.relationships[:MOST_RELATIONSHIPS]
    targets = [None, *(one.id for one in shown)]
    columns: Headings = [
        (Text("Clause"), "wide"),
        (Text("System"), "state"),
        *((Text("%(ref)s", ref=one.ref), "state") for one in shown),
    ]
    rows = []
    for subject, label in known.labels.items():
        asked = set(known.targets(subject))
        marks = [_mark((subject, one), known, asked=one in asked) for one in targets]
        rows.append(
            Row(
                cells=(
                    pen.text(label),
                    *(
                        pen.text(
                            words or MARK_LABELS[mark], tone="" if mark is Mark.NONE else MARK_TONES[mark]
                        )
                        for mark, words in marks
                    ),
                )
            )
        )
    left = len(known.relationships) - len(shown)
    note = (
        Text("%(count)s more relationships are not in this table; the programme’s own table has them.", count=left)
        if left > 0
        else ""
    )  # fmt: skip
    return pen.chapter(
        Text("Clause by clause: %(name)s", name=name), f"clauses-{key}",
        pen.table(Text("Years in which it was looked at, or will be"), columns, rows, Text("There is nothing to look at yet.")),
        level=2, note=note,
    )  # fmt: skip


def _mark(pair: Pair, known: Coverage, *, asked: bool) -> tuple[Mark, str]:
    if not asked:
        return Mark.NONE, "–"
    for mark, years in ((Mark.DONE, known.done), (Mark.PLANNED, known.planned)):
        if years.get(pair):
            return mark, ", ".join(str(year) for year in sorted(years[pair]))
    return Mark.UNCOVERED, str(Text("Open"))


def _results(pen: Pen, found: Sequence[Line]) -> Chapter:
    title = Text("Results by audit")
    columns: Headings = [
        (Text("Audit"), "wide"),
        *((GRADE_LABELS[grade], "number") for grade in Grade),
        (Text("Together"), "number"),
    ]
    rows = [
        Row(
            cells=(
                pen.text(f"{one.row.ref} {one.row.title}", ("plan.show", {"ref": one.row.ref})),
                *(pen.number(one.grades.get(grade, 0)) for grade in Grade),
                pen.number(sum(one.grades.values())),
            )
        )
        for one in found
        if one.grades or one.row.issued_at
    ]
    return pen.chapter(title, "results", pen.table(title, columns, rows, Text("No audit has a result yet.")))


def _load(pen: Pen, people: Sequence[Auditor]) -> Chapter:
    title = Text("Auditors")
    columns: Headings = [
        (Text("Auditor"), "wide"), (Text("Audits"), "number"), (Text("Led"), "number"), (Text("Days"), "number"),
        (Text("Competence missing"), "number"), (Text("Independence overridden"), "number"),
    ]  # fmt: skip
    rows = (
        Row(
            cells=(
                pen.text(one.name),
                *(pen.number(value) for value in (one.audits, one.led, one.days, one.warnings, one.overrides)),
            )
        )
        for one in people
    )  # fmt: skip
    return pen.chapter(title, "auditors", pen.table(title, columns, rows, Text("Nobody is in a team yet.")))


def _competence(pen: Pen, people: Sequence[Auditor], names: dict[str, str], today: date) -> Chapter:
    title = Text("Competence of the auditors")
    columns: Headings = [
        Text("Auditor"), (Text("Qualified for"), "wide"), (Text("Since"), "date"), (Text("Until"), "date"),
        (Text("State"), "state"),
    ]  # fmt: skip
    rows = []
    for one in people:
        for key, since, ends in one.competences:
            word, tone = (
                (Text("Run out"), "overdue") if ends and ends < today else
                (Text("Soon runs out"), "attention") if ends and ends <= today + timedelta(days=SOON_DAYS) else
                (Text("Begins later"), "quiet") if since > today else (Text("Holds"), "done")
            )  # fmt: skip
            rows.append(
                Row(
                    cells=(
                        pen.text(one.name), pen.text(names.get(key, key)), pen.day(since), pen.day(ends),
                        pen.text(word, tone=tone),
                    )
                )
            )  # fmt: skip
        if not one.competences:
            rows.append(
                Row(
                    cells=(
                        pen.text(one.name), pen.text(Text("Nothing is on record")), pen.day(None), pen.day(None),
                        pen.text(Text("Missing"), tone="overdue"),
                    )
                )
            )  # fmt: skip
    return pen.chapter(title, "competence", pen.table(title, columns, rows, Text("Nobody is in a team yet.")))


def _overrides(pen: Pen, found: Sequence[Override]) -> Chapter:
    title = Text("Independence overridden, with reasons")
    columns: Headings = [
        Text("Audit"), Text("Auditor"), (Text("What stood against it"), "wide"), (Text("Why all the same"), "wide"),
        Text("Looked over by"),
    ]  # fmt: skip
    rows = (
        Row(
            cells=(
                pen.text(one.audit, ("plan.show", {"ref": one.audit})), pen.text(one.name), pen.text(one.conflict),
                pen.text(one.reason), pen.text(one.reviewer),
            )
        )
        for one in found
    )  # fmt: skip
    return pen.chapter(title, "independence", pen.table(title, columns, rows, Text("It never was.")))
