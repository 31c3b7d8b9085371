"""Pages of triggers: our own people's only. A partner's contact reads the shared ones on the first page."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.base import people
from auditapp.relationships.exits.forms.strategy import CheckForm, ReasonForm, TriggerForm
from auditapp.relationships.exits.model import ExitTrigger
from auditapp.relationships.exits.queries.base import people_of
from auditapp.relationships.exits.queries.process import active_of, processes_of
from auditapp.relationships.exits.queries.watching import (
    checks_of,
    dues_of,
    live_triggers,
    trigger_by_number,
)
from auditapp.relationships.exits.routes.base import blank, bp, form_page, home, need, strategy_here
from auditapp.relationships.exits.routes.overview import WORDS
from auditapp.relationships.exits.rules.triggers import (
    VERB_LABELS,
    TriggerKind,
    TriggerVerb,
    offered,
)
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from auditapp.shell.forms import clean, options, text_fault


def _edit(ref: str, number: int | None) -> ResponseReturnValue:
    reader, strategy = strategy_here(ref)
    need(reader.manages)
    session = current_session()
    there: ExitTrigger | None = trigger_by_number(session, strategy, number) if number else None
    form = blank(
        TriggerForm,
        description=there.description if there else "",
        kind=there.kind.value if there else request.args.get("kind", ""),
        watcher=str((there.watcher_id if there else reader.relationship.manager_id) or ""),
        sharing=(there.sharing if there else Sharing.INTERNAL).value,
        issues=there.issues if there else False,
        seen=str(there.version) if there else "",
    )
    form.watcher.choices = people(reader, people_of(session, reader.relationship), own_only=True)

    def do() -> None:
        values = {
            "kind": TriggerKind(form.kind.data),
            "description": form.description.data or "",
            "watcher_id": form.watcher.data,
            "sharing": Sharing(form.sharing.data),
            "issues": bool(form.issues.data),
        }
        common = {"actor": actor(), "at": clock.now(), "strategy": strategy}
        if there is None:
            service.add_trigger(session, **common, **values)  # type: ignore[arg-type]
        else:
            service.edit_trigger(session, trigger=there, version=form.version, **common, **values)  # type: ignore[arg-type]

    back = url_for("exits.trigger", ref=ref, number=number) if number else home(reader)
    return form_page(
        reader,
        form,
        do,
        title=_("Change the trigger") if there else _("Add a trigger"),
        submit=_("Keep the trigger") if there else _("Add the trigger"),
        done=_("The trigger is kept."),
        back=back,
        back_label=_("Trigger") if there else _("Exit strategy"),
    )


@bp.route("/triggers/new", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def new_trigger(ref: str) -> ResponseReturnValue:
    """One more trigger."""
    return _edit(ref, None)


@bp.route("/triggers/<int:number>/edit", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def edit_trigger(ref: str, number: int) -> ResponseReturnValue:
    """Another wording or watcher."""
    return _edit(ref, number)


@bp.route("/triggers/<int:number>", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def trigger(ref: str, number: int) -> ResponseReturnValue:
    """One trigger: how it stands, what was seen, and a form to say what is seen now."""
    reader, strategy = strategy_here(ref)
    session = current_session()
    found = trigger_by_number(session, strategy, number)
    may = reader.runs and (reader.manages or reader.who.person_id == found.watcher_id)
    if request.method == "POST":
        need(may, Text("A trigger is checked by its watcher, or by whoever manages the relationship."))
    form = blank(CheckForm, seen=str(found.version))
    form.verb.choices = options((one, VERB_LABELS[one]) for one in offered(found.state))

    def do() -> None:
        service.check_trigger(
            session,
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            trigger=found,
            verb=TriggerVerb(form.verb.data),
            note=form.note.data or "",
            version=form.version,
        )

    return form_page(
        reader,
        form,
        do,
        title=found.description,
        submit=_("Record the check"),
        done=_("The check is recorded."),
        back=url_for("exits.trigger", ref=ref, number=number),
        back_label=_("Exit strategy"),
        template="exits/trigger.html",
        trigger=found,
        may=may and found.dropped_at is None,
        watcher=names_of(session, [found.watcher_id]).get(found.watcher_id, "") if found.watcher_id else "",
        checks=checks_of(session, found, page=request.args.get("page", 1, type=int)),
        shown_links=links_of(session, actor(), "exit_trigger", [found.id])[found.id],
        active=active_of(processes_of(session, reader)),
        verbs=VERB_LABELS,
        sharing_labels=SHARING_LABELS,
        strategy=strategy,
        **WORDS,
    )


@bp.route("/triggers/<int:number>/stay", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def stay(ref: str, number: int) -> ResponseReturnValue:
    """A trigger has tripped, and we stay."""
    reader, strategy = strategy_here(ref)
    need(
        reader.decides,
        Text("This is decided by the Senior Executive Responsible, or by whoever manages the relationship."),
    )
    session = current_session()
    found = trigger_by_number(session, strategy, number)
    form = blank(ReasonForm, seen=str(found.version))
    return form_page(
        reader,
        form,
        lambda: service.decide_to_stay(
            session,
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            trigger=found,
            reason=form.reason.data or "",
            version=form.version,
        ),
        title=_("Stay together"),
        submit=_("Decide to stay"),
        done=_("The decision is recorded. The trigger stays on watch."),
        back=url_for("exits.trigger", ref=ref, number=number),
        back_label=_("Trigger"),
        leads=[
            found.description,
            _("The trigger has tripped. Say why the relationship goes on all the same."),
        ],
    )


@bp.route("/triggers/<int:number>/drop", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def drop_trigger(ref: str, number: int) -> ResponseReturnValue:
    """Watch it no longer."""
    reader, strategy = strategy_here(ref)
    need(reader.manages)
    session = current_session()
    found = trigger_by_number(session, strategy, number)
    form = blank(ReasonForm)
    return form_page(
        reader,
        form,
        lambda: service.drop_trigger(
            session,
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            trigger=found,
            reason=form.reason.data or "",
        ),
        title=_("Drop the trigger"),
        submit=_("Drop trigger %(number)s", number=number),
        done=_("The trigger is dropped. Its checks stay on record."),
        back=url_for("exits.trigger", ref=ref, number=number),
        back_label=_("Trigger"),
        leads=[found.description],
        kind="danger",
        to=lambda: home(reader),
    )


@bp.get("/watch")
@guard(Capability.VIEW_ORGANIZATION)
def watch(ref: str) -> ResponseReturnValue:
    """A round over all triggers."""
    return _round(ref, {}, "")


@bp.post("/watch")
@guard(Capability.VIEW_ORGANIZATION)
def watched(ref: str) -> ResponseReturnValue:
    """What was seen in the round: all of it, or nothing."""
    reader, strategy = strategy_here(ref)
    need(reader.manages)
    said: dict[int, tuple[TriggerVerb, str]] = {}
    typed: dict[str, str] = {}
    wrong = ""
    for one in live_triggers(current_session(), strategy):
        verb = request.form.get(f"verb-{one.number}", "")
        note = clean(request.form.get(f"note-{one.number}", "")) or ""
        typed |= {f"verb-{one.number}": verb, f"note-{one.number}": note}
        if fault := text_fault(note):
            wrong = str(fault)
        elif verb in set(TriggerVerb):
            said[one.number] = (TriggerVerb(verb), note)
    if not said and not wrong:
        wrong = _("Choose for at least one trigger what you saw.")
    if not wrong:
        try:
            count = service.check_all(
                current_session(), actor=actor(), at=clock.now(), strategy=strategy, said_of=said
            )
        except Refusal as refusal:
            undo()
            wrong = str(refusal.text)
        else:
            flash(_("Triggers checked: %(count)s.", count=count), "success")
            return redirect(home(reader))
    return _round(ref, typed, wrong)


def _round(ref: str, typed: dict[str, str], wrong: str) -> ResponseReturnValue:
    reader, strategy = strategy_here(ref)
    need(reader.manages)
    session = current_session()
    live = live_triggers(session, strategy)
    page = render_template(
        "exits/watch.html",
        reader=reader,
        found=reader.relationship,
        triggers=live,
        offered={one.number: offered(one.state) for one in live},
        verbs=VERB_LABELS,
        typed=typed,
        wrong=wrong,
        watchers=names_of(session, [one.watcher_id for one in live]),
        due=next((one for one in dues_of(session, strategy) if one.key == "trigger_watch"), None),
        **WORDS,
    )
    return page, 422 if wrong else 200
