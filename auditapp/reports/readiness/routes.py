"""The reports: the list of them, readiness, the gap analysis, the packs for visits."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability
from auditapp.relationships.rules import PHASE_LABELS, STAGE_LABELS, Stage
from auditapp.reports.made.offering import offered
from auditapp.reports.made.weights import answers
from auditapp.reports.paper.model import Report
from auditapp.reports.paper.serving import FILES, answer
from auditapp.reports.readiness import service
from auditapp.reports.readiness.forms import GapForm
from auditapp.reports.readiness.queries.picture import (
    NoStandard,
    Picture,
    code_of,
    picture_of,
    require_reader,
    shelf_of,
    superseded,
)
from auditapp.reports.readiness.reports import (
    gap_report,
    readiness_report,
    stage1_report,
    stage2_report,
    surveillance_report,
)
from auditapp.reports.readiness.reports.base import Pen
from auditapp.reports.readiness.rules import (
    LEVEL_LABELS,
    LEVEL_TONES,
    STATE_LABELS,
    STATE_TONES,
    State,
    by_phase,
    by_stage,
    obstacles,
    overall,
    tally,
)

bp = Blueprint("readiness", __name__, template_folder="templates", url_prefix="/reports")
SHOWN = 5  # hurdles of one kind before the rest folds away


@bp.errorhandler(NoStandard)
def no_standard(_error: NoStandard) -> ResponseReturnValue:
    """A page that says what to do: an organization begins without a checklist."""
    return render_template("readiness/none.html"), 404 if (request.view_args or {}).get("suffix") else 200


def address(endpoint: str, values: Mapping[str, str]) -> str:
    """Where a page is."""
    where: dict[str, Any] = dict(values)
    return url_for(endpoint, **where)


@bp.get("")
@guard(Capability.VIEW_AUDITS)
def index() -> str:
    """Every report there is."""
    require_reader(actor())
    shelf = shelf_of(current_session())
    standards = [(one.id, code_of(one), superseded(one)) for one in shelf.standards]
    return render_template("readiness/index.html", standards=standards)


@bp.get("/readiness")
@guard(Capability.VIEW_AUDITS)
def show() -> str:
    """Could we be audited today: the sentence, what stands in the way, the clauses."""
    session, who = current_session(), actor()
    seen = picture_of(session, who, as_of=clock.now(), key=wanted())
    chosen = [one for one in State if one.value in request.args.getlist("state")]
    stage = request.args.get("stage", "")
    pen = Pen(who, address)
    pen.about(seen)
    return render_template(
        "readiness/show.html",
        seen=seen,
        answer=overall(seen.judged, seen.whole, seen.today),
        against=obstacles(seen.judged, seen.whole, seen.today),
        stages=by_stage(seen.judged),
        phases=by_phase(seen.judged),
        counts=tally(seen.judged),
        clauses=[
            one
            for one in seen.judged
            if (not chosen or one.state in chosen) and (stage not in set(Stage) or one.clause.stage == stage)
        ],
        chosen=chosen,
        stage=Stage(stage) if stage in set(Stage) else None,
        tabs=standard_tabs(seen, "readiness.show"),
        url=pen.url,
        shown=SHOWN,
        keeps=pen.judges,
        stage_labels=STAGE_LABELS,
        phase_labels=PHASE_LABELS,
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
        level_labels=LEVEL_LABELS,
        level_tones=LEVEL_TONES,
    )


def wanted() -> str:
    """The standard in the address."""
    return request.args.get("standard", "")[:80]


def standard_tabs(seen: Picture, endpoint: str) -> list[dict[str, Any]]:
    """The same page for each standard."""
    return [
        {
            "label": code_of(one),
            "url": url_for(endpoint, standard=one.id),
            "current": one.id == seen.library.id,
        }
        for one in seen.shelf.standards
    ]


Made = Callable[..., Report]


def _made(function: Made, **more: Any) -> Report:
    at: datetime = clock.now()
    return function(current_session(), actor=actor(), as_of=at, standard=wanted(), address=address, **more)


@bp.get(f"/readiness.{FILES}")
@guard(Capability.VIEW_AUDITS)
@offered(Text("Readiness"), answers)
def readiness_file(suffix: str) -> Response:
    """Readiness as a file."""
    return answer(_made(readiness_report), suffix)


@bp.get("/gap")
@bp.get(f"/gap.{FILES}")
@guard(Capability.VIEW_AUDITS)
@offered(Text("Gap analysis"), answers)
def gap(suffix: str = "") -> Response:
    """The gap analysis; ``from``: the standard to come from."""
    return answer(_made(gap_report, origin=request.args.get("from", "")[:80]), suffix, back=_back())


@bp.get("/stage-1")
@bp.get(f"/stage-1.{FILES}")
@guard(Capability.VIEW_AUDITS)
@offered(Text("Stage 1 pack"), answers)
def stage_1(suffix: str = "") -> Response:
    """The pack for Stage 1."""
    return answer(_made(stage1_report), suffix, back=_back())


@bp.get("/stage-2")
@bp.get(f"/stage-2.{FILES}")
@guard(Capability.VIEW_AUDITS)
@offered(Text("Stage 2 pack"), answers)
def stage_2(suffix: str = "") -> Response:
    """The pack for Stage 2."""
    return answer(_made(stage2_report), suffix, back=_back())


@bp.get("/surveillance")
@bp.get(f"/surveillance.{FILES}")
@guard(Capability.VIEW_AUDITS)
@offered(Text("Surveillance pack"), answers)
def surveillance(suffix: str = "") -> Response:
    """The pack for a surveillance visit."""
    return answer(_made(surveillance_report), suffix, back=_back())


def _back() -> tuple[str, str]:
    return _("Reports"), url_for("readiness.index")


@bp.route("/gap/<standard>/<ref>", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS, Capability.MANAGE_PROGRAMME)
def gap_entry(standard: str, ref: str) -> ResponseReturnValue:
    """Judge one clause."""
    session, who = current_session(), actor()
    seen = picture_of(session, who, as_of=clock.now(), key=standard)
    one = next((each for each in seen.judged if each.clause.ref == ref), None)
    if one is None:
        raise NotFound
    form = GapForm(people=[(str(key), name) for key, name in person_names(session)])
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.judge_clause(
                    session, actor=who, at=clock.now(), standard=standard, ref=ref, said=form.said,
                    version=form.version.data or 0,
                )  # fmt: skip
            if outcome.ok:
                flash(_("The gap analysis says so from today."), "success")
                return redirect(url_for("readiness.gap", standard=standard) + f"#clause-{ref}")
            status = outcome.status
    elif one.clause.gap is not None:
        known = one.clause.gap
        form = GapForm(
            people=[(str(key), name) for key, name in person_names(session)],
            data={
                "state": known.state.value, "present": known.present, "missing": known.missing, "gap": known.gap,
                "action": known.action, "owner_id": str(known.owner_id or ""), "due_on": known.due,
                "version": known.version,
            },
        )  # fmt: skip
    page = render_template(
        "readiness/gap_entry.html", form=form, one=one, seen=seen, state_labels=STATE_LABELS,
        state_tones=STATE_TONES, back=(_("Gap analysis"), url_for("readiness.gap", standard=standard)),
    )  # fmt: skip
    return page, status
