"""Channels of relationships and programmes, and what is chosen for the whole organization."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session, release, run_unit
from auditapp.kit.errors import Invalid, Refusal
from auditapp.kit.text import Text
from auditapp.people.guards import guard
from auditapp.people.queries import relationship_names
from auditapp.people.rules import Capability, Principal
from bots.slack.identity import choices
from bots.slack.identity.queries import partner_relationships, private_kinds
from bots.slack.install import edge, queries
from bots.slack.install import places as service
from bots.slack.install.rules import place_words, reason_words
from bots.slack.pages.blueprint import bp, manager, words
from bots.slack.pages.forms import ChoicesForm, PlaceForm
from bots.slack.web import SlackError, site_of

NO_WORKSPACE = Text("This workspace does not work at present. Look at it first.")


def _form(*, empty: bool = False) -> PlaceForm:
    session = current_session()
    return PlaceForm(
        **({"formdata": None} if empty else {}),
        workspaces=[(one.id, one.name) for one in queries.working(session)],
        relationships=relationship_names(session),
        programmes=service.programmes(session),
    )


def _page(form: PlaceForm | None = None) -> str:
    return render_template(
        "slack/places.html",
        page=service.places_page(current_session(), page=request.args.get("page", 1, type=int)),
        form=form or _form(empty=True),
        place_words=place_words,
        **words(),
    )


@bp.get("/slack/channels")
@guard(Capability.MANAGE_SETTINGS)
def places() -> str:
    """Which channel is told what."""
    manager()
    return _page()


@bp.post("/slack/channels")
@guard(Capability.MANAGE_SETTINGS)
def add_place() -> ResponseReturnValue:
    """Look a channel up in Slack, join it, and keep it."""
    who, form = manager(), _form()
    if not form.validate():
        return _page(form), 422
    release()  # Slack is asked outside of any unit
    with form.taking_refusals() as outcome:
        _add(who, form)
    if not outcome.ok:
        return _page(form), outcome.status
    flash(_("Kept. What happens is told there from now on."), "success")
    return redirect(url_for(".places"))


def _add(who: Principal, form: PlaceForm) -> None:
    site, at, slack_team_id = site_of(current_app), clock.now(), UUID(form.workspace.data)
    try:
        team = edge.fresh(site, at=at, slack_team_id=slack_team_id)
        if team is None:
            raise Invalid(NO_WORKSPACE, field="workspace")
        found = service.find_channel(site.api, team, form.channel.data or "")
    except SlackError as error:
        raise Refusal(reason_words(error.code), field="channel") from None
    relationship_id = form.relationship_id

    def keep() -> None:
        session = current_session()
        service.add_place(
            session,
            actor=who,
            at=at,
            slack_team_id=slack_team_id,
            found=found,
            relationship_id=relationship_id,
            programme_id=form.programme_id,
            partners_allowed=relationship_id in partner_relationships(session),
        )

    run_unit(keep, "write")


@bp.post("/slack/channels/<uuid:place_id>/end")
@guard(Capability.MANAGE_SETTINGS)
def end_place(place_id: UUID) -> ResponseReturnValue:
    """Tell nothing there any more."""
    service.end_place(current_session(), actor=manager(), at=clock.now(), place_id=place_id)
    flash(_("Nothing is told there any more."), "success")
    return redirect(url_for(".places"))


def _choices_form(*, kept: bool) -> ChoicesForm:
    session = current_session()
    relationships = relationship_names(session)
    if not kept:
        return ChoicesForm(relationships=relationships)
    return ChoicesForm(
        formdata=None,
        relationships=relationships,
        partners=sorted(partner_relationships(session)),
        private=sorted(private_kinds(session)),
    )


@bp.get("/slack/choices")
@guard(Capability.MANAGE_SETTINGS)
def show_choices() -> str:
    """Whose partners are reached, and what stays out of previews."""
    manager()
    return render_template("slack/choices.html", form=_choices_form(kept=True), **words())


@bp.post("/slack/choices")
@guard(Capability.MANAGE_SETTINGS)
def keep_choices() -> ResponseReturnValue:
    """Keep both."""
    who, session, form = manager(), current_session(), _choices_form(kept=False)
    if not form.validate():
        return render_template("slack/choices.html", form=form, **words()), 422
    with form.taking_refusals() as outcome:
        choices.choose_partners(session, actor=who, at=clock.now(), relationship_ids=form.partners.data or ())
        choices.choose_private(session, actor=who, at=clock.now(), kinds=form.private.data or ())
    if not outcome.ok:
        return render_template("slack/choices.html", form=form, **words()), outcome.status
    flash(_("The choices are kept."), "success")
    return redirect(url_for(".show_choices"))
