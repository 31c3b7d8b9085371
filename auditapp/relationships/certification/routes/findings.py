"""Concerns and findings of the body."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.queries import name_and_email, person_names
from auditapp.people.rules import Capability
from auditapp.relationships.certification import queries, service
from auditapp.relationships.certification.forms import (
    AnswerForm,
    FindingForm,
    OpenAgainForm,
    PlanForm,
    SaidForm,
)
from auditapp.relationships.certification.model import CertificateFinding
from auditapp.relationships.certification.routes.base import WORDS, bp, common, keeps, today, verb_page
from auditapp.relationships.certification.rules import (
    FINDING_LABELS,
    SCHEME_LABELS,
    VISIT_LABELS,
    FindingKind,
    FindingStatus,
    FindingVerb,
    VisitKind,
    kinds_of,
    usual_due,
)
from auditapp.relationships.certification.service.findings import FindingInput
from auditapp.relationships.links.queries import links_of


def _find(ref: str) -> CertificateFinding:
    return queries.finding_by_ref(current_session(), actor(), ref)


def _back(row: CertificateFinding) -> tuple[str, str]:
    return row.ref, url_for("certification.finding", ref=row.ref)


@bp.get("/findings")
@guard(Capability.VIEW_ORGANIZATION)
def findings() -> str:
    """What the body found, of every certificate: what is open first."""
    asked = "all" if request.args.get("show") == "all" else "open"
    return render_template(
        "certification/findings.html",
        page=queries.list_findings(
            current_session(), actor(), show=asked, page=request.args.get("page", 1, type=int)
        ),
        shown=asked,
        today=today(),
        **WORDS,
    )


@bp.get("/findings/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def finding(ref: str) -> str:
    """One of them: what it says, whose turn it is, plan, evidence, answer."""
    session, who = current_session(), actor()
    row = _find(ref)
    answers = keeps() or row.owner_id == who.person_id
    return render_template(
        "certification/finding.html",
        found=row,
        certificate=queries.certificate_of(session, who, row.certificate_id),
        visit=queries.visit_by_id(session, who, row.visit_id),
        owner=name_and_email(session, row.owner_id)[0] if row.owner_id else "",
        links=links_of(session, who, "certificate_finding", [row.id])[row.id],
        answers=answers,
        keeps=keeps(),
        today=today(),
        Status=FindingStatus,
        **WORDS,
    )


@bp.route("/visits/<uuid:visit_id>/findings/new", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def new_finding(visit_id: UUID) -> ResponseReturnValue:
    """Take down what the body found at a visit."""
    session = current_session()
    visit = queries.visit_by_id(session, actor(), visit_id)
    found = queries.certificate_of(session, actor(), visit.certificate_id)
    form = FindingForm() if request.method == "POST" else FindingForm(formdata=None)
    form.offer(kinds_of(visit.kind), person_names(session))
    if request.method == "GET":
        kind = kinds_of(visit.kind)[0]
        form.kind.data = kind.value
        visits = queries.parts_of(session, [found.id])[found.id].visits
        stage_2 = next(
            (
                one.planned_from
                for one in visits
                if one.kind is VisitKind.STAGE_2 and one.held_to is None and one.cancelled_on is None
            ),
            None,
        )
        form.due_on.data = usual_due(kind, queries.plain_visit(visit), stage_2)
    made: list[CertificateFinding] = []
    return verb_page(
        form,
        lambda: made.append(
            service.raise_finding(
                session, actor=actor(), at=clock.now(), visit_id=visit_id, finding=form.finding()
            )
        ),
        version=lambda: 0,
        done=_("Taken down."),
        to=lambda: url_for("certification.finding", ref=made[0].ref),
        title=_("What the body found at the visit “%(kind)s”", kind=VISIT_LABELS[visit.kind]),
        button=_("Take it down"),
        back=(f"{found.ref} {SCHEME_LABELS[found.scheme]}", url_for("certification.show", ref=found.ref)),
    )


@bp.route("/findings/<ref>/edit", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def edit_finding(ref: str) -> ResponseReturnValue:
    """All of it for the system manager, the plan alone for its owner."""
    session = current_session()
    row = _find(ref)
    given = None if request.method == "POST" else row
    form: Any
    if keeps():
        visit = queries.visit_by_id(session, actor(), row.visit_id)
        form = FindingForm(obj=given) if given is None else FindingForm(formdata=None, obj=given)
        form.offer(kinds_of(visit.kind), person_names(session))
        if request.method == "GET":
            form.kind.data, form.owner_id.data = row.kind.value, str(row.owner_id or "")
    else:
        form = PlanForm() if given is None else PlanForm(formdata=None, obj=given)

    def change() -> object:
        asked = (
            form.finding()
            if isinstance(form, FindingForm)
            else FindingInput(kind=row.kind, statement=row.statement, plan=form.plan.data or "")
        )
        return service.change_finding(session, ref=ref, finding=asked, **common(form))

    return verb_page(
        form,
        change,
        version=lambda: _find(ref).version,
        done=_("The changes are kept."),
        to=lambda: url_for("certification.finding", ref=ref),
        title=_("Edit %(ref)s", ref=ref) if keeps() else _("Plan for %(ref)s", ref=ref),
        button=_("Keep the changes"),
        back=_back(row),
        leads=[] if keeps() else [row.statement],
    )


@bp.route("/findings/<ref>/answer", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def answer_finding(ref: str) -> ResponseReturnValue:
    """The answer went to the body."""
    session = current_session()
    row = _find(ref)
    form = (
        AnswerForm() if request.method == "POST" else AnswerForm(formdata=None, on=today(), answer=row.answer)
    )
    return verb_page(
        form,
        lambda: service.answer_finding(
            session, ref=ref, on=form.on.data or today(), answer=form.answer.data or "", **common(form)
        ),
        version=lambda: _find(ref).version,
        done=_("Kept as answered. It is the body's turn now."),
        to=lambda: url_for("certification.finding", ref=ref),
        title=_("Answer %(ref)s", ref=ref),
        button=_("It was answered"),
        back=_back(row),
        leads=[f"{FINDING_LABELS[row.kind]}: {row.statement}"],
    )


@bp.route("/findings/<ref>/<verb>", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def settle_finding(ref: str, verb: str) -> ResponseReturnValue:
    """What the body said to the answer, or: it is open again."""
    if verb not in set(FindingVerb) - {FindingVerb.ANSWER}:
        raise NotFound
    session = current_session()
    row = _find(ref)
    step = FindingVerb(verb)
    opens = step in {FindingVerb.RETURN, FindingVerb.REOPEN} and row.kind is not FindingKind.OPPORTUNITY
    kind = OpenAgainForm if opens else SaidForm
    form = kind() if request.method == "POST" else kind(formdata=None, on=today())
    titles = {
        FindingVerb.ACCEPT: (_("The body accepted the answer to %(ref)s", ref=ref), _("It is accepted")),
        FindingVerb.RETURN: (_("The body returned the answer to %(ref)s", ref=ref), _("It was returned")),
        FindingVerb.WITHDRAW: (_("The body withdrew %(ref)s", ref=ref), _("It was withdrawn")),
        FindingVerb.REOPEN: (_("Open %(ref)s again", ref=ref), _("Open it again")),
    }
    return verb_page(
        form,
        lambda: service.settle_finding(
            session,
            ref=ref,
            verb=step,
            on=form.on.data or today(),
            said=form.said.data or "",
            due_on=form.due_on.data if isinstance(form, OpenAgainForm) else None,
            **common(form),
        ),
        version=lambda: _find(ref).version,
        done=_("Kept."),
        to=lambda: url_for("certification.finding", ref=ref),
        title=titles[step][0],
        button=titles[step][1],
        back=_back(row),
        leads=[row.answer] if row.answer else [],
    )
