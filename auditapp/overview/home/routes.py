"""The home page: what is mine, what waits for others, what is coming; and more for whoever runs things."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext

from auditapp.audits.execution.rules import Grade
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.overview.home import queries
from auditapp.overview.home.queries import Beginning
from auditapp.overview.home.rules import Item, Week, desk, greeting, names, weeks
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability, Principal, Role
from auditapp.relationships.rules import STAGE_LABELS
from auditapp.shell.i18n import day, weekday

bp = Blueprint("home", __name__, template_folder="templates", url_prefix="")

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
    today = at.astimezone(ZoneInfo(who.zone)).date()
    found = queries.situations(session, who)
    mine = desk(found, today)
    roles = who.all_roles
    parts: dict[str, Any] = {
        "today": mine.today,
        "today_url": _address(PLACES[mine.today.turn.place], ref=mine.today.situation.ref)
        if mine.today
        else None,
        "conflicts_url": _address("execution.conflicts", ref=mine.today.situation.ref)
        if mine.today
        else None,
        "mine": [_line(one, today, action=True) for one in mine.mine],
        "waiting": [_line(one, today) for one in mine.waiting],
        "coming": [_line(one, today, when=True) for one in mine.coming],
        "shown": SHOWN,
        "own_competence": queries.expiring(session, today=today, person_id=who.person_id),
        "relationships": [
            (line.name, STAGE_LABELS[line.stage], _address("relationships.show", ref=line.ref))
            for line in queries.my_relationships(session, who)
        ],
        "manager": None,
        "system": None,
        "reports": None,
        "beginning": None,
    }
    if roles & MANAGERS:
        parts["manager"] = {
            "weeks": [_week(week) for week in weeks(found, today)],
            "stuck": [_stuck(one) for one in mine.stuck],
        }
    if who.roles & SYSTEM:
        parts["system"] = _system(who, today)
        begun = queries.beginning(session)
        parts["beginning"] = _beginning(begun, who) if not begun.audits else None
    if roles & READERS or not roles:
        parts["reports"] = [
            (line.ref, line.title, line.issued_on, _address("report.show", ref=line.ref))
            for line in queries.latest_reports(session, who)
        ]
    counts = {"mine": len(mine.mine), "today": int(mine.today is not None)}
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
        "word": "" if when else _due(one, today),
        "state": one.state,
        "sentence": sentence,
        "action": (turn.step, _address(PLACES[turn.place], ref=s.ref)) if action else None,
    }


def _due(one: Item, today: date) -> str:
    due = one.turn.due
    if due is None:
        return ""
    if due < today:
        return gettext("Overdue since %(day)s", day=day(due, "d MMMM"))
    if due == today:
        return gettext("Due today")
    if (due - today).days == 1:
        return gettext("Due tomorrow")
    return gettext("Due %(day)s", day=day(due, "EEE d MMM"))


def _week(week: Week) -> dict[str, Any]:
    words = {
        "overdue": gettext("overdue"),
        "attention": gettext("needs attention"),
        "on_track": gettext("on track"),
    }
    return {
        "label": gettext("Week of %(day)s", day=day(week.monday, "d MMMM")),
        "now": week.now,
        "items": [
            {
                "label": one.situation.title,
                "url": _address(PLACES["plan"], ref=one.situation.ref),
                "state": one.state,
                "word": words.get(one.state, gettext("nothing due")),
            }
            for one in week.items
        ],
    }


def _stuck(one: Item) -> dict[str, Any]:
    return {
        "title": one.situation.title,
        "ref": one.situation.ref,
        "url": _address(PLACES["plan"], ref=one.situation.ref),
        "sentence": one.turn.sentence,
        "on_whom": names(one.on_whom) if one.on_whom else "",
        "due": one.turn.due,
    }


def _system(who: Principal, today: date) -> dict[str, Any]:
    session = current_session()
    at = clock.now()
    audits, stages = queries.readiness(session, who, at=at)
    count = queries.numbers(session, who, at=at)
    findings = _address("execution.findings_index")
    return {
        "audits": audits,
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
        "expiring": queries.expiring(session, today=today),
    }


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
