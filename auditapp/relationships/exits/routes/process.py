"""Pages of a started exit: how it stands, the parties' words, notices, the closing evaluation, its completion."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.base import OWN, parties, party_of
from auditapp.relationships.exits.forms.process import (
    AnswerForm,
    CompleteForm,
    EvaluationForm,
    NoticeForm,
)
from auditapp.relationships.exits.forms.strategy import ReasonForm
from auditapp.relationships.exits.model import ExitProcess
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.queries.process import (
    awaited_in,
    consents_of,
    evaluations_of,
    may_read,
    process_by_ref,
)
from auditapp.relationships.exits.queries.process_page import process_page
from auditapp.relationships.exits.routes.base import blank, bp, form_page, here, need
from auditapp.relationships.exits.routes.overview import WORDS
from auditapp.relationships.exits.rules.process import AGAIN_LABELS, STEP_LABELS, Again, ExitStatus
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import options

SPEAKERS = Text(
    "For a party speaks its Senior Executive Responsible, or its relationship manager. Ask one of them."
)


def process_here(ref: str, number: str) -> tuple[Reader, ExitProcess]:
    """The reader and an exit."""
    reader = here(ref)
    return reader, process_by_ref(current_session(), reader, number)


def back_to(ref: str, number: str, anchor: str = "") -> dict[str, Any]:
    """Back to the page of an exit."""
    return {
        "back": url_for("exits.process", ref=ref, number=number, _anchor=anchor or None),
        "back_label": number,
    }


@bp.get("/process/<number>")
@guard(Capability.SIGNED_IN)
def process(ref: str, number: str) -> str:
    """How an exit stands: steps, words of the parties, notices, evaluations."""
    reader, found = process_here(ref, number)
    shown = process_page(current_session(), reader, found)
    return render_template(
        "exits/process.html",
        shown=shown,
        reader=reader,
        found=reader.relationship,
        process=found,
        step_labels=STEP_LABELS,
        again_labels=AGAIN_LABELS,
        **WORDS,
    )


@bp.route("/process/<number>/answer", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def answer(ref: str, number: str) -> ResponseReturnValue:
    """A party's word: on a joint exit that was proposed, or on calling one off."""
    reader, found = process_here(ref, number)
    need(reader.decides or reader.speaks, SPEAKERS)
    session = current_session()
    calling = found.status is ExitStatus.CALLING_OFF
    waiting = awaited_in(reader, found, consents_of(session, found))
    form = blank(AnswerForm)
    offered = (
        parties(reader)
        if reader.manages
        else [one for one in parties(reader) if party_of(str(one.value)) == reader.party_id]
    )
    form.party.choices = [one for one in offered if party_of(str(one.value)) in waiting] or offered
    form.agreed.choices = options(
        [("yes", _("Call it off: we stay together")), ("no", _("The exit goes on"))]
        if calling
        else [("yes", _("We agree to the exit")), ("no", _("We do not agree"))]
    )
    if not reader.inside:
        del form.reference

    def do() -> None:
        say = service.answer_call_off if calling else service.answer_exit
        say(
            session,
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=found,
            party_id=party_of(form.party.data),
            agreed=form.agreed.data == "yes",
            reference=(form.reference.data or "") if "reference" in form else "",
            note=form.note.data or "",
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Call the exit off?") if calling else _("Joint exit: your word"),
        submit=_("Record the word"),
        done=_("The word is recorded."),
        leads=[found.call_off_reason if calling else found.reason],
        **back_to(ref, number),
    )


@bp.route("/process/<number>/take-back", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def take_back(ref: str, number: str) -> ResponseReturnValue:
    """Take back a proposal before it is answered."""
    reader, found = process_here(ref, number)
    need((reader.decides or reader.speaks) and reader.party_id == found.initiated_party_id, SPEAKERS)
    form = blank(ReasonForm)
    return form_page(
        reader,
        form,
        lambda: service.take_back(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=found,
            reason=form.reason.data or "",
        ),
        title=_("Take back %(number)s", number=number),
        submit=_("Take back %(number)s", number=number),
        done=_("The proposal is taken back."),
        kind="danger",
        **back_to(ref, number),
    )


@bp.route("/process/<number>/call-off", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def call_off(ref: str, number: str) -> ResponseReturnValue:
    """Ask to stay together after all."""
    reader, found = process_here(ref, number)
    need(reader.decides or reader.speaks, SPEAKERS)
    form = blank(ReasonForm)
    return form_page(
        reader,
        form,
        lambda: service.ask_call_off(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=found,
            reason=form.reason.data or "",
        ),
        title=_("Call off %(number)s", number=number),
        submit=_("Ask to call off %(number)s", number=number),
        done=_("It is called off when every party agrees. Until then the exit goes on."),
        leads=[
            _(
                "An exit is called off by a joint decision: every party has to agree. Say why you should stay together."
            )
        ],
        **back_to(ref, number),
    )


@bp.route("/process/<number>/notices", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def notice(ref: str, number: str) -> ResponseReturnValue:
    """Record a notice."""
    reader, found = process_here(ref, number)
    need(reader.decides or reader.speaks, SPEAKERS)
    form = blank(NoticeForm, on=reader.today, party=str(reader.party_id or OWN))
    form.party.choices = [
        one for one in parties(reader) if reader.inside or party_of(str(one.value)) == reader.party_id
    ]

    def do() -> None:
        assert form.on.data is not None  # noqa: S101 - InputRequired
        service.record_notice(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=found,
            party_id=party_of(form.party.data),
            on=form.on.data,
            route=form.route.data or "",
            reference=form.reference.data or "",
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Record a notice"),
        submit=_("Record the notice"),
        done=_("The notice is recorded. Link what proves it."),
        **back_to(ref, number, "notices"),
    )


@bp.route("/process/<number>/evaluation/<party>", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def evaluation(ref: str, number: str, party: str) -> ResponseReturnValue:
    """The closing evaluation of one party; a contact writes their own party's only."""
    reader, found = process_here(ref, number)
    party_id: UUID | None = party_of(party)
    if party_id is None and party != OWN:
        raise NotFound
    if not reader.inside and party_id != reader.party_id:
        raise NotFound
    if (
        reader.inside
        and party_id is not None
        and party_id not in {one.id for one in reader.relationship.partners}
    ):
        raise NotFound
    recording = reader.inside and party_id is not None
    need(reader.runs and (reader.manages if recording else reader.decides or not reader.inside))
    there = evaluations_of(current_session(), found).get(party_id)
    if there is not None and not may_read(reader, there):
        raise NotFound
    form = blank(
        EvaluationForm,
        worked=there.worked if there else "",
        lessons=there.lessons if there else "",
        value_reached=there.value_reached if there else "",
        future=there.future if there else "",
        again=there.again.value if there and there.again else None,
        sharing=(there.sharing if there else Sharing.INTERNAL).value,
        reference=there.reference if there else "",
        not_given=there.not_given if there else "",
        seen=str(there.version if there else 0),
    )
    if not recording:
        del form.reference, form.not_given
    if recording or not reader.inside:
        del form.sharing

    def do() -> None:
        service.evaluate(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=found,
            party_id=party_id,
            values=service.Evaluated(
                worked=form.worked.data or "",
                lessons=form.lessons.data or "",
                value_reached=form.value_reached.data or "",
                future=form.future.data or "",
                again=Again(form.again.data) if form.again.data else None,
            ),
            sharing=Sharing(form.sharing.data) if "sharing" in form else Sharing.SHARED,
            reference=(form.reference.data or "") if "reference" in form else "",
            not_given=(form.not_given.data or "") if "not_given" in form else "",
            seen=form.version,
        )

    leads = [_("What worked, what was learned, what it was worth: the next partnership begins with it.")]
    if recording:
        leads = [
            _(
                "For an evaluation that was given elsewhere. The partner’s contacts can also write it here, signed in."
            )
        ]
    elif not reader.inside:
        leads.append(_("It stays yours. %(party)s reads it.", party=reader.own_name))
    return form_page(
        reader,
        form,
        do,
        title=_("Closing evaluation of %(party)s", party=reader.party(party_id)),
        submit=_("Keep the evaluation"),
        done=_("The evaluation is kept."),
        leads=leads,
        sharing_labels=SHARING_LABELS,
        **back_to(ref, number, "evaluation"),
    )


@bp.route("/process/<number>/complete", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def complete(ref: str, number: str) -> ResponseReturnValue:
    """The parting is done."""
    reader, found = process_here(ref, number)
    need(reader.decides)
    form = blank(CompleteForm, on=min(found.ends_on, reader.today), seen=str(found.version))

    def do() -> None:
        assert form.on.data is not None  # noqa: S101 - InputRequired
        service.complete(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            process=found,
            on=form.on.data,
            seen=form.version,
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Complete %(number)s", number=number),
        submit=_("Complete it, and end the relationship"),
        done=_("The exit is completed. The relationship has ended; what was written stays readable."),
        leads=[
            _(
                "The relationship ends: nothing is added to it any more, and what recurs in it is no longer asked."
            ),
            _("This cannot be undone here."),
        ],
        kind="danger",
        **back_to(ref, number),
    )
