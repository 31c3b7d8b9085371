"""Pages of the whole register: list, matrix, file, review."""

import tempfile
from collections.abc import Iterator

from flask import redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.sheets import Head, Value, write_sheet
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.forms import ReviewedForm
from auditapp.relationships.registers.pages import (
    asked,
    form_page,
    here,
    inside,
    list_url,
    page_number,
    register_page,
    take,
    today,
    words,
)
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.registers.risks import queries, rules, service
from auditapp.relationships.registers.risks.routes.base import LABELS, bp
from auditapp.relationships.registers.risks.rules import RiskKind
from auditapp.relationships.registers.rules import keeps
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.relationships.service import must_manage

IN_MEMORY = 1_000_000  # bytes; a larger file waits on the disk


SHOWN = ("open", "due", "occurred", "closed", "all")


def _wanted() -> queries.Wanted:
    show, sort = request.args.get("show", "open"), request.args.get("sort", "score")
    level = {
        name: found if (found := request.args.get(name, type=int)) in rules.LEVELS else None
        for name in ("likelihood", "impact")
    }
    return queries.Wanted(
        show=show if show in SHOWN else "open",
        kind=asked("kind", RiskKind),
        words=words(),
        owner_id=actor().person_id if request.args.get("owner") == "me" else None,
        treated=request.args.get("view") == "treated",
        sort=sort if sort in queries.SORTS else "score",
        **level,
    )


@bp.get("/relationships/<ref>/risks")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The register, the weightiest first."""
    found, session, wanted = here(ref), current_session(), _wanted()
    page = queries.list_risks(session, actor(), found.id, wanted, today=today(), page=page_number())
    return register_page(
        "risks/list.html",
        found,
        key=service.REVIEW,
        page=page,
        wanted=wanted,
        counts=queries.counts(session, actor(), found.id, today=today()),
        names=names_of(session, [one for row in page.rows for one in (row.owner_id, row.partner_owner_id)]),
        parties=party_names(session, found.id),
        may_add=not inside() or keeps(actor(), found.id),
        **LABELS,
    )


@bp.get("/relationships/<ref>/risks/matrix")
@guard(Capability.SIGNED_IN)
def matrix(ref: str) -> str:
    """How many stand where, by likelihood and impact; each cell leads to its rows."""
    found = here(ref)
    kind, treated = asked("kind", RiskKind) or RiskKind.RISK, request.args.get("view") == "treated"
    cells = queries.matrix(current_session(), actor(), found.id, kind=kind, treated=treated)
    return register_page(
        "risks/matrix.html", found, key=service.REVIEW, cells=cells, kind=kind, treated=treated, **LABELS
    )


@bp.get("/relationships/<ref>/risks/export.xlsx")
@guard(Capability.SIGNED_IN)
def export(ref: str) -> ResponseReturnValue:
    """What the address asks for, as an Excel sheet."""
    found, session = here(ref), current_session()
    parties = party_names(session, found.id)
    heads = [
        Head(label=label, width=width)
        for label, width in (
            (_("Number"), 14), (_("Kind"), 12), (_("What may happen"), 40), (_("Description"), 60), (_("Cause"), 40),
            (_("Effect"), 40), (_("Written by"), 24), (_("Our owner"), 20), (_("Owner on the partner's side"), 20),
            (_("Likelihood"), 10), (_("Impact"), 10), (_("Score"), 10), (_("Treatment"), 16), (_("What is done"), 50),
            (_("Treatment due by"), 12), (_("Likelihood with treatment"), 10), (_("Impact with treatment"), 10),
            (_("Score with treatment"), 10), (_("State"), 12), (_("Last reviewed"), 12), (_("Next review"), 12),
            (_("Who reads it"), 22),
        )
    ]  # fmt: skip

    def rows() -> Iterator[list[Value]]:
        for one, own, theirs in queries.every_risk(session, actor(), found.id, _wanted(), today=today()):
            yield [
                one.ref, str(rules.RISK_KIND_LABELS[one.kind]), one.title, one.description, one.cause, one.effect,
                parties.get(one.party_id, ""), own, theirs, one.likelihood, one.impact, one.scores.score,
                str(rules.TREATMENT_LABELS[one.treatment]), one.treatment_text, one.due_on, one.residual_likelihood,
                one.residual_impact, one.scores.residual, str(rules.RISK_STATE_LABELS[one.state]),
                one.last_reviewed_on, one.next_review_on, str(SHARING_LABELS[one.sharing]),
            ]  # fmt: skip

    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    write_sheet(heads, rows(), out, name=_("Risks"))
    out.seek(0)
    response = send_file(
        out,
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{_('risks')}-{found.ref}-{today().isoformat()}.xlsx",
        etag=False,
        max_age=0,
    )
    response.call_on_close(out.close)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/relationships/<ref>/risks/review")
@guard(Capability.VIEW_ORGANIZATION)
def walk(ref: str) -> ResponseReturnValue:
    """The next that is due; when none is, the end of the review."""
    found = here(ref)
    must_manage(actor(), found.id)
    due = queries.first_due(current_session(), actor(), found.id, today=today())
    if due is not None:
        return redirect(url_for("risks.review", ref=ref, risk_ref=due.ref, walk=1))
    return _finish_page(found, ReviewedForm(formdata=None, on=today()))


def _finish_page(found: Relationship, form: ReviewedForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Review the register"),
        back=(_("Risks"), list_url("risks.of_relationship", found)),
        button=_("The register was reviewed"),
        sections=[("", ["on", "outcome"])],
        status=status,
        lead=_("Nothing in the register waits for its review."),
    )


@bp.post("/relationships/<ref>/risks/review")
@guard(Capability.VIEW_ORGANIZATION)
def finish(ref: str) -> ResponseReturnValue:
    """The whole register was reviewed."""
    found, form = here(ref), ReviewedForm()
    must_manage(actor(), found.id)
    return take(
        form,
        lambda: service.review_register(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=found.id,
            on=form.on.data or today(),
            outcome=form.outcome.data or "",
        ),
        done=_("The review of the register is kept."),
        to=lambda _done: url_for("risks.of_relationship", ref=ref),
        again=lambda status: _finish_page(here(ref), form, status),
    )
