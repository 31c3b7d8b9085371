"""The home page: what is mine, what waits for others, what is coming; and more for whoever runs things."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext

from auditapp.audits.execution.rules import Grade
from auditapp.kit import clock
from auditapp.kit.clock import day_in
from auditapp.kit.db import current_session
from auditapp.overview.home.queries import audits as queries
from auditapp.overview.home.queries.audits import Beginning, Expiry
from auditapp.overview.home.queries.due import due_now, owner_names
from auditapp.overview.home.queries.duties import case_numbers, duties
from auditapp.overview.home.queries.relationships import Ask, asks
from auditapp.overview.home.rules.desk import Item, desk, greeting, names
from auditapp.overview.home.rules.duties import Duty, Place, state
from auditapp.overview.home.rules.strip import MOST_LATE, Week, late, weeks
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.rules import STAGE_LABELS
from auditapp.reminders.coming.rules import standing
from auditapp.reminders.rules import KIND_LABELS, DueItem, Kind
from auditapp.shell.i18n import day, weekday

bp = Blueprint("home", __name__, template_folder="templates", url_prefix="")

LONGEST = 60  # characters of a title in the strip
SHOWN = 3  # lines that need somebody before the rest is folded
MANAGERS = frozenset(
    {
        Role.PROGRAMME_MANAGER,
        Role.RELATIONSHIP_OWNER,
        Role.RELATIONSHIP_MANAGER,
        Role.SER,
        Role.SYSTEM_MANAGER,
    }
)
SYSTEM = frozenset({Role.SYSTEM_MANAGER, Role.SER, Role.PROGRAMME_MANAGER})
READERS = frozenset({Role.VIEWER, Role.SER, Role.PARTNER_CONTACT, Role.ACTION_OWNER})
PLACES = {"plan": "plan.show", "walk": "execution.walk", "closing": "report.closing"}


@bp.get("/")
@guard(Capability.SIGNED_IN)
def index() -> str:
    """The home of whoever is signed in: the parts of all their roles, in a fixed order."""
    who = actor()
    session = current_session()
    at = clock.now()
    own = organization(session)  # held while the page is made: who asks again finds it in the session
    today = at.astimezone(ZoneInfo(who.zone)).date()
    found = queries.situations(session, who)
    mine = desk(found, today)
    asked = duties(session, who, today=today)
    needs = by_need(
        [(one.state, one.turn.due, _line(one, today, action=True)) for one in mine.mine]
        + [(one.state, one.due, _duty(one, today)) for one in asked]
        + [(state(one.due, today), one.due, _ask(one, today)) for one in asks(session, who, today=today)]
    )
    roles = who.all_roles
    everybodys = queries.expiring(session, today=today) if who.roles & SYSTEM else None
    parts: dict[str, Any] = {
        "today": mine.today,
        "today_url": _address(PLACES[mine.today.turn.place], ref=mine.today.situation.ref)
        if mine.today
        else None,
        "conflicts_url": _address("execution.conflicts", ref=mine.today.situation.ref)
        if mine.today
        else None,
        "mine": needs,
        "waiting": [_line(one, today) for one in mine.waiting],
        "coming": [_line(one, today, when=True) for one in mine.coming],
        "shown": SHOWN,
        "own_competence": queries.expiring(session, today=today, person_id=who.person_id)
        if everybodys is None
        else queries.expiring_of(session, everybodys, today=today, person_id=who.person_id),
        "relationships": [
            (line.name, STAGE_LABELS[line.stage], _address("dossier.show", ref=line.ref))
            for line in queries.my_relationships(session, who)
        ],
        "manager": None,
        "system": None,
        "reports": None,
        "beginning": None,
    }
    if roles & MANAGERS:
        # The organization's day, as on the page of what is due.
        parts["manager"] = _manager(who, at, day_in(own.zone if own else "UTC", at))
    if everybodys is not None:
        parts["system"] = _system(who, at, today, everybodys)
        begun = None if found else queries.beginning(session)
        parts["beginning"] = _beginning(begun, who) if begun and not begun.audits else None
    if roles & READERS or not roles:
        parts["reports"] = [
            (line.ref, line.title, line.issued_on, _address("report.show", ref=line.ref))
            for line in queries.latest_reports(session, who)
        ]
    counts = {"mine": len(needs), "today": int(mine.today is not None)}
    return render_template("home/index.html", day=today, greeting=greeting(counts), **parts)


def _address(endpoint: str, **values: Any) -> str:
    """Where a page is; the list of audits while that page is not built."""
    if endpoint in current_app.view_functions:
        return url_for(endpoint, **values)
    return url_for("plan.index")


def _line(one: Item, today: date, *, action: bool = False, when: bool = False) -> dict[str, Any]:
    s, turn = one.situation, one.turn
    sentence: Any = turn.sentence
    if when and s.starts_on is not None:
        sentence = gettext("Begins on %(day)s.", day=weekday(s.starts_on))
    elif not action and one.on_whom:
        sentence = gettext("Waits for %(who)s. %(sentence)s", who=names(one.on_whom), sentence=turn.sentence)
    return {
        "title": s.title,
        "url": _address(PLACES["plan"], ref=s.ref),
        "word": "" if when else _due(one.turn.due, today),
        "state": one.state,
        "sentence": sentence,
        "action": (turn.step, _address(PLACES[turn.place], ref=s.ref)) if action else None,
    }


def by_need(lines: list[tuple[str, date | None, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Lines of audits, nonconformities and actions in one order: the overdue first, then by day."""
    order = {"overdue": 0, "attention": 1, "on_track": 2}
    return [line for _, _, line in sorted(lines, key=lambda one: (order.get(one[0], 3), one[1] or date.max))]


def _duty(one: Duty, today: date) -> dict[str, Any]:
    return {
        "title": one.title,
        "url": _duty_address(one, Place.ACTION if one.place is Place.VERIFY_ACTION else None),
        "word": _due(one.due, today),
        "state": one.state,
        "sentence": one.sentence,
        "action": (one.step, _duty_address(one, one.place)),
    }


def _ask(one: Ask, today: date) -> dict[str, Any]:
    address = url_for(one.endpoint, **one.values)
    return {
        "title": one.title,
        "url": address,
        "word": _due(one.due, today),
        "state": state(one.due, today),
        "sentence": one.sentence,
        "action": (one.step, address),
    }


def _duty_address(one: Duty, place: Place | None) -> str:
    """The page of a step; without one, that of the thing itself."""
    if place is None:
        place = Place.ACTION if one.place is Place.ACTION else Place.NONCONFORMITY
    values = {"extent_id": one.key} if place is Place.EXTENT else {}
    return _address(f"findings.{place.value}", ref=one.ref, **values)


def _due(due: date | None, today: date) -> str:
    if due is None:
        return ""
    if due < today:
        return gettext("Overdue since %(day)s", day=day(due, "d MMMM"))
    if due == today:
        return gettext("Due today")
    if (due - today).days == 1:
        return gettext("Due tomorrow")
    return gettext("Due %(day)s", day=day(due, "EEE d MMM"))


def _manager(who: Principal, at: datetime, today: date) -> dict[str, Any]:
    """The six weeks, and what is late, of all that somebody may see."""
    session = current_session()
    items = due_now(session, who, at=at, today=today)
    overdue = late(items, today)
    known = owner_names(session, overdue[:MOST_LATE])
    return {
        "weeks": [_week(one, today) for one in weeks(items, today)],
        "stuck": [
            {
                "title": one.title,
                "ref": one.ref,
                "url": _item_address(one),
                "sentence": one.step,
                "on_whom": names(on_whom)
                if (on_whom := [known[owner] for owner in one.owners if owner in known])
                else "",
                "due": one.due_on,
            }
            for one in overdue[:MOST_LATE]
        ],
        "more": max(len(overdue) - MOST_LATE, 0),
    }


def _item_address(one: DueItem) -> str:
    return url_for(one.endpoint, **dict[str, Any](one.args))


def _week(week: Week, today: date) -> dict[str, Any]:
    items = [_week_item(one, today) for one in week.items]
    if week.more:
        items.append(
            {
                "label": gettext("%(count)s more", count=week.more),
                "url": url_for("coming.index", show="all", period="90"),
                "state": "quiet",
                "word": gettext("due"),
            }
        )
    return {
        "label": gettext("Week of %(day)s", day=day(week.monday, "d MMMM")),
        "now": week.now,
        "items": items,
    }


def _week_item(one: DueItem, today: date) -> dict[str, Any]:
    word, tone = standing(one, today)
    title = one.title if len(one.title) <= LONGEST else one.title[:LONGEST] + "…"
    return {
        "label": title if one.kind is Kind.AUDIT else f"{one.ref} {title}",
        "url": _item_address(one),
        "state": tone,
        "word": f"{KIND_LABELS[one.kind]}, {word}",
    }


def _system(who: Principal, at: datetime, today: date, expiring: Sequence[Expiry]) -> dict[str, Any]:
    session = current_session()
    stages = queries.readiness(session, who, at=at)
    count = queries.numbers(session, who, at=at)
    findings = _address("execution.findings_index")
    return {
        "audits": count.audits,
        "stages": [
            {
                "number": number,
                "name": STAGE_LABELS[one.stage],
                "url": None,
                "word": one.word,
                "state": one.state,
                "ready": one.share,
                "here": False,
            }
            for number, one in enumerate(stages, start=1)
        ],
        "programme": (programme := queries.programme_now(session, today=today)),
        "programme_url": _address("programme.show", ref=programme.ref)
        if programme
        else url_for("programme.index"),
        "reports": count.reports,
        "reports_before": count.reports_before,
        "findings": [(grade, count.findings.get(grade, 0), findings) for grade in Grade],
        "expiring": expiring,
        "cases": _cases(who, today),
    }


def _cases(who: Principal, today: date) -> list[dict[str, Any]]:
    """The few numbers of nonconformities, each with its rows."""
    count = case_numbers(current_session(), who, today=today)
    rows = (
        (count.major, gettext("major nonconformities open"), {"show": "open", "grade": "major"}),
        (count.minor, gettext("minor nonconformities open"), {"show": "open", "grade": "minor"}),
        (count.overdue, gettext("overdue"), {"show": "overdue"}),
        (count.reopened, gettext("reopened at least once"), {"show": "reopened"}),
    )
    return [
        {"number": number, "label": label, "url": _address("findings.index", **query), "change": None}
        for number, label, query in rows
    ]


def _beginning(begun: Beginning, who: Principal) -> list[dict[str, Any]]:
    """The first steps of a new installation, in their order."""
    steps = [
        (
            gettext("Choose the checklists"),
            begun.libraries > 0,
            "checklists.index",
            Capability.MANAGE_CHECKLISTS,
        ),
        (gettext("Bring in the people"), begun.people > 1, "people.index", Capability.MANAGE_PEOPLE),
        (
            gettext("Enter the relationships"),
            begun.relationships > 0,
            "relationships.index",
            Capability.MANAGE_RELATIONSHIPS,
        ),
        (
            gettext("Make the audit programme"),
            begun.programmes > 0,
            "programme.index",
            Capability.MANAGE_PROGRAMME,
        ),
        (gettext("Plan the first audit"), begun.audits > 0, "plan.index", Capability.PLAN_AUDITS),
    ]
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "word": gettext("Done") if done else gettext("To do"),
            "state": "done" if done else "quiet",
        }
        for label, done, endpoint, capability in steps
        if who.can(capability)
    ]
