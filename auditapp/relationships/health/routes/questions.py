"""The questions that are asked, and wording a new edition of them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.health import queries, service
from auditapp.relationships.health.forms import with_dimensions
from auditapp.relationships.health.routes.base import WORDS, bp


@bp.get("/health/questions")
@guard(Capability.VIEW_ORGANIZATION)
def questions() -> str:
    """The questions of the edition that holds, and the editions before."""
    session = current_session()
    found, row = queries.current_edition(session)
    return render_template(
        "health/questions.html",
        found=found,
        row=row,
        editions=queries.editions(session),
        words=actor().can(Capability.MANAGE_SETTINGS),
        **WORDS,
    )


@bp.route("/health/questions/edit", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def edit_questions() -> ResponseReturnValue:
    """Word a new edition."""
    session = current_session()
    found, _row = queries.current_edition(session)
    keys = [one.key for one in found.dimensions]
    more = f"own_{found.edition + 1}"  # never that of a respect which was dropped
    kind = with_dimensions(found.dimensions, more)
    status = 200
    if request.method == "GET":
        form = kind(formdata=None, edition=found.edition)
    else:
        form = kind()
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                made = service.new_edition(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    after_edition=form.edition.data or 0,
                    data=form.data_of([*keys, more]),
                    note=form.note.data or "",
                )
            if outcome.ok:
                flash(
                    _(
                        "Edition %(number)s holds for health checks that are opened from now on.",
                        number=made.number,
                    )
                    if made
                    else _("Nothing was changed."),
                    "success",
                )
                return redirect(url_for("health.questions"))
            status = outcome.status
    return render_template(
        "health/edit_questions.html", form=form, found=found, keys=[*keys, more], more=more, **WORDS
    ), status
