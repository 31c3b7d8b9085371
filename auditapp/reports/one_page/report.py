"""The report: short lists, each cut with the number of what is left out and the address of all of it."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import starmap

from babel.dates import format_date
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.findings.rules.nonconformity import STATUS_LABELS as CASE_LABELS
from auditapp.kit.text import Text, day_words
from auditapp.people.queries import organization, today_of
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.actions.rules import standing
from auditapp.relationships.contacts.queries import Someone, people_of
from auditapp.relationships.exits.rules.triggers import STATE_LABELS, STATE_TONES
from auditapp.relationships.health.queries import closed_checks, party_names, results_of
from auditapp.relationships.health.rules.results import RAG_LABELS, RAG_TONES
from auditapp.relationships.issues.rules.issue import STATUS_LABELS as ISSUE_LABELS
from auditapp.relationships.issues.rules.issue import STATUS_TONES as ISSUE_TONES
from auditapp.relationships.issues.rules.ladder import LEVEL_LABELS, Level
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.rules import DEFAULTS
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.registers.objectives.rules import STATE_LABELS as OBJECTIVE_LABELS
from auditapp.relationships.registers.risks.rules import BAND_LABELS, BAND_TONES, band
from auditapp.relationships.rmp.rules import STATUS_LABELS as PLAN_LABELS
from auditapp.relationships.rmp.rules import STATUS_TONES as PLAN_TONES
from auditapp.relationships.rules import KIND_LABELS, MEMBER_ROLE_LABELS, STAGE_LABELS, STAGES
from auditapp.reports.one_page import lists, queries
from auditapp.reports.paper.model import Cell, Chapter, Chart, ChartSpec, Pair, Para, Report, Row
from auditapp.reports.paper.pen import Address, Headings, Link, Pen, nowhere
from auditapp.shell.charts import Series, over_time

LONGEST = 90  # characters of a line
LONGEST_PURPOSE = 260
MOST_PEOPLE = 12
GRADES = (Text("minor"), Text("major"))
SEATS = {
    "ser": Text("Senior Executive Responsible"),
    "owner": Text("Relationship owner"),
    "manager": Text("Relationship manager"),
    **{role.value: label for role, label in MEMBER_ROLE_LABELS.items()},
}


def short(text: str, most: int = LONGEST) -> str:
    """One line of it."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


class _Sheet(Pen):
    """Writes short lists about one relationship."""

    def __init__(self, actor: Principal, address: Address, place: Relationship) -> None:
        super().__init__(actor, address)
        self.actor, self.place = actor, place
        self.inside = actor.can(Capability.VIEW_ORGANIZATION)

    def day(self, day: date | None, tone: str = "") -> Cell:
        """A day in few letters: the page is narrow."""
        return Cell(format_date(day, "d MMM y", self.reader.locale) if day else "", tone=tone, value=day)

    def here(self, endpoint: str) -> Link:
        """A page of this relationship."""
        return endpoint, {"ref": self.place.ref}

    def part(
        self, title: Text, anchor: str, columns: Headings, rows: Sequence[Row], *, total: int, whole: Link
    ) -> Chapter:
        """A short list; what is left out is counted, and leads to all of it."""
        left = total - len(rows)
        more = [Row(cells=(self.text(Text("and %(count)s more", count=left), whole),))] if left > 0 else []
        table = self.table(title, columns, [*rows, *more], Text("None."))
        return self.chapter(title, anchor, table)


def one_page_report(
    session: Session, *, actor: Principal, as_of: datetime, ref: str, address: Address = nowhere, picture: str = ""
) -> Report:  # fmt: skip
    """What somebody may see of a relationship, on one page; ``picture``: where a page finds the trend of its health.

    Eighteen statements at most. Raises NotFound, also for a relationship that is not to be seen.
    """
    place = relationship_by_ref(session, actor, ref)
    pen = _Sheet(actor, address, place)
    own, today = organization(session), today_of(session, as_of)
    known = queries.numbers(session, actor, place, today=today)
    more = lists.counts(session, actor, place.id)
    chapters = [
        _health(session, pen, picture),
        _issues(session, pen, known.issues),
        _risks(session, pen, known.risks),
        _triggers(session, pen, more.triggers),
        _cases(session, pen, known.nonconformities, today),
        _actions(session, pen, known.actions, today),
        _objectives(session, pen, more.objectives),
        _dates(session, pen, known, more.duties, today),
        _people(session, pen, own.name if own else ""),
    ]
    return Report(
        kind=pen.say(Text("Relationship")), title=short(place.name), ref=place.ref, organization=own.name if own else "",
        as_of=as_of, language=pen.reader.language, facts=tuple(_facts(session, pen, known, more.review_on, today)),
        chapters=tuple(one for one in chapters if one is not None), confidential=True,
    )  # fmt: skip


def _facts(
    session: Session, pen: _Sheet, known: queries.Numbers, review_on: date | None, today: date
) -> list[Pair]:
    place = pen.place
    number = STAGES.index(place.stage) + 1
    facts = [
        pen.pair(Text("With"), short(", ".join(one.name for one in place.partners)) or Text("Nobody yet")),
        pen.pair(
            Text("Stage"),
            Text("Ended on %(day)s", day=day_words(place.ended_on))
            if place.ended_on
            else Text("%(number)s of %(count)s: %(stage)s", number=number, count=len(STAGES), stage=STAGE_LABELS[place.stage]),
            tone="quiet" if place.ended_on else "on_track",
        ),
        pen.pair(Text("Kind"), KIND_LABELS[place.kind]),
    ]  # fmt: skip
    plans = queries.standing_plans(session, pen.actor, place.id)[:2]
    for plan, version in plans:
        said = Text("%(state)s, version %(number)s", state=PLAN_LABELS[version.status], number=version.number)
        facts.append(
            pen.pair(
                Text("Relationship management plan"),
                said,
                ("rmp.show", {"plan_ref": plan.ref}),
                PLAN_TONES[version.status],
            )
        )
    if not plans:
        facts.append(pen.pair(Text("Relationship management plan"), Text("None to read yet"), tone="quiet"))
    if pen.inside:
        late = review_on is not None and review_on < today
        facts.append(
            pen.pair(
                Text("Next review of the plan"),
                day_words(review_on) if review_on else Text("None is due"),
                tone="overdue" if late else "",
            )
        )
    if known.health_overall:
        facts.append(
            pen.pair(
                Text("Health, both sides"),
                RAG_LABELS[known.health_overall],
                ("health.show", {"check_ref": known.health_ref or ""}),
                RAG_TONES[known.health_overall],
            )
        )
    if place.purpose:
        facts.append(pen.pair(Text("Purpose"), short(place.purpose, LONGEST_PURPOSE)))
    return facts


def _health(session: Session, pen: _Sheet, picture: str) -> Chapter:
    title = Text("Health over time")
    rows = [
        (one.closed_at.date(), results)
        for one in closed_checks(session, pen.actor, pen.place.id)
        if one.closed_at is not None and (results := results_of(one)) is not None
    ]
    if not rows:
        return pen.chapter(title, "health", Para(pen.say(Text("No health check was closed yet."))))
    names = party_names(session, list(dict.fromkeys(key for _day, found in rows for key in found.means)))
    series = [
        Series(name=name, values=[found.means.get(key) for _day, found in rows], look=look)
        for look, (key, name) in enumerate(names.items())
    ]
    drawn = over_time(
        [day for day, _found in rows], series, theme="light", say_day=lambda day: f"{day:%Y-%m}", between=(1.0, 5.0)
    )  # fmt: skip
    sentence = pen.say(
        Text(
            "%(count)s health checks were closed; the last on %(day)s.",
            count=len(rows),
            day=day_words(rows[-1][0]),
        )
    )
    table = pen.table(
        title,
        [(Text("Closed"), "date"), *((Text("%(name)s", name=name), "number") for name in names.values())],
        (
            Row(cells=(pen.day(day), *(pen.number(found.means.get(key)) for key in names)))
            for day, found in rows
        ),
        Text("None."),
    )
    spec = ChartSpec(
        sentence=sentence, alt=pen.say(Text("Chart: %(sentence)s", sentence=sentence)), table=table, picture=drawn,
        url=picture, marks=tuple(enumerate(names.values())),
    )  # fmt: skip
    return pen.chapter(title, "health", Chart(spec))


def _issues(session: Session, pen: _Sheet, total: int) -> Chapter:
    columns: Headings = [(Text("Issue"), "wide"), Text("Level"), (Text("State"), "state")]
    rows = [
        Row(
            cells=(
                pen.text(f"{one.ref} {short(one.title)}", ("issues.show", {"ref": pen.place.ref, "number": one.ref})),
                pen.text(LEVEL_LABELS[Level(one.level)]),
                pen.text(ISSUE_LABELS[one.status], tone=ISSUE_TONES[one.status]),
            )
        )
        for one in queries.open_issues(session, pen.actor, pen.place.id)
    ]  # fmt: skip
    return pen.part(
        Text("Open issues"), "issues", columns, rows, total=total, whole=pen.here("issues.of_relationship")
    )


def _risks(session: Session, pen: _Sheet, total: int) -> Chapter:
    columns: Headings = [
        (Text("Risk or opportunity"), "wide"),
        (Text("Likelihood × impact"), "state"),
    ]
    rows = [
        Row(
            cells=(
                pen.text(
                    f"{one.ref} {short(one.title)}",
                    ("risks.show", {"ref": pen.place.ref, "risk_ref": one.ref}),
                ),
                pen.text(
                    Text(
                        "%(score)s, %(word)s",
                        score=one.likelihood * one.impact,
                        word=BAND_LABELS[band(one.likelihood * one.impact)],
                    ),
                    tone=BAND_TONES[band(one.likelihood * one.impact)],
                ),
            )
        )
        for one in lists.top_risks(session, pen.actor, pen.place.id)
    ]
    return pen.part(
        Text("Top risks and opportunities"),
        "risks",
        columns,
        rows,
        total=total,
        whole=pen.here("risks.of_relationship"),
    )


def _triggers(session: Session, pen: _Sheet, total: int) -> Chapter:
    columns: Headings = [(Text("Trigger"), "wide"), (Text("State"), "state")]
    rows = [
        Row(
            cells=(
                pen.text(short(one.description), pen.here("exits.of_relationship")),
                pen.text(STATE_LABELS[one.state], tone=STATE_TONES[one.state]),
            )
        )
        for one in queries.loud_triggers(session, pen.actor, pen.place.id)
    ]
    return pen.part(
        Text("Exit triggers that are not quiet"), "triggers", columns, rows, total=total, whole=pen.here("exits.of_relationship")
    )  # fmt: skip


def _cases(session: Session, pen: _Sheet, total: int, today: date) -> Chapter | None:
    rows = [
        Row(
            cells=(
                pen.text(
                    f"{one.ref} {short(one.title)} ({pen.say(GRADES[one.grade is Grade.MAJOR])})",
                    ("findings.show", {"ref": one.ref}),
                ),
                pen.text(
                    CASE_LABELS[one.status],
                    tone="overdue" if one.turn_due_on and one.turn_due_on < today else "attention",
                ),
                pen.day(one.turn_due_on),
            )
        )
        for one in lists.open_cases(session, pen.actor, pen.place.id)
    ]
    if not rows and not pen.inside:
        return None
    columns: Headings = [
        (Text("Nonconformity"), "wide"), (Text("State"), "state"), (Text("Next step due"), "date"),
    ]  # fmt: skip
    whole: Link = ("findings.index", {"relationship": pen.place.ref}) if pen.inside else ("", {})
    return pen.part(Text("Open nonconformities"), "nonconformities", columns, rows, total=total, whole=whole)


def _actions(session: Session, pen: _Sheet, total: int, today: date) -> Chapter:
    columns: Headings = [
        (Text("Joint action"), "wide"), Text("Owner"), (Text("State"), "state"), (Text("Due"), "date"),
    ]  # fmt: skip
    rows = []
    for one, owner in queries.next_actions(session, pen.actor, pen.place.id):
        word, tone = standing(one.status, one.due_on, today)
        rows.append(
            Row(
                cells=(
                    pen.text(f"{one.ref} {short(one.title)}", ("joint_actions.show", {"action_ref": one.ref})),
                    pen.text(short(owner, 30)), pen.text(word, tone=tone), pen.day(one.due_on),
                )
            )
        )  # fmt: skip
    return pen.part(
        Text("Joint actions"),
        "actions",
        columns,
        rows,
        total=total,
        whole=pen.here("joint_actions.of_relationship"),
    )


def _objectives(session: Session, pen: _Sheet, total: int) -> Chapter:
    columns: Headings = [(Text("Objective"), "wide"), Text("State"), (Text("Target"), "date")]
    rows = [
        Row(
            cells=(
                pen.text(f"{one.ref} {short(one.statement)}", ("objectives.show", {"objective_ref": one.ref})),
                pen.text(OBJECTIVE_LABELS[one.state]), pen.day(one.target_on),
            )
        )
        for one in lists.objectives(session, pen.actor, pen.place.id)
    ]  # fmt: skip
    return pen.part(
        Text("Objectives"),
        "objectives",
        columns,
        rows,
        total=total,
        whole=pen.here("objectives.of_relationship"),
    )


def _dates(session: Session, pen: _Sheet, known: queries.Numbers, duties: int, today: date) -> Chapter:
    rows: list[tuple[date, Row]] = []

    def add(day: date | None, what: Cell) -> None:
        if day is not None:
            rows.append((day, Row(cells=(what, pen.day(day, "overdue" if day < today else "")))))

    if known.meeting_at:
        add(
            known.meeting_at.date(),
            pen.text(Text("Next meeting"), ("meetings.show", {"meeting_ref": known.meeting_ref or ""})),
        )
    if pen.inside:
        note = f": {known.break_note}" if known.break_note else ""
        add(known.break_on, Cell(short(f"{pen.say(Text('Next break point'))}{note}")))
        add(pen.place.contract_ends_on, pen.text(Text("Contract ends")))
    for one in queries.next_obligations(session, pen.actor, pen.place.id):
        title = pen.say(DEFAULTS[one.key].title if one.key in DEFAULTS else one.title)
        add(one.due_on, pen.text(short(title), ("obligations.show", {"obligation_id": str(one.id)})))
    rows.sort(key=lambda one: one[0])
    shown = [row for _day, row in rows]
    left = max(0, duties - queries.SHOWN)
    columns: Headings = [(Text("What"), "wide"), (Text("Day"), "date")]
    return pen.part(
        Text("Next dates"), "dates", columns, shown, total=len(shown) + left,
        whole=("obligations.index", {"relationship": pen.place.ref}) if pen.inside else ("", {}),
    )  # fmt: skip


def _people(session: Session, pen: _Sheet, own: str) -> Chapter:
    people = people_of(session, pen.place.id)
    parties = {one.id: one.name for one in pen.place.partners}
    columns: Headings = [(Text("Who"), "wide"), Text("Of"), (Text("As"), "wide")]

    def line(one: Someone, party: str) -> Row:
        roles = ", ".join(pen.say(label) for key, label in SEATS.items() if key in one.roles)
        return Row(
            cells=(
                pen.text(short(one.name, 40)),
                pen.text(short(party, 40)),
                pen.text(short(roles or one.job_title, 60)),
            )
        )

    known = [
        (one, parties.get(one.party_id, "") if one.party_id else own)
        for one in sorted(people, key=lambda one: (one.party_id is not None, one.name))
    ]
    ours = [each for each in known if each[0].party_id is None]
    theirs = [each for each in known if each[0].party_id is not None]
    half = MOST_PEOPLE // 2
    kept = max(half, MOST_PEOPLE - len(theirs))
    shown = [*ours[:kept], *theirs[: MOST_PEOPLE - min(len(ours), kept)]]
    return pen.part(
        Text("People of both sides"), "people", columns, list(starmap(line, shown)), total=len(known),
        whole=pen.here("contacts.of_relationship"),
    )  # fmt: skip
