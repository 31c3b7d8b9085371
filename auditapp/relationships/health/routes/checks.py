"""The checks of a relationship, opening one, who is asked, closing."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.health import queries, service
from auditapp.relationships.health.forms import (
    CheckForm,
    CloseForm,
    InviteForm,
    OpenForm,
    ReasonForm,
    with_desired,
)
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.routes.base import WORDS, bp, find, manages, today, turn_of, waiting_for
from auditapp.relationships.health.rules.life import CheckState, proposed_minimum
from auditapp.relationships.health.rules.questions import Step
from auditapp.relationships.health.rules.results import trend_sentence
from auditapp.relationships.health.service.base import KEY
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage, must_run
from auditapp.shell.charts import Series, over_time, served, wanted_theme
from auditapp.shell.forms import options

DAYS_TO_ANSWER = 14
USUAL = Step.COOPERATIVE  # the desired state that is offered first


@bp.get("/relationships/<ref>/health")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The health of a relationship: how it stood, the trend, and the checks."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    inside = actor().partner_id is None
    closed = queries.closed_checks(session, actor(), found.id)
    checks = queries.list_checks(session, actor(), found.id, page=request.args.get("page", 1, type=int))
    running = next((one for one in checks.rows if one.state is CheckState.OPEN), None)
    mine = queries.own_invite(session, actor(), running) if running else None
    invites = queries.invites_of(session, running) if running else []
    own = next((one for one in invites if mine is not None and one.invite.id == mine.id), None)
    results = [(one, queries.results_of(one)) for one in closed]
    parties = list(dict.fromkeys(key for _one, data in results if data for key in data.means))
    return render_template(
        "health/of_relationship.html",
        found=found,
        checks=checks,
        running=running,
        own=own,
        waiting=len(waiting_for(invites)),
        turn=turn_of(running, invites, own, today()) if running else ("", ""),
        last=closed[-1] if closed else None,
        results=results,
        names=queries.party_names(session, parties),
        sentence=" ".join(str(one) for one in trend_sentence([data for _one, data in results if data])),
        due=open_one(session, KEY, found.id) if inside else None,
        manages=manages(found) and found.ended_on is None,
        today=today(),
        shows={one.id: queries.shows_results(actor(), one) for one in checks.rows},
        **WORDS,
    )


@bp.get("/relationships/<ref>/health/trend.svg")
@guard(Capability.SIGNED_IN)
def trend_chart(ref: str) -> Response:
    """The means of the sides over the checks, as a picture."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    rows = [
        (one.closed_at.date(), data)
        for one in queries.closed_checks(session, actor(), found.id)
        if one.closed_at is not None and (data := queries.results_of(one)) is not None
    ]
    names = queries.party_names(
        session, list(dict.fromkeys(key for _day, data in rows for key in data.means))
    )
    return served(
        over_time(
            [day for day, _data in rows],
            [
                *(
                    Series(name=name, values=[data.means.get(key) for _day, data in rows], look=look)
                    for look, (key, name) in enumerate(names.items())
                ),
                Series(name=_("Desired state"), values=[data.desired for _day, data in rows], look=None),
            ],
            theme=wanted_theme(),
            say_day=lambda day: format_date(day, "MMM yy"),
            between=(1.0, 5.0),
            nothing=_("No health check was closed yet"),
        )
    )


@bp.route("/relationships/<ref>/health/new", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS)
def new(ref: str) -> ResponseReturnValue:
    """Open a health check: desired state, who is asked, until when."""
    session = current_session()
    place = relationship_by_ref(session, actor(), ref)
    must_manage(actor(), place.id)
    must_run(place)
    if request.method == "GET" and (there := queries.open_check_of(session, place.id)) is not None:
        flash(_("%(ref)s is still being answered; there is one at a time.", ref=there.ref), "info")
        return redirect(url_for("health.show", check_ref=there.ref))
    questions, _row = queries.current_edition(session)
    kind = with_desired(OpenForm, questions)
    people = queries.candidates(session, place)
    due = open_one(session, KEY, place.id)
    status = 200
    if request.method == "GET":
        closed = queries.closed_checks(session, actor(), place.id)
        before = closed[-1].desired if closed else {}
        sides = [sum((one.party_id is None) is inside for one in people) for inside in (True, False)]
        ends = today() + timedelta(days=DAYS_TO_ANSWER)
        form = kind(
            formdata=None,
            closes_on=max(ends, due.due_on) if due and due.due_on <= today() + timedelta(days=60) else ends,
            minimum=proposed_minimum(sides),
            ours=[str(one.person_id) for one in people if one.party_id is None],
            theirs=[str(one.person_id) for one in people if one.party_id is not None],
            **{f"desired_{one.key}": str(before.get(one.key, int(USUAL))) for one in questions.dimensions},
        )
        form.offer(people)
    else:
        form = kind()
        form.offer(people)
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                made = service.open_check(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    relationship_id=place.id,
                    desired=form.desired(questions),
                    closes_on=form.closes_on.data,
                    people=[UUID(one) for one in (*form.ours.data, *form.theirs.data)],
                    minimum=form.minimum.data,
                )
            if outcome.ok:
                flash(_("%(ref)s is open. The people asked find it on this page.", ref=made.ref), "success")
                return redirect(url_for("health.show", check_ref=made.ref))
            status = outcome.status
            place = relationship_by_ref(session, actor(), ref)
            due = open_one(session, KEY, place.id)
    return render_template(
        "health/new.html", form=form, place=place, questions=questions, due=due, people=people, **WORDS
    ), status


def check_page(
    check: HealthCheck, place: Relationship, *, status: int = 200, forms: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """The page of a check; ``forms``: those that were refused."""
    session = current_session()
    inside = actor().partner_id is None
    invites = queries.invites_of(session, check)
    own = next((one for one in invites if one.invite.person_id == actor().person_id), None)
    sides: dict[str, list[queries.InviteLine]] = {}
    for one in invites:
        sides.setdefault(queries.party_key(one.invite.party_id), []).append(one)
    runs = manages(place)
    asked = {one.invite.person_id for one in invites}
    others = [one for one in queries.candidates(session, place) if one.person_id not in asked] if runs else []
    invite_form = InviteForm(formdata=None)
    invite_form.person.choices = options([(str(one.person_id), f"{one.name} ({one.seat})") for one in others])
    return render_template(
        "health/show.html",
        check=check,
        place=place,
        sides=sides,
        names=queries.party_names(session, list(sides)),
        own=own,
        own_side=queries.party_key(actor().partner_id),
        asked=len(queries.questions_of(check).questions),
        questions=queries.questions_of(check),
        turn=turn_of(check, invites, own, today()),
        late=check.state is CheckState.OPEN and today() > check.closes_on,
        shows=queries.shows_results(actor(), check),
        links=links_of(session, actor(), "health_check", [check.id])[check.id],
        manages=runs,
        inside=inside,
        others=others,
        due=open_one(session, KEY, place.id) if inside else None,
        forms={
            "invite": invite_form,
            "close": CloseForm(formdata=None, sharing=Sharing.SHARED.value),
            "reason": ReasonForm(formdata=None),
        }
        | (forms or {}),
        **WORDS,
    ), status


@bp.get("/health/<check_ref>")
@guard(Capability.SIGNED_IN)
def show(check_ref: str) -> ResponseReturnValue:
    """A check: how far it is, and whose turn it is."""
    return check_page(*find(check_ref))


@bp.route("/health/<check_ref>/edit", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS)
def edit(check_ref: str) -> ResponseReturnValue:
    """Another closing date, another desired state, a higher minimum."""
    check, place = find(check_ref)
    must_manage(actor(), place.id)
    questions = queries.questions_of(check)
    kind = with_desired(CheckForm, questions)
    status = 200
    if request.method == "GET":
        form = kind(
            formdata=None,
            closes_on=check.closes_on,
            minimum=check.minimum,
            version=check.version,
            **{f"desired_{key}": str(step) for key, step in check.desired.items()},
        )
    else:
        form = kind()
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.change(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    check=check,
                    version=form.version.data or 0,
                    desired=form.desired(questions),
                    closes_on=form.closes_on.data,
                    minimum=form.minimum.data,
                )
            if outcome.ok:
                flash(_("Kept."), "success")
                return redirect(url_for("health.show", check_ref=check_ref))
            status = outcome.status
            check, place = find(check_ref)
    return render_template(
        "health/edit.html", form=form, check=check, place=place, questions=questions, **WORDS
    ), status


def _person() -> UUID:
    try:
        return UUID(request.form.get("person", ""))
    except ValueError:
        raise NotFound from None


@bp.post("/health/<check_ref>/invite")
@guard(Capability.MANAGE_RELATIONSHIPS)
def invite(check_ref: str) -> ResponseReturnValue:
    """Ask one more person."""
    check, _place = find(check_ref)
    service.invite(current_session(), actor=actor(), at=clock.now(), check=check, person_id=_person())
    flash(_("Asked."), "success")
    return redirect(url_for("health.show", check_ref=check_ref) + "#people")


@bp.post("/health/<check_ref>/uninvite")
@guard(Capability.MANAGE_RELATIONSHIPS)
def uninvite(check_ref: str) -> ResponseReturnValue:
    """Ask somebody no longer."""
    check, _place = find(check_ref)
    service.uninvite(current_session(), actor=actor(), at=clock.now(), check=check, person_id=_person())
    flash(_("No longer asked. You can ask them again."), "success")
    return redirect(url_for("health.show", check_ref=check_ref) + "#people")


@bp.post("/health/<check_ref>/close")
@guard(Capability.MANAGE_RELATIONSHIPS)
def close(check_ref: str) -> ResponseReturnValue:
    """Close the check and work it out."""
    check, place = find(check_ref)
    form = CloseForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.close(
                current_session(),
                actor=actor(),
                at=clock.now(),
                check=check,
                sharing=Sharing(form.sharing.data),
            )
        if outcome.ok:
            due = open_one(current_session(), KEY, place.id)
            flash(
                _("Closed. The next health check is due on %(day)s.", day=format_date(due.due_on, "d MMMM y"))
                if due
                else _("Closed."),
                "success",
            )
            return redirect(url_for("health.results", check_ref=check_ref))
        status = outcome.status
        check, place = find(check_ref)
    return check_page(check, place, status=status, forms={"close": form})


@bp.post("/health/<check_ref>/call-off")
@guard(Capability.MANAGE_RELATIONSHIPS)
def call_off(check_ref: str) -> ResponseReturnValue:
    """Give the check up."""
    check, place = find(check_ref)
    form = ReasonForm()
    status = 422
    if form.validate():
        with form.taking_refusals() as outcome:
            service.call_off(
                current_session(), actor=actor(), at=clock.now(), check=check, reason=form.reason.data or ""
            )
        if outcome.ok:
            flash(_("%(ref)s is called off. What was due is still due.", ref=check.ref), "success")
            return redirect(url_for("health.of_relationship", ref=place.ref))
        status = outcome.status
        check, place = find(check_ref)
    return check_page(check, place, status=status, forms={"reason": form})
