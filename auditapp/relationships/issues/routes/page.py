"""The page of an issue, raising one, and what can be done with it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.issues import service
from auditapp.relationships.issues.forms import CommentForm, RaiseForm, WordsForm
from auditapp.relationships.issues.model import Issue
from auditapp.relationships.issues.queries.ladder import ladder_of
from auditapp.relationships.issues.queries.lists import past_requests, said_about
from auditapp.relationships.issues.queries.running import run_of
from auditapp.relationships.issues.queries.standing import Standing
from auditapp.relationships.issues.routes.base import WORDS, address, back, bp, find, pressed, verb_page
from auditapp.relationships.issues.rules.clock import clock as clock_at
from auditapp.relationships.issues.rules.issue import CommentKind, IssueKind, Part, Status, Verb
from auditapp.relationships.issues.rules.ladder import Level, Severity
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rules import Sharing
from auditapp.relationships.service import must_run


@bp.route("/relationships/<ref>/issues/new", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def new(ref: str) -> ResponseReturnValue:
    """Raise an issue."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    must_run(found)
    own = actor().can(Capability.VIEW_ORGANIZATION)
    form = RaiseForm() if request.method == "POST" else RaiseForm(formdata=None)
    form.offer([(str(one.id), one.name) for one in found.partners], own=own)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            made: list[Issue] = []
            with form.taking_refusals() as outcome:
                made.append(
                    service.raise_issue(
                        session,
                        actor=actor(),
                        at=clock.now(),
                        relationship_id=found.id,
                        title=form.title.data or "",
                        kind=IssueKind(form.kind.data),
                        severity=Severity(form.severity.data),
                        description=form.description.data or "",
                        impact=form.impact.data or "",
                        sharing=form.shared,
                        partner_id=UUID(form.partner_id.data) if "partner_id" in form else None,
                    )
                )
            if outcome.ok:
                return back(ref, made[0].ref, _("%(ref)s is raised.", ref=made[0].ref))
            found = relationship_by_ref(session, actor(), ref)
            status = outcome.status
    return render_template(
        "issues/new.html", found=found, form=form, ladder=ladder_of(session, found), **WORDS
    ), status


@bp.get("/relationships/<ref>/issues/<number>")
@guard(Capability.SIGNED_IN)
def show(ref: str, number: str) -> ResponseReturnValue:
    """One issue."""
    return _page(find(ref, number), None)


def _page(standing: Standing, form: CommentForm | None, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    issue = standing.issue
    if form is None:
        form = CommentForm(formdata=None)
        _offer(standing, form)
    return render_template(
        "issues/show.html",
        standing=standing,
        issue=issue,
        clocks={
            stay.id: clock_at(run_of(stay, standing.spans[stay.id]), stay.left_at or clock.now())
            for stay in standing.stays
        },
        steps=_steps(standing),
        said=said_about(session, actor(), issue),
        past=past_requests(session, issue),
        linked=links_of(session, actor(), "issue", [issue.id])[issue.id],
        form=form,
        zone_now=standing.run.calendars[standing.clock.party],
        at=clock.now(),
        **WORDS,
    ), status


def _offer(standing: Standing, form: CommentForm) -> None:
    speaks = bool(standing.parts & {Part.SPEAKS_OWN, Part.SPEAKS_PARTNER})
    shared = standing.issue.sharing is Sharing.SHARED
    form.offer(proposes=speaks and shared and standing.status is Status.OPEN, chooses=standing.own and shared)


def _steps(standing: Standing) -> list[dict[str, Any]]:
    """The ladder as a path: levels that were passed or jumped over, the present one, those above."""
    entered = {Level(stay.level): stay.entered_at for stay in standing.stays}
    entered |= {one.then.level: one.then.entered for one in standing.behind if one.then is not None}
    ended = standing.status in {Status.CLOSED, Status.WITHDRAWN}
    found = []
    for level in Level:
        if level < standing.level:
            state, word = "done", _("passed") if level in entered else _("jumped over")
        elif level > standing.level:
            state, word = "ahead", _("not reached")
        else:
            state, word = ("done", _("ended here")) if ended else ("here", _("now"))
        found.append({"name": WORDS["levels"][level], "state": state, "word": word, "at": entered.get(level)})
    return found


@bp.route("/relationships/<ref>/issues/<number>/edit", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def edit(ref: str, number: str) -> ResponseReturnValue:
    """Change what it says."""

    def do(issue: Issue, form: WordsForm, common: dict[str, Any]) -> None:
        service.edit_issue(
            current_session(),
            issue=issue,
            title=form.title.data or "",
            kind=IssueKind(form.kind.data),
            description=form.description.data or "",
            impact=form.impact.data or "",
            **common,
        )

    def fill(standing: Standing, form: WordsForm) -> None:
        issue = standing.issue
        form.title.data, form.kind.data = issue.title, issue.kind.value
        form.description.data, form.impact.data = issue.description, issue.impact

    return verb_page(
        ref,
        number,
        Verb.EDIT,
        WordsForm,
        do,
        done=_("What it says is changed."),
        title=_("Change what it says"),
        submit=_("Save"),
        fill=fill,
    )


@bp.post("/relationships/<ref>/issues/<number>/share")
@guard(Capability.VIEW_ORGANIZATION)
def share(ref: str, number: str) -> ResponseReturnValue:
    """Let the partner see it."""
    service.share_issue(current_session(), issue=find(ref, number).issue, **pressed())
    return back(ref, number, _("The partner sees it from now on."))


@bp.post("/relationships/<ref>/issues/<number>/comment")
@guard(Capability.SIGNED_IN)
def comment(ref: str, number: str) -> ResponseReturnValue:
    """Say something about it."""
    standing = find(ref, number)
    form = CommentForm()
    _offer(standing, form)
    if not form.validate():
        return _page(standing, form, 422)
    with form.taking_refusals() as outcome:
        service.comment(
            current_session(),
            actor=actor(),
            at=clock.now(),
            issue=standing.issue,
            text=form.text.data or "",
            kind=CommentKind(form.kind.data) if "kind" in form else CommentKind.COMMENT,
            sharing=Sharing(form.sharing.data) if "sharing" in form else Sharing.INTERNAL,
        )
    if not outcome.ok:
        return _page(find(ref, number), form, outcome.status)
    flash(_("It stands below the issue now."), "success")
    return redirect(address(standing) + "#said")


@bp.post("/relationships/<ref>/issues/<number>/resume")
@guard(Capability.SIGNED_IN)
def resume(ref: str, number: str) -> ResponseReturnValue:
    """Take it up again."""
    service.resume(current_session(), issue=find(ref, number).issue, **pressed())
    return back(ref, number, _("The clock goes on."))


@bp.post("/relationships/<ref>/issues/<number>/take-back")
@guard(Capability.SIGNED_IN)
def take_back(ref: str, number: str) -> ResponseReturnValue:
    """Take a proposal back."""
    given = pressed()
    given.pop("seen")
    service.take_back_request(current_session(), issue=find(ref, number).issue, **given)
    return back(ref, number, _("The proposal is taken back."))


def list_url(standing: Standing) -> str:
    """The address of the list it belongs to."""
    return url_for("issues.of_relationship", ref=standing.relationship.ref)
