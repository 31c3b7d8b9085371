"""Who is who: whoever owes something and is not reached, everybody, and the accounts with whom they belong to."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import guard
from auditapp.people.queries import names_of, person_names
from auditapp.people.rules import Capability
from bots.slack.identity import queries, reach, service
from bots.slack.identity.reach import AccountsWanted
from bots.slack.identity.rules import REASONS, STANDING_WORDS
from bots.slack.model import SlackAccount, Standing
from bots.slack.pages.blueprint import bp, manager, words
from bots.slack.pages.forms import MapForm


def _page() -> int:
    return request.args.get("page", 1, type=int)


@bp.get("/slack/people")
@guard(Capability.MANAGE_SETTINGS)
def people() -> str:
    """How people are reached: at first those who owe something and are not."""
    manager()
    everybody = request.args.get("who") == "everybody"
    find = reach.people_page if everybody else reach.unmatched_page
    return render_template(
        "slack/people.html",
        page=find(current_session(), page=_page()),
        everybody=everybody,
        reasons=REASONS,
        **words(),
    )


def _wanted() -> AccountsWanted:
    given = request.args.get("standing", "")
    return AccountsWanted(
        standing=Standing(given) if given in set(Standing) else None,
        words=request.args.get("q", "").strip()[:100],
    )


@bp.get("/slack/accounts")
@guard(Capability.MANAGE_SETTINGS)
def accounts() -> str:
    """The accounts of every workspace; the filters are the address."""
    manager()
    wanted = _wanted()
    session = current_session()
    return render_template(
        "slack/accounts.html",
        page=reach.accounts_page(session, wanted, page=_page()),
        wanted=wanted,
        tab_list=[
            {
                "label": STANDING_WORDS[one],
                "url": url_for(".accounts", standing=one.value, q=wanted.words or None),
                "current": wanted.standing is one,
                "count": count,
            }
            for one, count in reach.counts(session).items()
        ],
        person=request.args.get("person") or None,
        **words(),
    )


def _account(account_id: UUID) -> SlackAccount:
    found = queries.account_by_id(current_session(), account_id)
    if found is None:
        raise NotFound
    return found


def _account_page(account: SlackAccount, form: MapForm | None = None) -> str:
    session = current_session()
    names = names_of(session, [account.person_id, account.settled_by_id])
    return render_template(
        "slack/account.html",
        account=account,
        whose=names.get(account.person_id) if account.person_id else None,
        settled_by=names.get(account.settled_by_id) if account.settled_by_id else None,
        form=form
        or MapForm(
            formdata=None,
            people=person_names(session, own_only=False),
            person=str(account.person_id or request.args.get("person", "")),
        ),
        **words(),
    )


@bp.get("/slack/accounts/<uuid:account_id>")
@guard(Capability.MANAGE_SETTINGS)
def account(account_id: UUID) -> str:
    """One account, whose it is, and the choice of it."""
    manager()
    return _account_page(_account(account_id))


@bp.post("/slack/accounts/<uuid:account_id>")
@guard(Capability.MANAGE_SETTINGS)
def map_account(account_id: UUID) -> ResponseReturnValue:
    """Say whose account it is."""
    who, session = manager(), current_session()
    form = MapForm(people=person_names(session, own_only=False))
    if not form.validate():
        return _account_page(_account(account_id), form), 422
    with form.taking_refusals() as outcome:
        service.map_account(
            session, actor=who, at=clock.now(), account_id=account_id, person_id=UUID(form.person.data)
        )
    if not outcome.ok:
        return _account_page(_account(account_id), form), outcome.status
    flash(
        _("Kept. They are told by Slack from now on; to answer there, they confirm once that it is theirs."),
        "success",
    )
    return redirect(url_for(".account", account_id=account_id))


@bp.post("/slack/accounts/<uuid:account_id>/unmap")
@guard(Capability.MANAGE_SETTINGS)
def unmap(account_id: UUID) -> ResponseReturnValue:
    """Take a choice back."""
    service.unmap(current_session(), actor=manager(), at=clock.now(), account_id=account_id)
    flash(_("The choice is taken back."), "success")
    return redirect(url_for(".account", account_id=account_id))
