"""A person's own accounts in Slack, and the link that joins one to them."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from bots.slack.identity import queries, service
from bots.slack.install.queries import anything_active
from bots.slack.pages.blueprint import bp, words
from bots.slack.web import site_of


@bp.get("/me/slack")
@guard(Capability.SIGNED_IN)
def mine() -> str:
    """My accounts, and what each of them may."""
    who, session = actor(), current_session()
    return render_template(
        "slack/mine.html",
        accounts=queries.accounts_of_person(session, who.person_id),
        written_to=queries.account_for(session, who.person_id),
        connected=anything_active(session),
        configured=site_of(current_app).configured,
        **words(),
    )


@bp.post("/me/slack/<uuid:account_id>/refuse")
@guard(Capability.SIGNED_IN)
def refuse(account_id: UUID) -> ResponseReturnValue:
    """Take an account back."""
    service.refuse(current_session(), actor=actor(), at=clock.now(), account_id=account_id)
    flash(_("Taken back: nothing is sent to that account, and nothing from it counts."), "success")
    return redirect(url_for(".mine"))


@bp.get("/slack/link/<secret>")
@guard(Capability.SIGNED_IN)
def link(secret: str) -> str:
    """Who wants to be connected with whom; nothing is done before it is confirmed."""
    found = queries.invited(current_session(), secret=secret, at=clock.now())
    if found is None:
        raise NotFound(service.OLD_LINK)
    account, team = found
    return render_template("slack/link.html", account=account, team=team, secret=secret, who=actor())


@bp.post("/slack/link/<secret>")
@guard(Capability.SIGNED_IN)
def confirm(secret: str) -> ResponseReturnValue:
    """It is mine: from now on what is done there counts as done by me."""
    service.link(current_session(), actor=actor(), at=clock.now(), secret=secret)
    flash(_("Connected. You can go back to Slack and answer there from now on."), "success")
    return redirect(url_for(".mine"))
