"""The coverage table, and what the programme proposes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.model import Programme
from auditapp.audits.plan.queries import names_of
from auditapp.audits.programme import service
from auditapp.audits.programme.forms import DismissForm
from auditapp.audits.programme.queries import (
    Coverage,
    RelationshipLine,
    audits_of,
    clause_coverage,
    clause_editions,
    dismissals_of,
    programme_by_ref,
    propose_audits,
    stage_coverage,
)
from auditapp.audits.programme.routes.base import bp, today
from auditapp.audits.programme.rules import Row, Tally, gaps, table, tally, years_of
from auditapp.checklists.model import Edition
from auditapp.checklists.queries import libraries
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability

SYSTEM = "system"  # in the address: only the management system


@bp.get("/<ref>/coverage")
@guard(Capability.VIEW_ORGANIZATION)
def coverage(ref: str) -> str:
    """What was looked at, is planned, or is left out; by relationship, stage or clause, and year."""
    seen = look(
        programme_by_ref(current_session(), ref),
        by=request.args.get("by", "relationship"),
        where=request.args.get("only", "")[:20],
    )
    return render_template("programme/coverage.html", **seen.__dict__)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The coverage of a programme, as its page shows it. ``by``: relationship, stage, or the key of a checklist.

    ``only``: a relationship's number or :data:`SYSTEM`, empty for everywhere; ``uncovered``: where, and what there.
    """

    programme: Programme
    by: str
    only: str
    checklists: dict[str, str]
    relationships: Sequence[RelationshipLine]
    rows: Sequence[Row]
    years: Sequence[int]
    whole: Tally
    uncovered: Sequence[tuple[str, list[str]]]
    by_subject: bool


def look(programme: Programme, *, by: str, where: str) -> Seen:
    """Work the coverage out; what is not known in ``by`` and ``where`` is left out. Fifteen statements at most."""
    session = current_session()
    editions = clause_editions(session, audits_of(session, programme))
    chosen = next((one for one in editions if one.library_key == by), None)
    found = (
        clause_coverage(session, programme, chosen.library_key, today())
        if chosen is not None
        else stage_coverage(session, programme, today())
    )
    ids = {one.ref: one.id for one in found.relationships}
    only: set[UUID | None] | None = {None} if where == SYSTEM else {ids[where]} if where in ids else None
    by_subject = chosen is not None or by == "stage"
    headings = found.by_subject(only) if by_subject else found.by_target(_("Management system"))
    years = years_of(programme.starts_on, programme.ends_on)
    pairs = [pair for pair in found.pairs() if only is None or pair[1] in only]
    return Seen(
        programme=programme,
        by=chosen.library_key if chosen else "stage" if by_subject else "relationship",
        only=where if only is not None else "",
        checklists=_codes(editions),
        relationships=found.relationships,
        rows=table(headings, found.done, found.planned, years),
        years=years,
        whole=tally(pairs, found.done, found.planned),
        uncovered=_uncovered(found, pairs),
        by_subject=by_subject,
    )


def _uncovered(found: Coverage, pairs: list[tuple[str, UUID | None]]) -> list[tuple[str, list[str]]]:
    """(where, what is neither done nor planned there), the management system first."""
    names: dict[UUID | None, str] = {None: _("Management system")}
    names |= {one.id: f"{one.ref} {one.name}" for one in found.relationships}
    missing = {gap.target: gap.subjects for gap in gaps(pairs, found.done, found.planned)}
    return [
        (name, [found.short[subject] for subject in missing[target]])
        for target, name in names.items()
        if target in missing
    ]


def _codes(editions: list[Edition]) -> dict[str, str]:
    """What to call a checklist on a tab: its standard, in short."""
    found = libraries(current_session(), [one.id for one in editions]) if editions else []
    return {one.id: one.standard.code if one.standard else one.title for one in found}


@bp.get("/<ref>/proposals")
@guard(Capability.MANAGE_PROGRAMME)
def proposals(ref: str) -> str:
    """Audits the programme should have, with their reasons."""
    return _proposals_page(programme_by_ref(current_session(), ref))


def _proposals_page(programme: Programme, form: DismissForm | None = None) -> str:
    session = current_session()
    dismissed = dismissals_of(session, programme.id)
    return render_template(
        "programme/proposals.html",
        programme=programme,
        proposals=propose_audits(session, programme, today=today()),
        dismissed=dismissed,
        names=names_of(session, {one.dismissed_by_id for one in dismissed}),
        form=form or DismissForm(formdata=None),
    )


@bp.post("/<ref>/proposals/accept")
@guard(Capability.MANAGE_PROGRAMME)
def accept(ref: str) -> ResponseReturnValue:
    """Plan the proposed audit; it is changed on its own page."""
    programme = programme_by_ref(current_session(), ref)
    audit = service.accept_proposal(
        current_session(),
        actor=actor(),
        at=clock.now(),
        programme=programme,
        key=request.form.get("key", ""),
    )
    flash(
        _(
            "%(ref)s is planned from the proposal. Change what does not fit, then name the team.",
            ref=audit.ref,
        ),
        "success",
    )
    return redirect(url_for("plan.edit" if "change" in request.form else "plan.show", ref=audit.ref))


@bp.post("/<ref>/proposals/dismiss")
@guard(Capability.MANAGE_PROGRAMME)
def dismiss(ref: str) -> ResponseReturnValue:
    """Set a proposal aside, with a reason."""
    programme = programme_by_ref(current_session(), ref)
    form = DismissForm()
    if not form.validate():
        return _proposals_page(programme, form), 422
    with form.taking_refusals() as outcome:
        service.dismiss_proposal(
            current_session(),
            actor=actor(),
            at=clock.now(),
            programme=programme,
            key=form.key.data or "",
            reason=form.reason.data or "",
        )
    if not outcome.ok:
        return _proposals_page(programme_by_ref(current_session(), ref), form), outcome.status
    flash(_("The proposal is set aside. It comes back when there is something new."), "success")
    return redirect(url_for("programme.proposals", ref=programme.ref))


@bp.post("/<ref>/proposals/<uuid:dismissal_id>/back")
@guard(Capability.MANAGE_PROGRAMME)
def bring_back(ref: str, dismissal_id: UUID) -> ResponseReturnValue:
    """Propose a dismissed audit again."""
    programme = programme_by_ref(current_session(), ref)
    service.bring_back(
        current_session(), actor=actor(), at=clock.now(), programme=programme, dismissal_id=dismissal_id
    )
    return redirect(url_for("programme.proposals", ref=programme.ref))
