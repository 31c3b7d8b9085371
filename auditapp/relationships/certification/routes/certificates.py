"""Certificates: how they stand, what is printed on them, what the body decided."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.certification import queries, service
from auditapp.relationships.certification.forms import CertificateForm, DecisionForm, EndForm
from auditapp.relationships.certification.model import Certificate
from auditapp.relationships.certification.queries import Parts
from auditapp.relationships.certification.routes.base import WORDS, bp, common, keeps, today, verb_page
from auditapp.relationships.certification.rules import (
    HELD,
    SCHEME_LABELS,
    WINDOW_WORDS,
    DecisionKind,
    Phase,
    Scheme,
    Standing,
    VisitKind,
    Window,
)


@bp.get("/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """Every certificate with its state and what comes next, and what the body waits for."""
    session, who, day = current_session(), actor(), today()
    page = queries.list_certificates(session, who, request.args.get("page", 1, type=int))
    parts = queries.parts_of(session, [one.id for one in page.rows])
    return render_template(
        "certification/index.html",
        page=page,
        standings={one.id: queries.standing_of(one, parts[one.id], day) for one in page.rows},
        parts=parts,
        findings=queries.list_findings(session, who, show="open"),
        keeps=keeps(),
        today=day,
        **WORDS,
    )


@bp.get("/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def show(ref: str) -> str:
    """One certificate: its cycle, visits, findings, decisions."""
    session, who, day = current_session(), actor(), today()
    found = queries.certificate_by_ref(session, who, ref)
    parts = queries.parts_of(session, [found.id])[found.id]
    how = queries.standing_of(found, parts, day)
    asked = request.args.get("show", "open")
    return render_template(
        "certification/show.html",
        found=found,
        parts=parts,
        standing=how,
        steps=_steps(parts, how),
        windows=[_window(one) for one in how.windows],
        findings=queries.list_findings(
            session,
            who,
            certificate_id=found.id,
            show="all" if asked == "all" else "open",
            page=request.args.get("page", 1, type=int),
        ),
        shown=asked,
        keeps=keeps() and found.ended_on is None,
        may=keeps(),
        today=day,
        days={
            kind: _first(
                [
                    one.held_to or one.planned_from
                    for one in reversed(parts.visits)
                    if one.kind is kind and one.cancelled_on is None
                ]
            )
            for kind in (VisitKind.STAGE_1, VisitKind.STAGE_2)
        },
        **WORDS,
    )


def _first(days: list[date | None]) -> date | None:
    return days[0] if days else None


def _steps(parts: Parts, how: Standing) -> list[dict[str, Any]]:
    """The life of a certificate as a path: stages, decision, surveillance, recertification."""
    held = {one.kind: one.held_to for one in parts.visits if one.held_to and one.cancelled_on is None}
    decided = parts.decisions[-1].decided_on if parts.decisions else None
    steps: list[tuple[str, date | None, bool]] = []
    if not parts.decisions or len(parts.decisions) == 1:
        steps += [
            (_("Stage 1"), held.get(VisitKind.STAGE_1), VisitKind.STAGE_1 in held or decided is not None),
            (_("Stage 2"), held.get(VisitKind.STAGE_2), VisitKind.STAGE_2 in held or decided is not None),
        ]
    steps.append((_("Decision"), decided, decided is not None))
    windows = how.windows
    steps += [
        (
            _("Surveillance %(number)s", number=number),
            one.on if one.state in HELD else None,
            one.state in HELD,
        )
        for number, one in enumerate(windows, start=1)
    ]
    if not windows:
        steps.append((_("Surveillance"), None, False))
    steps.append((_("Recertification"), None, False))
    # Recertification may come while a visit is still missing; the first step not taken is where it stands.
    here = next((place for place, one in enumerate(steps) if not one[2]), len(steps) - 1)
    words = {"done": _("done"), "here": _("now"), "ahead": _("to come")}
    result = []
    for place, (name, at, taken) in enumerate(steps):
        state = "done" if taken else "here" if place == here and how.phase is not Phase.ENDED else "ahead"
        result.append({"name": name, "state": state, "word": words[state], "at": at})
    return result


def _window(one: Window) -> dict[str, Any]:
    word, tone = WINDOW_WORDS[one.state]
    return {
        "name": _("First, within twelve months")
        if one.year is None
        else _("In the year %(year)s", year=one.year),
        "earliest": one.earliest,
        "latest": one.latest,
        "word": word,
        "state": tone,
        "on": one.on,
    }


def _values(form: CertificateForm) -> dict[str, Any]:
    return {
        "scheme": Scheme(form.scheme.data),
        "body": form.body.data or "",
        "number": form.number.data or "",
        "scope": form.scope.data or "",
        "note": form.note.data or "",
    }


def _here(found: Certificate) -> tuple[str, str]:
    return f"{found.ref} {SCHEME_LABELS[found.scheme]}", url_for("certification.show", ref=found.ref)


@bp.route("/new", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def new() -> ResponseReturnValue:
    """A certificate, or the wish for one."""
    form = CertificateForm() if request.method == "POST" else CertificateForm(formdata=None)
    made: list[Certificate] = []
    return verb_page(
        form,
        lambda: made.append(
            service.add_certificate(current_session(), actor=actor(), at=clock.now(), **_values(form))
        ),
        version=lambda: 0,
        done=_("Added. Now enter the visits of the body."),
        to=lambda: url_for("certification.show", ref=made[0].ref),
        title=_("Add a certificate"),
        button=_("Add it"),
        back=(_("Certificate"), url_for("certification.index")),
        leads=[
            _(
                "Enter the one you hold, or the one you are preparing for. Its days come with visits and decisions."
            )
        ],
    )


@bp.route("/<ref>/edit", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def edit(ref: str) -> ResponseReturnValue:
    """What is printed on it."""
    session = current_session()
    found = queries.certificate_by_ref(session, actor(), ref)
    form = CertificateForm() if request.method == "POST" else CertificateForm(formdata=None, obj=found)
    if request.method == "GET":
        form.scheme.data = found.scheme.value
    return verb_page(
        form,
        lambda: service.edit_certificate(session, ref=ref, **common(form), **_values(form)),
        version=lambda: queries.certificate_by_ref(session, actor(), ref).version,
        done=_("The changes are kept."),
        to=lambda: url_for("certification.show", ref=ref),
        title=_("Edit %(ref)s", ref=ref),
        button=_("Keep the changes"),
        back=_here(found),
    )


@bp.route("/<ref>/decision", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def decide(ref: str) -> ResponseReturnValue:
    """The body decided."""
    session = current_session()
    found = queries.certificate_by_ref(session, actor(), ref)
    earlier = queries.parts_of(session, [found.id])[found.id].decisions
    form = DecisionForm() if request.method == "POST" else DecisionForm(formdata=None)
    form.offer(first=not earlier)
    if request.method == "GET":
        lapsed = bool(earlier) and today() > earlier[-1].expires_on
        kind = DecisionKind.RESTORED if lapsed else DecisionKind.RECERTIFICATION
        form.kind.data = (kind if earlier else DecisionKind.INITIAL).value
    return verb_page(
        form,
        lambda: service.record_decision(
            session,
            ref=ref,
            kind=DecisionKind(form.kind.data),
            decided_on=form.decided_on.data or today(),
            expires_on=form.expires_on.data,
            note=form.note.data or "",
            **common(form),
        ),
        version=lambda: queries.certificate_by_ref(session, actor(), ref).version,
        done=_("Entered. What the body has to come for, and until when, is counted from this day."),
        to=lambda: url_for("certification.show", ref=ref),
        title=_("Enter a decision of the body"),
        button=_("Enter it"),
        back=_here(found),
    )


@bp.route("/<ref>/decision/correct", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def correct(ref: str) -> ResponseReturnValue:
    """Correct the newest decision."""
    session = current_session()
    found = queries.certificate_by_ref(session, actor(), ref)
    earlier = queries.parts_of(session, [found.id])[found.id].decisions
    if not earlier:
        return redirect(url_for("certification.decide", ref=ref))
    row = earlier[-1]
    form = DecisionForm() if request.method == "POST" else DecisionForm(formdata=None, obj=row)
    form.offer(first=len(earlier) == 1)
    if request.method == "GET":
        form.kind.data = row.kind.value
    return verb_page(
        form,
        lambda: service.correct_decision(
            session,
            ref=ref,
            kind=DecisionKind(form.kind.data),
            decided_on=form.decided_on.data or today(),
            expires_on=form.expires_on.data,
            note=form.note.data or "",
            **common(form),
        ),
        version=lambda: queries.parts_of(session, [found.id])[found.id].decisions[-1].version,
        done=_("Corrected."),
        to=lambda: url_for("certification.show", ref=ref),
        title=_("Correct the newest decision"),
        button=_("Correct it"),
        back=_here(found),
        leads=[_("Earlier decisions stand as they are.")],
    )


@bp.route("/<ref>/end", methods=["GET", "POST"])
@guard(Capability.MANAGE_SETTINGS)
def end(ref: str) -> ResponseReturnValue:
    """It is given up, or was withdrawn."""
    session = current_session()
    found = queries.certificate_by_ref(session, actor(), ref)
    form = EndForm() if request.method == "POST" else EndForm(formdata=None, on=today())
    return verb_page(
        form,
        lambda: service.end_certificate(
            session, ref=ref, on=form.on.data or today(), reason=form.reason.data or "", **common(form)
        ),
        version=lambda: queries.certificate_by_ref(session, actor(), ref).version,
        done=_("%(ref)s has ended: nothing of it is due any more.", ref=ref),
        to=lambda: url_for("certification.show", ref=ref),
        title=_("%(ref)s is given up or was withdrawn", ref=ref),
        button=_("End %(ref)s", ref=ref),
        back=_here(found),
        leads=[_("Everything stays readable. It can be taken back.")],
        danger=True,
    )


@bp.post("/<ref>/resume")
@guard(Capability.MANAGE_SETTINGS)
def resume(ref: str) -> ResponseReturnValue:
    """It was ended by mistake."""
    version = request.form.get("version", "")
    service.resume_certificate(
        current_session(),
        actor=actor(),
        at=clock.now(),
        ref=ref,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1,  # noqa: PLR2004
    )
    flash(_("%(ref)s goes on where it stood.", ref=ref), "success")
    return redirect(url_for("certification.show", ref=ref))
