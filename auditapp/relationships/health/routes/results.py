"""What a check came to: the gap between the sides, the table, the comments, the workshop."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.markdown import html
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.health import queries, service
from auditapp.relationships.health.forms import FollowUpForm
from auditapp.relationships.health.model import HealthCheck
from auditapp.relationships.health.routes.base import WORDS, bp, find, manages
from auditapp.relationships.health.rules.results import Results, gap_sentences
from auditapp.relationships.health.service.base import KEY
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.obligations.queries import open_one
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_manage
from auditapp.shell.charts import WIDTH, Series, bars_height, served, side_by_side, wanted_theme


def _results(check_ref: str) -> tuple[HealthCheck, Relationship, Results]:
    check, place = find(check_ref)
    found = queries.results_of(check)
    if found is None or not queries.shows_results(actor(), check):
        raise NotFound
    return check, place, found


@bp.get("/health/<check_ref>/results")
@guard(Capability.SIGNED_IN)
def results(check_ref: str) -> str:
    """What a closed check came to."""
    session = current_session()
    check, place, found = _results(check_ref)
    names = queries.party_names(session, list(found.means))
    questions = queries.questions_of(check)
    comments: dict[str, list[queries.Comment]] = {}
    for one in queries.comments_of(session, actor(), check):
        comments.setdefault(one.question, []).append(one)
    inside = actor().partner_id is None
    return render_template(
        "health/results.html",
        check=check,
        place=place,
        found=found,
        names=names,
        shown=[key for key in names if key not in found.withheld],
        sentence=" ".join(str(one) for one in gap_sentences(found, names)),
        again=[one for one in found.elements if one.times_red > 1],
        questions=questions,
        comments=comments,
        workshop=html(check.workshop)
        if check.workshop and (inside or check.workshop_sharing is Sharing.SHARED)
        else "",
        workshop_on=check.workshop_on if inside or check.workshop_sharing is Sharing.SHARED else None,
        links=links_of(session, actor(), "health_check", [check.id])[check.id],
        size=(WIDTH, bars_height(len(found.elements), len(names) - len(found.withheld) + 1)),
        manages=manages(place),
        inside=inside,
        due=open_one(session, KEY, place.id) if inside else None,
        **WORDS,
    )


@bp.get("/health/<check_ref>/gap.svg")
@guard(Capability.SIGNED_IN)
def gap_chart(check_ref: str) -> Response:
    """The sides and the desired state beside each other, as a picture."""
    _check, _place, found = _results(check_ref)
    names = queries.party_names(current_session(), list(found.means))
    return served(
        side_by_side(
            [one.title for one in found.elements],
            [
                *(
                    Series(name=name, values=[one.sides[key].mean for one in found.elements], look=look)
                    for look, (key, name) in enumerate(names.items())
                    if key not in found.withheld
                ),
                Series(
                    name=_("Desired state"), values=[float(one.desired) for one in found.elements], look=None
                ),
            ],
            theme=wanted_theme(),
            between=(0.0, 5.0),
            say=lambda value: f"{value:.1f}",
            nothing=_("Too few answers"),
        )
    )


@bp.route("/health/<check_ref>/follow-up", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS)
def follow_up(check_ref: str) -> ResponseReturnValue:
    """Note the workshop, and who reads the results."""
    check, place, _found = _results(check_ref)
    must_manage(actor(), place.id)
    status = 200
    if request.method == "GET":
        form = FollowUpForm(
            formdata=None,
            workshop_on=check.workshop_on,
            workshop=check.workshop,
            workshop_sharing=check.workshop_sharing.value,
            sharing=check.sharing.value,
            version=check.version,
        )
    else:
        form = FollowUpForm()
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.follow_up(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    check=check,
                    version=form.version.data or 0,
                    workshop_on=form.workshop_on.data,
                    workshop=form.workshop.data or "",
                    workshop_sharing=Sharing(form.workshop_sharing.data),
                    sharing=Sharing(form.sharing.data),
                )
            if outcome.ok:
                flash(_("Kept."), "success")
                return redirect(url_for("health.results", check_ref=check_ref) + "#workshop")
            status = outcome.status
            check, place, _found = _results(check_ref)
    return render_template("health/follow_up.html", form=form, check=check, place=place, **WORDS), status
