"""Agreeing to a version, objecting to it, putting it in force."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.base import SeenForm, parties, party_of
from auditapp.relationships.exits.forms.strategy import (
    AgreeForm,
    InForceForm,
    ObjectForm,
    ReasonForm,
    RecordAgreementForm,
)
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.routes.base import blank, bp, form_page, need, version_here

SPEAKERS = Text(
    "A party agrees by its Senior Executive Responsible, or by its relationship manager. Ask one of them."
)


def _back(reader: Reader, number: int) -> dict[str, Any]:
    return {
        "back": url_for("exits.version", ref=reader.relationship.ref, number=number),
        "back_label": _("Version %(number)s", number=number),
    }


def _seen(form: SeenForm, version: int) -> None:
    form.seen.data = form.seen.data or str(version)


@bp.route("/versions/<int:number>/agree", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def agree(ref: str, number: int) -> ResponseReturnValue:
    """Agree for one's own party."""
    reader, strategy, found = version_here(ref, number)
    need(reader.decides or reader.speaks, SPEAKERS)
    form = blank(AgreeForm)
    _seen(form, found.version)
    return form_page(
        reader,
        form,
        lambda: service.agree(
            current_session(),
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            note=form.note.data or "",
            seen=form.version,
        ),
        title=_("Agree to version %(number)s", number=number),
        submit=_("Agree for %(party)s", party=reader.party(reader.party_id)),
        done=_("You agreed for %(party)s.", party=reader.party(reader.party_id)),
        leads=[
            _(
                "You agree to the text as it stands. If it changes afterwards, the agreement lapses and you are asked again."
            )
        ],
        **_back(reader, number),
    )


@bp.route("/versions/<int:number>/object", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def object_to(ref: str, number: int) -> ResponseReturnValue:
    """Say what should change."""
    reader, strategy, found = version_here(ref, number)
    need(reader.decides or reader.speaks, SPEAKERS)
    form = blank(ObjectForm)
    _seen(form, found.version)
    back = _back(reader, number)
    return form_page(
        reader,
        form,
        lambda: service.object_to(
            current_session(),
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            note=form.note.data or "",
            seen=form.version,
        ),
        title=_("Ask for a change"),
        submit=_("Ask for a change"),
        done=_("It is a draft again, with what you want changed. You are asked again when it is submitted."),
        to=lambda: url_for("exits.of_relationship", ref=ref),
        **back,
    )


@bp.route("/versions/<int:number>/record-agreement", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def record_agreement(ref: str, number: int) -> ResponseReturnValue:
    """Record that a partner agreed elsewhere."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    form = blank(RecordAgreementForm, on=reader.today)
    _seen(form, found.version)
    form.party.choices = parties(reader, own=False)

    def do() -> None:
        assert form.on.data is not None  # noqa: S101 - InputRequired
        party = party_of(form.party.data)
        if party is None:
            raise Refusal(Text("Choose the partner who agreed."))
        service.record_agreement(
            current_session(),
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            party_id=party,
            on=form.on.data,
            reference=form.reference.data or "",
            seen=form.version,
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Record a partner’s agreement"),
        submit=_("Record it"),
        done=_("The agreement is recorded."),
        leads=[
            _(
                "For an agreement that was given elsewhere. The partner’s own contacts can also agree here, signed in."
            )
        ],
        **_back(reader, number),
    )


@bp.route("/versions/<int:number>/in-force", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def put_in_force(ref: str, number: int) -> ResponseReturnValue:
    """From when it holds."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    form = blank(InForceForm, on=reader.today)
    _seen(form, found.version)

    def do() -> None:
        assert form.on.data is not None  # noqa: S101 - InputRequired
        service.put_in_force(
            current_session(),
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            on=form.on.data,
            seen=form.version,
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Put version %(number)s in force", number=number),
        submit=_("Put it in force"),
        done=_("Version %(number)s is in force.", number=number),
        leads=[_("The version before it is superseded and stays readable.")],
        to=lambda: url_for("exits.of_relationship", ref=ref),
        **_back(reader, number),
    )


@bp.route("/versions/<int:number>/withdraw", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def withdraw(ref: str, number: int) -> ResponseReturnValue:
    """Put away a version that is being worked on."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    form = blank(ReasonForm)
    _seen(form, found.version)
    return form_page(
        reader,
        form,
        lambda: service.withdraw(
            current_session(),
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            reason=form.reason.data or "",
            seen=form.version,
        ),
        title=_("Withdraw version %(number)s", number=number),
        submit=_("Withdraw version %(number)s", number=number),
        done=_("Version %(number)s is withdrawn. What is in force stays so.", number=number),
        kind="danger",
        to=lambda: url_for("exits.of_relationship", ref=ref),
        **_back(reader, number),
    )
