"""Pages of findings: over all audits, of one audit, one finding; write, edit, support, withdraw."""

from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice  # type: ignore[attr-defined] # the stubs are a version behind

from auditapp.audits.execution.blueprint import bp, standing
from auditapp.audits.execution.findings.forms import FindingForm, WithdrawForm
from auditapp.audits.execution.findings.queries import (
    Filters,
    counts_by_grade,
    finding_by_ref,
    findings_page,
    question_at,
    questions_for_choice,
    relationships_of,
    requirement_choices,
    support_of,
    years_of,
)
from auditapp.audits.execution.findings.rules import first_statement, label_of, requirements_of
from auditapp.audits.execution.findings.service import (
    edit_finding,
    evidence_so_far,
    raise_finding,
    set_support,
    withdraw_finding,
)
from auditapp.audits.execution.queries import Access, access, writable
from auditapp.audits.execution.rules import (
    FINDING_STATUS_LABELS,
    FINDING_TONES,
    GRADE_LABELS,
    GRADE_OF,
    RESULT_LABELS,
    FindingStatus,
    Grade,
    Result,
)
from auditapp.audits.rules import MemberRole
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.shell.forms import clean, text_fault

NAMES: dict[str, Any] = {
    "grade_labels": GRADE_LABELS,
    "status_labels": FINDING_STATUS_LABELS,
    "status_tones": FINDING_TONES,
    "label_of": label_of,
}


@bp.get("/findings/")
@guard(Capability.VIEW_ORGANIZATION)
def findings_index() -> ResponseReturnValue:
    """Findings of every audit that the reader may see, narrowed by the address."""
    session = current_session()
    filters = _filters()
    return render_template(
        "execution/findings_index.html",
        page=findings_page(session, actor(), filters, page=request.args.get("page", 1, type=int)),
        filters=filters,
        years=years_of(session, actor()),
        relationships=relationships_of(session, actor()),
        narrowed=filters != Filters(),
        **NAMES,
    )


@bp.get("/audits/<ref>/findings")
@guard(Capability.VIEW_ORGANIZATION)
def audit_findings(ref: str) -> ResponseReturnValue:
    """Findings of one audit."""
    session = current_session()
    who = access(session, actor(), ref)
    filters = _filters()
    return render_template(
        "execution/audit_findings.html",
        page=findings_page(
            session, actor(), filters, page=request.args.get("page", 1, type=int), audit_id=who.audit.id
        ),
        counts=counts_by_grade(session, who.audit.id),
        filters=filters,
        **standing(who),
        **NAMES,
    )


@bp.get("/audits/<ref>/findings/new")
@guard(Capability.VIEW_ORGANIZATION)
def new_finding(ref: str) -> ResponseReturnValue:
    """The form of a new finding, begun from the answer it was opened at."""
    session = current_session()
    who = access(session, actor(), ref)
    writable(session, actor(), who.audit)
    asked = question_at(session, who.audit.id, request.args.get("question", ""))
    form = FindingForm(formdata=None)
    if asked:
        question, answer = asked
        form.statement.data = str(
            first_statement(question.text, answer.note, nonconforming=answer.result is Result.NONCONFORMING)
        )
        form.objective_evidence.data = evidence_so_far(session, [answer])
        form.requirements.data = [label_of(one) for one in requirements_of(question.counts_for)]
        form.relationship.data = str(question.relationship_id or "")
        form.grade.data = GRADE_OF[answer.result].value if answer.result in GRADE_OF else None
    return _form_page(who, form, asked, 200)


@bp.post("/audits/<ref>/findings")
@guard(Capability.VIEW_ORGANIZATION)
def raise_(ref: str) -> ResponseReturnValue:
    """Write a finding: from the page, or in two taps from the walk."""
    session = current_session()
    who = access(session, actor(), ref)
    asked = question_at(session, who.audit.id, request.form.get("question", ""))
    if request.headers.get("X-Requested-With") == "fetch":
        if request.form.get("grade", "") not in {grade.value for grade in Grade}:
            raise Invalid(Text("Choose a grade first."), field="grade")
        found = raise_finding(
            session,
            actor=actor(),
            at=clock.now(),
            audit=who.audit,
            grade=Grade(request.form["grade"]),
            statement=_written(request.form.get("statement", "")),
            question_ids=[asked[0].id] if asked else [],
            auditee_id=_one_of(request.form.get("auditee", ""), _auditees(who)),
        )
        return jsonify(
            ref=found.ref,
            grade=found.grade.value,
            statement=found.statement,
            page=url_for("execution.finding", ref=found.ref),
        ), 201
    form = FindingForm()
    _choices(who, form, asked, ())
    if not form.validate():
        return _form_page(who, form, asked, 422)
    chosen = _requirements(form, who, asked, ())
    with form.taking_refusals() as outcome:
        found = raise_finding(
            session,
            actor=actor(),
            at=clock.now(),
            audit=who.audit,
            grade=Grade(form.grade.data),
            statement=form.statement.data or "",
            objective_evidence=form.objective_evidence.data or "",
            question_ids=[asked[0].id] if asked else [],
            relationship_id=UUID(form.relationship.data) if form.relationship.data else None,
            auditee_id=UUID(form.auditee.data) if form.auditee.data else None,
            requirements=chosen,
        )
    if not outcome.ok:
        who = access(session, actor(), ref)
        asked = question_at(session, who.audit.id, request.form.get("question", ""))
        return _form_page(who, form, asked, outcome.status)
    flash(gettext("Finding %(ref)s is saved.", ref=found.ref), "success")
    if asked:
        return redirect(f"{url_for('execution.walk', ref=ref)}#q{asked[0].position}")
    return redirect(url_for("execution.finding", ref=found.ref))


@bp.get("/findings/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def finding(ref: str) -> ResponseReturnValue:
    """One finding: grade, statement, requirements, objective evidence, the answers that support it."""
    session = current_session()
    row = finding_by_ref(session, actor(), ref)
    who = access(session, actor(), row.audit_ref)
    return _finding_page(who, row, WithdrawForm(formdata=None), 200)


@bp.route("/findings/<ref>/edit", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def edit(ref: str) -> ResponseReturnValue:
    """Change a draft finding."""
    session = current_session()
    row = finding_by_ref(session, actor(), ref)
    who = access(session, actor(), row.audit_ref)
    writable(session, actor(), who.audit)
    found = row[0]
    if request.method == "GET":
        form = FindingForm(
            formdata=None,
            grade=found.grade.value,
            statement=found.statement,
            objective_evidence=found.objective_evidence,
            requirements=[label_of(one) for one in found.requirements],
            relationship=str(found.relationship_id or ""),
            auditee=str(found.auditee_id or ""),
            version=found.version,
        )
        return _form_page(who, form, None, 200, found)
    form = FindingForm()
    _choices(who, form, None, found.requirements)
    status = 422
    if form.validate():
        chosen = _requirements(form, who, None, found.requirements)
        with form.taking_refusals() as outcome:
            edit_finding(
                session,
                actor=actor(),
                at=clock.now(),
                audit=who.audit,
                finding=found,
                version=form.version.data or 0,
                grade=Grade(form.grade.data),
                statement=form.statement.data or "",
                objective_evidence=form.objective_evidence.data or "",
                requirements=chosen,
                relationship_id=UUID(form.relationship.data) if form.relationship.data else None,
                auditee_id=UUID(form.auditee.data) if form.auditee.data else None,
            )
        if outcome.ok:
            flash(gettext("Finding %(ref)s is saved.", ref=ref), "success")
            return redirect(url_for("execution.finding", ref=ref))
        status = outcome.status
        row = finding_by_ref(session, actor(), ref)
        who = access(session, actor(), row.audit_ref)
        found = row[0]
        form.version.data = found.version  # compared with what stands there now, it can be saved again
    return _form_page(who, form, None, status, found)


@bp.route("/findings/<ref>/answers", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def support(ref: str) -> ResponseReturnValue:
    """Choose the answers that support a finding."""
    session = current_session()
    row = finding_by_ref(session, actor(), ref)
    who = access(session, actor(), row.audit_ref)
    rows = questions_for_choice(session, who.audit.id)
    if request.method == "POST":
        chosen = set(request.form.getlist("question"))
        set_support(
            session,
            actor=actor(),
            at=clock.now(),
            audit=who.audit,
            finding=row[0],
            question_ids=[one[0] for one in rows if str(one[0]) in chosen],
        )
        flash(gettext("Saved."), "success")
        return redirect(url_for("execution.finding", ref=ref))
    supports = {question.id for question, _ in support_of(session, row[0].id)}
    return render_template(
        "execution/support.html", found=row[0], rows=rows, supports=supports, **standing(who), **NAMES
    )


@bp.post("/findings/<ref>/withdraw")
@guard(Capability.VIEW_ORGANIZATION)
def withdraw(ref: str) -> ResponseReturnValue:
    """Withdraw it, with a reason."""
    session = current_session()
    row = finding_by_ref(session, actor(), ref)
    who = access(session, actor(), row.audit_ref)
    form = WithdrawForm()
    if not form.validate():
        return _finding_page(who, row, form, 422)
    withdraw_finding(
        session, actor=actor(), at=clock.now(), audit=who.audit, finding=row[0], reason=form.reason.data or ""
    )
    flash(gettext("Finding %(ref)s is withdrawn.", ref=ref), "success")
    return redirect(url_for("execution.finding", ref=ref))


def _written(text: str) -> str:
    """A statement that comes without a form, held to what forms hold every text to."""
    statement = clean(text) or ""
    if (wrong := text_fault(statement)) is not None:
        raise Invalid(wrong, field="statement")
    return statement


def _filters() -> Filters:
    grade, status = request.args.get("grade", ""), request.args.get("status", "")
    year = request.args.get("year", type=int)
    return Filters(
        grade=Grade(grade) if grade in {one.value for one in Grade} else None,
        status=FindingStatus(status) if status in {one.value for one in FindingStatus} else None,
        relationship=request.args.get("relationship", "")[:20],
        year=year if year is not None and 1970 <= year <= 9000 else None,  # noqa: PLR2004 - what a date can hold
        words=request.args.get("q", "").replace("\x00", "")[:200],
    )


def _auditees(who: Access) -> list[str]:
    return [str(member.person_id) for member in who.members if member.role is MemberRole.AUDITEE]


def _one_of(value: str, allowed: list[str]) -> UUID | None:
    return UUID(value) if value in allowed else None


def _choices(who: Access, form: FindingForm, asked: Any, present: Any) -> dict[str, dict[str, Any]]:
    """Fill the choices of a form; returns the requirements by their labels."""
    session = current_session()
    offered = {label_of(one): one for one in [*present, *requirement_choices(session, who.audit.id, asked)]}
    form.requirements.choices = [SelectChoice(label) for label in offered]
    sampled = relationships_of(session, actor(), audit_id=who.audit.id)
    form.relationship.choices = [SelectChoice("", gettext("None: it is about the system"))]
    form.relationship.choices += [SelectChoice(str(one.id), f"{one.ref} {one.name}") for one in sampled]
    form.auditee.choices = [SelectChoice("", gettext("Not said yet"))]
    form.auditee.choices += [
        SelectChoice(str(member.person_id), member.name)
        for member in who.members
        if member.role is MemberRole.AUDITEE
    ]
    return offered


def _requirements(form: FindingForm, who: Access, asked: Any, present: Any) -> list[dict[str, Any]]:
    offered = _choices(who, form, asked, present)
    return [offered[label] for label in form.requirements.data or [] if label in offered]


def _form_page(
    who: Access, form: FindingForm, asked: Any, status: int, found: Any = None
) -> ResponseReturnValue:
    _choices(who, form, asked, found.requirements if found else ())
    return render_template(
        "execution/finding_form.html",
        form=form,
        found=found,
        question=asked[0] if asked else None,
        **standing(who),
        **NAMES,
    ), status


def _finding_page(who: Access, row: Any, form: WithdrawForm, status: int) -> ResponseReturnValue:
    return render_template(
        "execution/finding.html",
        row=row,
        found=row[0],
        supports=support_of(current_session(), row[0].id),
        result_labels=RESULT_LABELS,
        form=form,
        may_change=who.may_write and row[0].status is FindingStatus.DRAFT,
        **standing(who),
        **NAMES,
    ), status
