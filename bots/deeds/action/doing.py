"""Carrying an action out: accept, begin, done with what shows it, steps; comments and files."""

from collections.abc import Sequence

import sqlalchemy as sa

from auditapp.findings.actions import service
from auditapp.findings.exchange.service import add_file
from auditapp.findings.model import CaseFile
from auditapp.findings.rules.action import ActionStatus
from auditapp.kit.keeping import Kept
from auditapp.kit.text import Text
from bots.deeds.action.case import ActionCall, ActionCase, common, done
from bots.deeds.case import attach, comment_form, files, files_form, kept_files, said, say
from bots.deeds.ground import Act, words
from bots.deeds.rules import Done, Field, FieldKind, Form, Option, Tone


def accept(call: ActionCall) -> Done:
    """The owner takes it on."""
    service.accept_action(call.session, **common(call))
    return done(call, Text("You accepted “%(title)s”.", title=call.found.action.title))


def start(call: ActionCall) -> Done:
    """The work begins."""
    service.start_action(call.session, **common(call))
    return done(call, Text("You began “%(title)s”.", title=call.found.action.title))


def resume(call: ActionCall) -> Done:
    """It was not done after all."""
    service.resume_action(call.session, **common(call))
    return done(call, Text("You go on with “%(title)s”.", title=call.found.action.title))


def finish_form(call: ActionCall) -> Form:
    """What was done, with what shows it."""
    wanted = call.found.action.evidence_wanted
    return Form(
        title=Text("What was done?"),
        opening=(Text("Evidence required: %(wanted)s", wanted=wanted),) if wanted else (),
        fields=(
            words(
                "result", Text("What was done"), required=True,
                hint=Text("So that somebody who was not there can follow it."),
            ),
            files(Text("Photos and files")),
        ),
        send=Text("It is done"),
    )  # fmt: skip


def finish(call: ActionCall) -> Done:
    """It is done, with its photos and files: all of it or nothing."""
    result, kept = said(call, "result"), kept_files(call)
    thanks = Text("Thank you: it is recorded as done.")
    if _finished_already(call, result, kept):
        return done(call, thanks)
    with call.session.begin_nested():
        service.finish_action(call.session, **common(call), result=result)
        for one in kept:
            add_file(
                call.session, **call.common, nc=call.found.nc, action=call.found.action, kept=one,
                internal=False,
            )  # fmt: skip
    return done(call, thanks)


def _finished_already(call: ActionCall, result: str, kept: Sequence[Kept]) -> bool:
    """Whether it came twice: the same person said the same, with the same files."""
    action = call.found.action
    if (action.status, action.done_by_id, action.result) != (
        ActionStatus.DONE,
        call.who.person_id,
        result,
    ):
        return False
    there = call.session.scalars(
        sa.select(CaseFile.sha256).where(CaseFile.action_id == action.id, CaseFile.removed_at.is_(None))
    ).all()
    return {one.sha256 for one in kept} <= set(there)


def tick_form(call: ActionCall) -> Form:
    """The steps, ticked as they are."""
    steps = call.found.steps
    return Form(
        title=Text("Tick steps"),
        fields=(
            Field(
                name="steps",
                kind=FieldKind.MANY,
                label=Text("Done"),
                options=tuple(Option(value=str(one.id), label=one.text) for one in steps),
                initial=[str(one.id) for one in steps if one.done_at is not None],
            ),
        ),
    )


def tick_steps(call: ActionCall) -> Done:
    """Those that are ticked are done, the others are not. As on the page, two people are not in each other’s way."""
    wanted = {str(one) for one in call.values.get("steps") or ()}
    with call.session.begin_nested():
        for step in call.found.steps:
            if (step.done_at is not None) != (str(step.id) in wanted):
                service.tick_step(
                    call.session, **common(call) | {"version": None}, step_id=step.id, done=step.done_at is None
                )  # fmt: skip
    ready = sum(one.done_at is not None for one in call.found.steps)
    return done(call, Text("%(done)s of %(all)s steps are done.", done=ready, all=len(call.found.steps)))


def plan_form(call: ActionCall) -> Form:
    """The steps as text."""
    return Form(
        title=Text("Steps"),
        fields=(
            words(
                "steps", Text("Steps"), initial="\n".join(one.text for one in call.found.steps),
                hint=Text("One per line. A step that stays as it is keeps its tick."),
            ),
        ),
        send=Text("Save the steps"),
    )  # fmt: skip


def plan_steps(call: ActionCall) -> Done:
    """Write them anew."""
    texts = [" ".join(one.split()) for one in said(call, "steps").splitlines() if one.strip()]
    same = texts == [one.text for one in call.found.steps]  # it came twice
    service.set_steps(call.session, **common(call) | ({"version": None} if same else {}), texts=texts)
    return done(call, Text("The steps are saved."))


ACTS: tuple[Act[ActionCase], ...] = (
    Act(verb="accept", label=Text("Accept"), do=accept, tone=Tone.PRIMARY),
    Act(verb="start", label=Text("Begin"), do=start, tone=Tone.PRIMARY),
    Act(verb="finish", label=Text("Done"), do=finish, form=finish_form, tone=Tone.PRIMARY),
    Act(verb="resume", label=Text("It is not done yet"), do=resume),
    Act(verb="tick_step", label=Text("Tick steps"), do=tick_steps, form=tick_form),
    Act(verb="plan_step", label=Text("Change the steps"), do=plan_steps, form=plan_form),
    Act(verb="comment", label=Text("Comment"), form=lambda call: comment_form(choose=call.found.chooses),
        do=lambda call: Done(said=say(call, call.found.nc, call.found.action))),
    Act(verb="attach", label=Text("Add files"), form=lambda call: files_form(choose=call.found.chooses),
        do=lambda call: Done(said=attach(call, call.found.nc, call.found.action))),
)  # fmt: skip
