"""Reading: the list, a review, its two papers; and planning one."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import StringField

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability
from auditapp.relationships.obligations.queries import SYSTEM, open_one
from auditapp.relationships.obligations.rules import YEAR, add_months
from auditapp.reports.made.offering import offered
from auditapp.reports.made.weights import figures
from auditapp.reports.management_review import service
from auditapp.reports.management_review.forms import (
    ActionForm,
    ConclusionForm,
    DecisionForm,
    HoldForm,
    NoteForm,
    PlanForm,
    ReasonForm,
)
from auditapp.reports.management_review.model import ManagementReview
from auditapp.reports.management_review.queries.store import (
    Parts,
    executives,
    frozen,
    list_reviews,
    visible_reviews,
)
from auditapp.reports.management_review.reports.minutes import minutes as minutes_report
from auditapp.reports.management_review.reports.pack import input_pack, kind_of, without_data
from auditapp.reports.management_review.routes.blueprint import bp, found, people, places, today
from auditapp.reports.management_review.rules import (
    ACTION_LABELS,
    DECISION_LABELS,
    DUTY,
    STATUS_LABELS,
    STATUS_TONES,
    TOPIC_LABELS,
    PaperKind,
    Stage,
    Status,
    Topic,
    may_issue,
    may_write,
    standing,
)
from auditapp.reports.paper.serving import FILES, answer

A_FORTNIGHT = timedelta(days=14)


@bp.get("/management-reviews")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """The reviews, the latest first."""
    session, who = current_session(), actor()
    return render_template(
        "management_review/index.html",
        page=list_reviews(session, who, page=request.args.get("page", 1, type=int)),
        due=open_one(session, DUTY, SYSTEM),
        today=today(),
        keeps=may_write(who),
        status_labels=STATUS_LABELS,
        status_tones=STATUS_TONES,
        planned=Status.PLANNED,
    )


def _plan_page(form: PlanForm, review: ManagementReview | None, status: int) -> ResponseReturnValue:
    return render_template("management_review/plan.html", form=form, review=review), status


def _choices() -> dict[str, Any]:
    return {"people": people(), "chairs": people(executives(current_session()))}


@bp.route("/management-reviews/new", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def new() -> ResponseReturnValue:
    """Plan a review."""
    session, who = current_session(), actor()
    if not may_write(who):
        raise NotFound
    status = 200
    if request.method == "POST":
        form, status = PlanForm(**_choices()), 422
        if form.validate():
            with form.taking_refusals() as outcome:
                made = service.plan(session, actor=who, at=clock.now(), said=form.said)
            if outcome.ok:
                flash(_("%(ref)s is planned. Who is invited is told.", ref=made.ref), "success")
                return redirect(url_for(".show", ref=made.ref))
            status = outcome.status
    else:
        day, due = today_of(session, clock.now()), open_one(session, DUTY, SYSTEM)
        last = session.scalar(
            visible_reviews(who)
            .where(ManagementReview.held_on.is_not(None))
            .order_by(ManagementReview.held_on.desc())
            .with_only_columns(ManagementReview.held_on)
            .limit(1)
        )
        planned = max(due.due_on, day) if due is not None else day + A_FORTNIGHT
        form = PlanForm(
            formdata=None, planned_on=planned, since=last or add_months(day, -YEAR),
            title=_("Management review %(year)s", year=planned.year), **_choices(),
        )  # fmt: skip
    return _plan_page(form, None, status)


@bp.route("/management-reviews/<ref>/edit", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def edit(ref: str) -> ResponseReturnValue:
    """Change what is planned."""
    review, parts = found(ref)
    if not may_write(actor()):
        raise NotFound
    status = 200
    if request.method == "POST":
        form, status = PlanForm(**_choices()), 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.change(
                    current_session(), actor=actor(), at=clock.now(), review=review, said=form.said,
                    version=form.version.data or 0,
                )  # fmt: skip
            if outcome.ok:
                flash(_("Kept."), "success")
                return redirect(url_for(".show", ref=ref))
            status = outcome.status
            review, parts = found(ref)
    else:
        form = PlanForm(
            formdata=None, title=review.title, planned_on=review.planned_on, since=review.since,
            chair=str(review.chair_id), place=review.place, agenda=review.agenda, version=review.version,
            **_choices(),
        )  # fmt: skip
        form.people.data = [str(one.person_id) for one, _name in parts.people]
    return _plan_page(form, review, status)


def texts_of(form: Any) -> list[str]:
    """What was typed into the text fields of a form."""
    return [one.data for one in form if isinstance(one, StringField) and one.data]


def page(
    review: ManagementReview, parts: Parts, forms: dict[str, Any] | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page of a review; ``forms``: what was typed and not taken."""
    session, who = current_session(), actor()
    keeps, issues = may_write(who), may_issue(who, review.chair_id)
    writing = review.status is Status.HELD
    stage = Stage.BEFORE if review.status is Status.PLANNED else Stage.SAID
    invited = {one.person_id for one, _name in parts.people}
    made: dict[str, Any] = {}
    if keeps and review.status in {Status.PLANNED, Status.HELD}:
        made = {
            one.value: NoteForm(one, formdata=None, text=parts.notes.get((one, stage), "")) for one in Topic
        }
    if keeps and review.status is Status.PLANNED:
        made["hold"] = HoldForm(
            formdata=None, people=people(invited), held_on=min(review.planned_on, today())
        )
        made["hold"].attended.data = [str(one) for one in invited]
        made["cancel"] = ReasonForm("cancel", formdata=None)
    if keeps and writing:
        made |= {
            "conclusion": ConclusionForm(formdata=None, text=review.conclusion, version=review.version),
            "decision": DecisionForm(formdata=None),
            "action": ActionForm(formdata=None, people=people(invited)),
        }
    if keeps and review.status is Status.ISSUED:
        made["correct"] = ReasonForm("correct", formdata=None)
    typed = forms or {}
    pack = parts.paper(PaperKind.PACK)
    day = today()
    return render_template(
        "management_review/show.html",
        review=review,
        parts=parts,
        pack=pack,
        issued=parts.paper(PaperKind.MINUTES),
        older=[(one, name) for one, name in parts.papers if one.kind is PaperKind.MINUTES][1:],
        forms=made | {name: form for name, form in typed.items() if name in made},
        wrong=list(typed.values()),
        lost=[text for name, form in typed.items() if name not in made for text in texts_of(form)],
        notes={one: parts.notes.get((one, stage), "") for one in Topic},
        before={one: parts.notes.get((one, Stage.BEFORE), "") for one in Topic},
        empty=without_data(frozen(session, pack)) if pack is not None else set(),
        missing=service.what_is_missing(session, review, parts) if writing else [],
        standing={one.id: standing(one.status, one.due_on, day) for one, _name in parts.actions},
        keeps=keeps,
        issues=issues,
        today=day,
        topics=list(Topic),
        topic_labels=TOPIC_LABELS,
        status_labels=STATUS_LABELS,
        status_tones=STATUS_TONES,
        action_labels=ACTION_LABELS,
        decision_labels=DECISION_LABELS,
    ), status


@bp.get("/management-reviews/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def show(ref: str) -> ResponseReturnValue:
    """One review."""
    return page(*found(ref))


@bp.get("/management-reviews/<ref>/pack")
@bp.get(f"/management-reviews/<ref>/pack.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
@offered(Text("Input pack of a management review"), figures)
def pack(ref: str, suffix: str = "") -> Response:
    """The input pack: as the data stand now, or as it was when the meeting was held."""
    session = current_session()
    review, parts = found(ref)
    kept = parts.paper(PaperKind.PACK)
    if kept is not None:
        report = frozen(session, kept)
    elif review.status is Status.PLANNED:
        report = input_pack(
            session, actor=actor(), as_of=clock.now(), review=review, parts=parts, places=places()
        )
    else:
        raise NotFound
    return answer(
        report, suffix, template="management_review/paper.html", back=_back(review), review=review, paper=kept,
        revisions=[], named=kind_of(PaperKind.PACK),
    )  # fmt: skip


@bp.get("/management-reviews/<ref>/minutes")
@bp.get(f"/management-reviews/<ref>/minutes.{FILES}")
@guard(Capability.VIEW_ORGANIZATION)
def minutes(ref: str, suffix: str = "") -> Response:
    """The minutes: ``issue`` names one that was issued; without it the newest, or the draft while there is none."""
    session = current_session()
    review, parts = found(ref)
    wanted = request.args.get("issue", type=int)
    kept = parts.paper(PaperKind.MINUTES, wanted)
    draft = review.status is Status.HELD and (kept is None or request.args.get("draft") == "1")
    if draft and wanted is None:
        kept = None
        report = minutes_report(
            session, actor=actor(), as_of=clock.now(), review=review, parts=parts, reason=review.reason, places=places()
        )  # fmt: skip
    elif kept is not None:
        report = frozen(session, kept)
    else:
        raise NotFound
    return answer(
        report, suffix, template="management_review/paper.html", back=_back(review), review=review, paper=kept,
        revisions=[one for one, _name in parts.papers if one.kind is PaperKind.MINUTES],
        named=kind_of(PaperKind.MINUTES),
    )  # fmt: skip


def _back(review: ManagementReview) -> tuple[str, str]:
    return review.ref, url_for(".show", ref=review.ref)
