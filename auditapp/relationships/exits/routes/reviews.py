"""Pages of reviews and of tests of the continuity plan."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.strategy import PlanTestForm, ReviewForm
from auditapp.relationships.exits.queries.watching import dues_of, reviews_of, tests_of
from auditapp.relationships.exits.routes.base import blank, bp, form_page, home, need, strategy_here
from auditapp.relationships.exits.routes.overview import WORDS
from auditapp.relationships.exits.rules.reviews import OUTCOME_LABELS, PlanResult, ReviewOutcome
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.rules import SHARING_LABELS, Sharing


@bp.route("/reviews", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def reviews(ref: str) -> ResponseReturnValue:
    """The reviews that were held, and a form for one more."""
    reader, strategy = strategy_here(ref)
    if request.method == "POST":
        need(reader.manages)
    session = current_session()
    form = blank(ReviewForm, on=reader.today)

    def do() -> None:
        assert form.on.data is not None  # noqa: S101 - InputRequired
        service.record_review(
            session,
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            on=form.on.data,
            own=form.own.data or "",
            theirs=form.theirs.data or "",
            outcome=ReviewOutcome(form.outcome.data),
            changes=form.changes.data or "",
            sharing=Sharing(form.sharing.data),
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Reviews of the exit strategy"),
        submit=_("Record the review"),
        done=_("The review is recorded."),
        back=url_for("exits.reviews", ref=ref),
        back_label=_("Exit strategy"),
        template="exits/reviews.html",
        page=reviews_of(session, reader, strategy, page=request.args.get("page", 1, type=int)),
        dues=[
            one
            for one in dues_of(session, strategy)
            if reader.runs and one.key == "exit_review" and (reader.inside or not one.extra)
        ],
        outcomes=OUTCOME_LABELS,
        sharing_labels=SHARING_LABELS,
        up=home(reader),
        **WORDS,
    )


@bp.route("/tests", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def tests(ref: str) -> ResponseReturnValue:
    """The tests of the continuity plan, and a form for one more."""
    reader, strategy = strategy_here(ref)
    if request.method == "POST":
        need(reader.manages)
    session = current_session()
    form = blank(PlanTestForm, on=reader.today)

    def do() -> None:
        assert form.on.data is not None  # noqa: S101 - InputRequired
        service.record_test(
            session,
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            on=form.on.data,
            what=form.what.data or "",
            result=PlanResult(form.result.data),
            found=form.found.data or "",
            sharing=Sharing(form.sharing.data),
        )

    page = tests_of(session, reader, strategy, page=request.args.get("page", 1, type=int))
    return form_page(
        reader,
        form,
        do,
        title=_("Tests of the continuity plan"),
        submit=_("Record the test"),
        done=_("The test is recorded. Link its evidence below."),
        back=url_for("exits.tests", ref=ref),
        back_label=_("Exit strategy"),
        template="exits/tests.html",
        page=page,
        shown_links=links_of(session, actor(), "exit_test", [row[0].id for row in page.rows]),
        dues=[
            one
            for one in dues_of(session, strategy)
            if reader.runs and reader.inside and one.key == "continuity_test"
        ],
        sharing_labels=SHARING_LABELS,
        up=home(reader),
        **WORDS,
    )
