"""Saying something, reading all that was said, taking one's own words back."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auditapp.findings.blueprint import bp
from auditapp.findings.exchange.forms import CommentForm
from auditapp.findings.exchange.queries import comment_by_id, comments_page, may_now, people_to_name
from auditapp.findings.exchange.routes.place import Place, of, of_action, of_nonconformity
from auditapp.findings.exchange.service import comment, remove_comment
from auditapp.findings.exchange.service.base import allowed_comment
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability

SUGGESTED = 100


@bp.get("/nonconformities/<ref>/comments")
@guard(Capability.VIEW_ORGANIZATION)
def nonconformity_comments(ref: str) -> ResponseReturnValue:
    """All that was said about a nonconformity and its actions."""
    return _page(of_nonconformity(ref), CommentForm(formdata=None), 200)


@bp.get("/actions/<ref>/comments")
@guard(Capability.SIGNED_IN)
def action_comments(ref: str) -> ResponseReturnValue:
    """All that was said about an action, as far as the reader may see it."""
    return _page(of_action(ref), CommentForm(formdata=None), 200)


@bp.post("/nonconformities/<ref>/comments")
@guard(Capability.VIEW_ORGANIZATION)
def comment_on_nonconformity(ref: str) -> ResponseReturnValue:
    """Say something about a nonconformity."""
    return _say(of_nonconformity(ref))


@bp.post("/actions/<ref>/comments")
@guard(Capability.SIGNED_IN)
def comment_on_action(ref: str) -> ResponseReturnValue:
    """Say something about an action."""
    return _say(of_action(ref))


@bp.post("/nonconformities/comments/<uuid:comment_id>/remove")
@guard(Capability.SIGNED_IN)
def take_comment_back(comment_id: UUID) -> ResponseReturnValue:
    """Take one's own words back."""
    session = current_session()
    said, nc, action = comment_by_id(session, actor(), comment_id)
    remove_comment(session, actor=actor(), at=clock.now(), comment=said)
    flash(gettext("Your comment is taken back. That you said something stays."), "success")
    return redirect(of(nc, action).url("show") + "#comments")


def _say(place: Place) -> ResponseReturnValue:
    session = current_session()
    allowed_comment(session, place.nc, place.action, actor=actor())
    form = CommentForm()
    if not form.validate():
        return _page(place, form, 422)
    with form.taking_refusals() as outcome:
        _made, mentions = comment(
            session,
            actor=actor(),
            at=clock.now(),
            nc=place.nc,
            action=place.action,
            text=form.text.data or "",
            internal=bool(form.internal.data),
        )
    if not outcome.ok:
        return _page(
            of_action(place.ref) if place.action else of_nonconformity(place.ref), form, outcome.status
        )
    for doubt in mentions.doubts():
        flash(str(doubt), "warning")
    if not mentions.doubts():
        flash(gettext("Your comment is saved."), "success")
    return redirect(place.url("show") + "#comments")


def _page(place: Place, form: CommentForm, status: int) -> ResponseReturnValue:
    session = current_session()
    may_comment, _ = may_now(session, actor(), place.nc, place.action)
    return render_template(
        "findings/exchange/comments.html",
        page=comments_page(
            session, actor(), place.nc, place.action, page=request.args.get("page", 1, type=int)
        ),
        form=form,
        may_comment=may_comment,
        people=people_to_name(session, actor(), place.nc, place.action, most=SUGGESTED)
        if may_comment
        else [],
        **place.words,
    ), status
