"""Correction and containment, criteria of the check, submitting the work, the reply to a certification body."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.findings.blueprint import bp
from auditapp.findings.life import service
from auditapp.findings.life.forms import ContainForm, CriteriaForm, NoteForm, ReplyForm
from auditapp.findings.life.queries import actions_of, check_of
from auditapp.findings.life.routes.base import common, verb_page
from auditapp.findings.model import Nonconformity
from auditapp.findings.queries import policy, zone_of
from auditapp.findings.rules.action import ACTION_STATUS_LABELS, ACTION_TONES
from auditapp.findings.rules.nonconformity import NcVerb
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.rules import Capability


@bp.route("/nonconformities/<ref>/contain", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def contain(ref: str) -> ResponseReturnValue:
    """What was put right at once, and what keeps it from doing harm."""

    def command(nc: Nonconformity, form: ContainForm) -> None:
        service.contain(
            current_session(),
            **common(nc, form),
            correction=form.correction.data or "",
            containment=form.containment.data or "",
        )

    def fill(nc: Nonconformity, form: ContainForm) -> None:
        form.correction.data = nc.correction
        form.containment.data = nc.containment

    return verb_page(
        ref,
        NcVerb.CONTAIN,
        ContainForm,
        command,
        _("Correction and containment of %(ref)s are recorded."),
        fill=fill,
        shown=lambda nc: {
            "title": _("Correction and containment of %(ref)s", ref=nc.ref),
            "leads": [_("Write one of the two at least. The cause comes next: this is what helps today.")],
            "submit_label": _("Record it"),
        },
    )


@bp.route("/nonconformities/<ref>/criteria", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def set_criteria(ref: str) -> ResponseReturnValue:
    """By what the effect will be judged, written in advance."""

    def command(nc: Nonconformity, form: CriteriaForm) -> None:
        service.set_criteria(
            current_session(),
            **common(nc, form),
            criteria=form.criteria.data or "",
            not_before=form.not_before.data,
        )

    def fill(nc: Nonconformity, form: CriteriaForm) -> None:
        row = check_of(current_session(), nc)
        form.criteria.data = row.criteria if row else ""
        form.not_before.data = row.not_before if row else None

    def shown(_nc: Nonconformity) -> dict[str, object]:
        wait = policy(current_session()).effectiveness_days
        return {
            "title": _("Criteria of the effectiveness check"),
            "leads": [
                _("They are written before the work is done, so that nobody can fit them to the result."),
                _("Usual here: a check about %(days)s days after the work is verified.", days=wait),
            ],
            "submit_label": _("Save the criteria"),
            "rows": 5,
        }

    return verb_page(
        ref,
        NcVerb.SET_CRITERIA,
        CriteriaForm,
        command,
        _("The criteria of the effectiveness check are written down."),
        fill=fill,
        shown=shown,
    )


@bp.route("/nonconformities/<ref>/submit-work", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def submit_work(ref: str) -> ResponseReturnValue:
    """Everything is done: the verifier looks at it."""

    def command(nc: Nonconformity, form: NoteForm) -> None:
        service.submit_work(current_session(), **common(nc, form), note=form.note.data or "")

    return verb_page(
        ref,
        NcVerb.SUBMIT_WORK,
        NoteForm,
        command,
        _("The work on %(ref)s is submitted."),
        template="findings/life/submit_work.html",
        shown=lambda nc: {
            "actions": actions_of(current_session(), nc),
            "action_labels": ACTION_STATUS_LABELS,
            "action_tones": ACTION_TONES,
        },
    )


@bp.route("/nonconformities/<ref>/reply", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def record_reply(ref: str) -> ResponseReturnValue:
    """The certification body was answered."""

    def command(nc: Nonconformity, form: ReplyForm) -> None:
        service.record_reply(current_session(), **common(nc, form), replied_on=form.replied_on.data)

    def fill(nc: Nonconformity, form: ReplyForm) -> None:
        today = clock.day_in(zone_of(current_session()), clock.now())
        form.replied_on.data = nc.replied_on or today

    return verb_page(
        ref,
        NcVerb.RECORD_REPLY,
        ReplyForm,
        command,
        _("The reply on %(ref)s is recorded."),
        fill=fill,
        shown=lambda nc: {
            "title": _("Reply to %(body)s", body=nc.body_name or _("the certification body")),
            "leads": [_("Their reference: %(ref)s", ref=nc.body_ref)] if nc.body_ref else [],
            "submit_label": _("Record the reply"),
        },
    )
