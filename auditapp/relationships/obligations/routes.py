"""Pages of what recurs: what is due, settling it, and the rules."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization, relationship_names
from auditapp.people.rules import Capability
from auditapp.relationships.links.queries import targets_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations import queries, service
from auditapp.relationships.obligations.forms import DoneForm, MoveForm, RuleForm, SkipForm
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import Rule
from auditapp.relationships.obligations.rules import (
    BY_RECORD,
    DEFAULTS,
    REGISTER_OF,
    ROOM_OF,
    STATE_LABELS,
    WHOSE_LABELS,
    Scope,
    Source,
    State,
    Whose,
    done_by_record,
    how_often,
)
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rules import STAGE_LABELS, STAGES, Stage

bp = Blueprint("obligations", __name__, template_folder="templates")
SHOWS = ("open", "overdue", "settled")


def _today() -> date:
    """The organization's day."""
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())


def _titles() -> dict[str, Any]:
    return {rule.key: rule.title for rule in queries.rules(current_session())}


def _list(relationship: Relationship | None) -> dict[str, Any]:
    session = current_session()
    show = request.args.get("show", "open")
    show = show if show in SHOWS else "open"
    titles = _titles()
    key = request.args.get("key", "")
    page = queries.list_obligations(
        session,
        actor(),
        today=_today(),
        relationship_id=relationship.id if relationship else None,
        key=key if key in titles else "",
        show=show,
        page=request.args.get("page", 1, type=int),
    )
    found = [row[0] for row in page.rows]
    return {
        "page": page,
        "show": show,
        "key": key,
        "titles": titles,
        "today": _today(),
        "reminded": queries.reminded(session, found),
        "targets": targets_of(session, actor(), {(one.thing_kind, one.thing_ref) for one in found}),
        "state_labels": STATE_LABELS,
        "whose_labels": WHOSE_LABELS,
    }


@bp.get("/obligations/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """What is due over the whole system, the next first."""
    return render_template("obligations/index.html", **_list(None))


@bp.get("/relationships/<ref>/obligations")
@guard(Capability.VIEW_ORGANIZATION)
def of_relationship(ref: str) -> str:
    """What is due in one relationship."""
    found = relationship_by_ref(current_session(), actor(), ref)
    return render_template("obligations/of_relationship.html", found=found, **_list(found))


def _place(found: Obligation, relationship: Relationship | None) -> tuple[str, str] | None:
    """(words, address) of where the record is made that ends it; ``None`` when it is settled on its own page."""
    endpoint = ROOM_OF.get(found.key, "") if relationship else ""
    values: dict[str, Any] = {"ref": relationship.ref} if relationship else {}
    if endpoint not in current_app.view_functions:
        endpoint, values = REGISTER_OF.get(found.key, ""), {}
    if endpoint not in current_app.view_functions:
        return None
    return _("Do it there"), url_for(endpoint, **values)


def _page(obligation_id: UUID, forms: dict[str, Any] | None = None, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    found = queries.obligation_by_id(session, actor(), obligation_id)
    relationship = None
    if found.relationship_id is not None:
        names = relationship_names(session, [found.relationship_id])
        relationship = relationship_by_ref(session, actor(), names[0][1])
    rule = queries.rule_of(session, found.key)
    today = _today()
    made = {
        "done": DoneForm(formdata=None, on=today),
        "skip": SkipForm(formdata=None),
        "move": MoveForm(formdata=None, due_on=found.due_on),
    } | (forms or {})
    return render_template(
        "obligations/show.html",
        found=found,
        relationship=relationship,
        rule=rule,
        today=today,
        reminded=queries.reminded(session, [found])[found.id],
        target=targets_of(session, actor(), [(found.thing_kind, found.thing_ref)]).get(
            (found.thing_kind, found.thing_ref)
        ),
        place=_place(found, relationship),
        by_room=done_by_record(found.key, rule.source),
        by_record=BY_RECORD.get(found.key),
        earlier=queries.earlier(session, found),
        how_often=how_often(found.months or 0, found.days or 0)
        if found.months is not None or found.days is not None
        else how_often(rule.months, rule.days),
        missed=found.state is State.OPEN and found.due_on < today,
        state_labels=STATE_LABELS,
        whose_labels=WHOSE_LABELS,
        forms=made,
    ), status


@bp.get("/obligations/<uuid:obligation_id>")
@guard(Capability.VIEW_ORGANIZATION)
def show(obligation_id: UUID) -> ResponseReturnValue:
    """One time that something is due, and what was done before."""
    return _page(obligation_id)


def _settling(obligation_id: UUID) -> Obligation:
    session = current_session()
    found = queries.obligation_by_id(session, actor(), obligation_id)
    service.must_settle(actor(), found, queries.team_of(session, found.relationship_id))
    return found


@bp.post("/obligations/<uuid:obligation_id>/done")
@guard(Capability.VIEW_ORGANIZATION)
def done(obligation_id: UUID) -> ResponseReturnValue:
    """It was done."""
    found = _settling(obligation_id)
    form = DoneForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            following = service.finish(
                current_session(),
                actor=actor(),
                at=clock.now(),
                found=found,
                state=State.DONE,
                on=form.on.data,  # type: ignore[arg-type] # InputRequired
                note=form.note.data or "",
            )
        if outcome.ok:
            flash(_("Done."), "success")
            return redirect(url_for("obligations.show", obligation_id=(following or found).id))
        status = outcome.status
    return _page(obligation_id, {"done": form}, status)


@bp.post("/obligations/<uuid:obligation_id>/skip")
@guard(Capability.VIEW_ORGANIZATION)
def skip(obligation_id: UUID) -> ResponseReturnValue:
    """Skip it, or all that were missed, with a reason."""
    found = _settling(obligation_id)
    form = SkipForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            common: dict[str, Any] = {
                "actor": actor(),
                "at": clock.now(),
                "found": found,
                "on": _today(),
            }
            reason = form.note.data or ""
            count = 1
            if form.all_missed.data:
                count = service.skip_missed(current_session(), reason=reason, **common)
            else:
                service.finish(current_session(), state=State.SKIPPED, note=reason, **common)
        if outcome.ok:
            flash(_("%(count)s skipped. The reason stays on record.", count=count), "success")
            following = queries.open_one(current_session(), found.key, found.subject)
            return redirect(url_for("obligations.show", obligation_id=(following or found).id))
        status = outcome.status
    return _page(obligation_id, {"skip": form}, status)


@bp.post("/obligations/<uuid:obligation_id>/move")
@guard(Capability.VIEW_ORGANIZATION)
def move(obligation_id: UUID) -> ResponseReturnValue:
    """This time on another day."""
    found = _settling(obligation_id)
    form = MoveForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.put_off(
                current_session(),
                actor=actor(),
                at=clock.now(),
                found=found,
                due_on=form.due_on.data,  # type: ignore[arg-type] # InputRequired
                reason=form.reason.data or "",
            )
        if outcome.ok:
            flash(_("Moved. The time after it stays on the day intended."), "success")
            return redirect(url_for("obligations.show", obligation_id=found.id))
        status = outcome.status
    return _page(obligation_id, {"move": form}, status)


@bp.get("/obligations/rules")
@guard(Capability.VIEW_ORGANIZATION)
def rules() -> str:
    """The rules: those that come with the product, and one's own."""
    found = queries.rules(current_session())
    return render_template(
        "obligations/rules.html",
        rules=found,
        intervals={rule.key: how_often(rule.months, rule.days) for rule in found},
        registers={
            key: url_for(endpoint)
            for key, endpoint in REGISTER_OF.items()
            if endpoint in current_app.view_functions
        },
        whose_labels=WHOSE_LABELS,
        stage_labels=STAGE_LABELS,
        source=Source,
        scope=Scope,
        changes=actor().can(Capability.MANAGE_SETTINGS),
    )


@bp.post("/obligations/begin")
@guard(Capability.MANAGE_SETTINGS)
def begin() -> ResponseReturnValue:
    """Let what has not begun begin."""
    count = service.begin_missing(current_session(), at=clock.now())
    flash(
        _("%(count)s began.", count=count) if count else _("Nothing was missing: all have begun."), "success"
    )
    return redirect(url_for("obligations.index"))


def _rule_page(form: RuleForm, rule: Rule | None, status: int = 200) -> ResponseReturnValue:
    own = rule is None or rule.key not in DEFAULTS
    if not own:
        del form.scope
    if not own and rule is not None and rule.scope is not Scope.RELATIONSHIP:
        del form.from_stage
    return render_template(
        "obligations/edit.html",
        form=form,
        rule=rule,
        own=own,
        default=DEFAULTS[rule.key].title if rule is not None and rule.key in DEFAULTS else "",
    ), status


def _rule(key: str) -> Rule:
    try:
        return queries.rule_of(current_session(), key)
    except KeyError:
        raise NotFound from None


@bp.get("/obligations/rules/new")
@guard(Capability.MANAGE_SETTINGS)
def new_rule() -> ResponseReturnValue:
    """A rule of one's own."""
    form = RuleForm(formdata=None, months=12, days=0, lead_days="14, 3", scope=Scope.RELATIONSHIP.value)
    return _rule_page(form, None)


@bp.get("/obligations/rules/<key>")
@guard(Capability.MANAGE_SETTINGS)
def edit_rule(key: str) -> ResponseReturnValue:
    """A rule as it is."""
    rule = _rule(key)
    form = RuleForm(
        formdata=None,
        title="" if rule.key in DEFAULTS and rule.title == DEFAULTS[rule.key].title else str(rule.title),
        months=rule.months,
        days=rule.days,
        whose=[one.value for one in rule.whose],
        lead_days=", ".join(str(one) for one in rule.lead_days),
        scope=rule.scope.value,
        from_stage=rule.from_stage.value,
        bs=rule.bs,
        iso=rule.iso,
        active=rule.active,
        version=rule.version,
    )
    return _rule_page(form, rule)


@bp.post("/obligations/rules/new", defaults={"key": None}, endpoint="add_rule")
@bp.post("/obligations/rules/<key>")
@guard(Capability.MANAGE_SETTINGS)
def save_rule(key: str | None) -> ResponseReturnValue:
    """Keep a rule."""
    rule = _rule(key) if key else None
    form = RuleForm()
    if rule is not None:  # what the page of a rule that comes with the product does not ask
        form.scope.data = form.scope.data if form.scope.data in {"system", "relationship"} else "relationship"
        form.from_stage.data = (
            form.from_stage.data if form.from_stage.data in set(STAGES) else rule.from_stage.value
        )
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.save_rule(
                current_session(),
                actor=actor(),
                at=clock.now(),
                key=key,
                version=form.version.data or 0,
                title=form.title.data or "",
                scope=Scope(form.scope.data),
                whose=[Whose(one) for one in form.whose.data or ()],
                months=form.months.data or 0,
                days=form.days.data or 0,
                lead_days=form.leads,
                bs=form.bs.data or "",
                iso=form.iso.data or "",
                from_stage=Stage(form.from_stage.data),
                active=form.active.data,
            )
        if outcome.ok:
            flash(
                _("The rule is kept. What is open keeps its day; the time after it follows the rule."),
                "success",
            )
            return redirect(url_for("obligations.rules"))
        status = outcome.status
        rule = _rule(key) if key else None
    return _rule_page(form, rule, status)
