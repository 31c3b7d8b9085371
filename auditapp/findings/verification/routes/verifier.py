"""Naming who verifies."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.audits.plan.rules import Candidate
from auditapp.audits.plan.rules.team import conflict_words
from auditapp.findings.blueprint import bp
from auditapp.findings.life.queries import verifier_choices
from auditapp.findings.life.routes.base import common, verb_page
from auditapp.findings.model import Nonconformity
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.findings.verification import service
from auditapp.findings.verification.forms import VerifierForm
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.queries import names_of, person_names
from auditapp.people.rules import Capability


@bp.route("/nonconformities/<ref>/verifier", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def assign_verifier(ref: str) -> ResponseReturnValue:
    """Choose among those who are able, the independent ones first."""

    def offer(nc: Nonconformity, form: VerifierForm) -> None:
        session = current_session()
        answering = {nc.responsible_id, nc.deputy_id}
        found = [one for one in verifier_choices(session, nc, clock.now()) if one.person_id not in answering]
        choices = [(one.person_id, _label(one)) for one in found]
        if nc.verifier_id is not None and nc.verifier_id not in {one.person_id for one in found}:
            name = names_of(session, [nc.verifier_id]).get(nc.verifier_id, "")
            choices.append((nc.verifier_id, name))
        form.offer(list(choices), list(person_names(session)))

    def fill(nc: Nonconformity, form: VerifierForm) -> None:
        form.verifier_id.data = nc.verifier_id
        form.reason.data = nc.verifier_reason
        form.reviewer_id.data = nc.verifier_reviewer_id

    def command(nc: Nonconformity, form: VerifierForm) -> None:
        service.assign_verifier(
            current_session(),
            **common(nc, form),
            verifier_id=form.verifier_id.data,
            reason=form.reason.data or "",
            reviewer_id=form.reviewer_id.data,
        )

    def shown(nc: Nonconformity) -> dict[str, Any]:
        answering = {nc.responsible_id, nc.deputy_id}
        return {
            "candidates": [
                one
                for one in verifier_choices(current_session(), nc, clock.now())
                if one.person_id not in answering
            ],
            "conflict_words": conflict_words,
        }

    return verb_page(
        ref,
        NcVerb.ASSIGN_VERIFIER,
        VerifierForm,
        command,
        _("Who verifies %(ref)s is kept."),
        template="findings/verification/verifier.html",
        offer=offer,
        fill=fill,
        shown=shown,
    )


def _label(who: Candidate) -> str:
    if not who.conflicts:
        return who.name
    return _("%(name)s (not independent: %(why)s)", name=who.name, why=conflict_words(who))
