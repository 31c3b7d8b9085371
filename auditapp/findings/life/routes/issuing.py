"""Issuing a draft, acknowledging it, naming somebody else."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.execution.rules import Grade
from auditapp.audits.plan.rules import Candidate
from auditapp.audits.plan.rules.team import conflict_words, lacking
from auditapp.findings.blueprint import bp
from auditapp.findings.life import service
from auditapp.findings.life.forms import IssueForm, ReassignForm
from auditapp.findings.life.queries import default_verifier, suggested_responsible, verifier_choices
from auditapp.findings.life.routes.base import back, common, find, pressed, verb_page
from auditapp.findings.model import Nonconformity
from auditapp.findings.queries import requirements_of
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability


@bp.route("/nonconformities/<ref>/issue", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def issue(ref: str) -> ResponseReturnValue:
    """Hand a draft to whoever answers for it."""

    def offer(nc: Nonconformity, form: IssueForm) -> None:
        found = verifier_choices(current_session(), nc, clock.now())
        form.offer(
            [(one, name) for one, name in person_names(current_session())],
            [(one.person_id, _verifier_label(one)) for one in found],
        )

    def fill(nc: Nonconformity, form: IssueForm) -> None:
        session = current_session()
        form.grade.data = nc.grade.value
        form.responsible_id.data = nc.responsible_id or suggested_responsible(session, nc)
        form.deputy_id.data = nc.deputy_id
        form.verifier_id.data = nc.verifier_id or default_verifier(session, nc, clock.now())

    def command(nc: Nonconformity, form: IssueForm) -> None:
        service.issue_nonconformity(
            current_session(),
            **common(nc, form),
            responsible_id=form.responsible_id.data,
            deputy_id=form.deputy_id.data,
            verifier_id=form.verifier_id.data,
            grade=Grade(form.grade.data),
            verifier_reason=form.verifier_reason.data or "",
            reviewer_id=form.reviewer_id.data,
        )

    def shown(nc: Nonconformity) -> dict[str, Any]:
        session = current_session()
        return {
            "requirements": requirements_of(session, [nc.id])[nc.id],
            "candidates": verifier_choices(session, nc, clock.now()),
            "lacking": lacking,
            "conflict_words": conflict_words,
        }

    return verb_page(
        ref,
        NcVerb.ISSUE,
        IssueForm,
        command,
        _("%(ref)s is issued."),
        template="findings/life/issue.html",
        offer=offer,
        fill=fill,
        shown=shown,
    )


def _verifier_label(who: Candidate) -> str:
    if who.conflicts:
        return _("%(name)s – not independent: %(conflict)s", name=who.name, conflict=conflict_words(who))
    if not who.able:
        return _("%(name)s – independent; competence to be looked at", name=who.name)
    return _("%(name)s – independent", name=who.name)


@bp.post("/nonconformities/<ref>/acknowledge")
@guard(Capability.VIEW_ORGANIZATION)
def acknowledge(ref: str) -> ResponseReturnValue:
    """Take it on."""
    nc = find(ref)
    service.acknowledge(current_session(), **pressed(nc))
    return back(nc, _("%(ref)s is acknowledged. Thank you."))


@bp.route("/nonconformities/<ref>/reassign", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def reassign(ref: str) -> ResponseReturnValue:
    """Somebody else answers for it."""

    def offer(_nc: Nonconformity, form: ReassignForm) -> None:
        form.offer_people([(one, name) for one, name in person_names(current_session())])

    def fill(nc: Nonconformity, form: ReassignForm) -> None:
        form.responsible_id.data = nc.responsible_id
        form.deputy_id.data = nc.deputy_id

    def command(nc: Nonconformity, form: ReassignForm) -> None:
        service.reassign(
            current_session(),
            **common(nc, form),
            responsible_id=form.responsible_id.data,
            deputy_id=form.deputy_id.data,
            reason=form.reason.data or "",
        )

    return verb_page(
        ref,
        NcVerb.REASSIGN,
        ReassignForm,
        command,
        _("It is recorded who answers for %(ref)s."),
        offer=offer,
        fill=fill,
        shown=lambda nc: {
            "title": _("Who answers for %(ref)s", ref=nc.ref),
            "leads": [_("Deadlines do not change with it. Whoever verifies it cannot answer for it.")],
            "submit_label": _("Save"),
        },
    )
