"""Verifying an action or returning it, looking at an ended one again; changing what it says and whose it is."""

from typing import Any

from auditapp.findings.actions import service as actions
from auditapp.findings.actions.queries import causes_for_choice
from auditapp.findings.rules.action import (
    ACTION_KIND_LABELS,
    PRIORITY_LABELS,
    ActionKind,
    ActionPriority,
)
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.verification import service
from auditapp.kit.text import Text
from bots.deeds.action.case import ActionCall, ActionCase, common, done
from bots.deeds.case import day_of, maybe, said, the_person
from bots.deeds.ground import Act, choice, day, line, options, words
from bots.deeds.rules import Done, Field, Form, Option, Tone

LOOKED_AT = Text("What you looked at")
LONGEST_TITLE, MOST_FILES = 200, 10


def _shown(call: ActionCall) -> tuple[Text, ...]:
    """What was done, and what shows it."""
    case = call.found
    action = case.action
    found = []
    if action.expected:
        found.append(Text("Expected result: %(text)s", text=action.expected))
    if action.evidence_wanted:
        found.append(Text("Evidence required: %(wanted)s", wanted=action.evidence_wanted))
    if action.result:
        found.append(Text("Done: %(result)s", result=action.result))
    if case.files:
        found.append(Text("Files: %(titles)s", titles=", ".join(case.files[:MOST_FILES])))
    return tuple(found)


def verify_form(call: ActionCall) -> Form:
    """It was done as planned."""
    return Form(
        title=Text("Verify the action"),
        opening=(
            *_shown(call),
            Text("Look at what was done and at what shows it. Then say that it holds, or return it."),
        ),
        fields=(
            words("sample", LOOKED_AT, hint=Text("Which records, and how many of how many.")),
            words("note", Text("What you found")),
        ),
        send=Text("It holds: verified"),
    )


def verify(call: ActionCall) -> Done:
    """It holds."""
    service.verify_action(call.session, **common(call), sample=said(call, "sample"), note=said(call, "note"))
    return done(call, Text("%(ref)s is verified.", ref=call.found.action.ref))


def return_form(call: ActionCall) -> Form:
    """Something is missing, and what."""
    return Form(
        title=Text("Return the action"),
        opening=(
            *_shown(call),
            Text("Its owner goes on with it. Work that was submitted as a whole goes back with it."),
        ),
        fields=(
            words("reason", Text("What is missing"), required=True,
                    hint=Text("The owner reads it and goes on from there.")),
            words("sample", LOOKED_AT),
        ),
        send=Text("Return it"),
    )  # fmt: skip


def send_back(call: ActionCall) -> Done:
    """The owner goes on with it."""
    service.return_action(
        call.session, **common(call), reason=said(call, "reason"), sample=said(call, "sample")
    )
    return done(call, Text("%(ref)s is returned.", ref=call.found.action.ref))


def reopen_form(call: ActionCall) -> Form:
    """It does not hold, or is needed after all."""
    del call
    return Form(
        title=Text("Open it again"),
        opening=(
            Text(
                "A verified action goes back to its owner; a cancelled one is proposed again. Work that was "
                "submitted as a whole goes back with it."
            ),
        ),
        fields=(words("reason", Text("Why"), required=True),),
        send=Text("Open it again"),
    )


def reopen(call: ActionCall) -> Done:
    """Open it again."""
    service.reopen_action(call.session, **common(call), reason=said(call, "reason"))
    return done(call, Text("%(ref)s is open again.", ref=call.found.action.ref))


def reassign_form(call: ActionCall) -> Form:
    """Somebody else does it."""
    action, owners = call.found.action, call.found.owners()
    return Form(
        title=Text("Give it on"),
        opening=(Text("A new owner has to accept it first. What was done so far stays on record."),),
        fields=(
            choice("owner_id", Text("Owner"), owners, initial=str(action.owner_id)),
            maybe("deputy_id", Text("Deputy"), owners, initial=action.deputy_id),
            words("reason", Text("Reason"), required=True),
        ),
        send=Text("Give it on"),
    )


def reassign(call: ActionCall) -> Done:
    """Give it on."""
    actions.reassign_action(
        call.session,
        **common(call),
        owner_id=the_person(call, "owner_id", Text("Choose who does it.")),
        deputy_id=call.person("deputy_id"),
        reason=said(call, "reason"),
    )
    return done(call, Text("It is given on."))


def edit_form(call: ActionCall) -> Form:
    """What it says; the due date only while the plan is being written."""
    action, nc = call.found.action, call.found.nc
    fields: list[Field] = [
        line("title", Text("What is to be done"), longest=LONGEST_TITLE, required=True, initial=action.title),
        choice("kind", Text("What it is for"), options(ACTION_KIND_LABELS), initial=action.kind.value),
        choice("priority", Text("Priority"), options(PRIORITY_LABELS), required=False, initial=action.priority.value),
        maybe("cause_id", Text("Which cause it removes"), initial=action.cause_id,
              options=[Option(value=str(one), label=text) for one, text in causes_for_choice(call.session, nc)]),
        words("description", Text("Description"), initial=action.description),
        words("expected", Text("Expected result"), initial=action.expected),
        words("evidence_wanted", Text("Evidence required"), initial=action.evidence_wanted),
    ]  # fmt: skip
    if nc.status is not NcStatus.IMPLEMENTING:
        fields.insert(2, day("due_on", Text("Due date"), initial=action.due_on))
    return Form(title=Text("Change the action"), fields=tuple(fields))


def edit(call: ActionCall) -> Done:
    """Change it."""
    action, due_on = call.found.action, day_of(call, "due_on")
    contents = {
        "title": said(call, "title"),
        "kind": call.one("kind", ActionKind),
        "priority": call.one("priority", ActionPriority)
        if call.values.get("priority")
        else ActionPriority.MEDIUM,
        "cause_id": call.person("cause_id"),
        "description": said(call, "description"),
        "expected": said(call, "expected"),
        "evidence_wanted": said(call, "evidence_wanted"),
    }
    same = due_on in {None, action.due_on} and all(
        getattr(action, key) == value for key, value in contents.items()
    )  # it came twice
    values: dict[str, Any] = common(call) | contents | ({"version": None} if same else {})
    actions.edit_action(call.session, **values, due_on=due_on)
    return done(call, Text("The action is changed."))


ACTS: tuple[Act[ActionCase], ...] = (
    Act(verb="verify", label=Text("Verify"), do=verify, form=verify_form, tone=Tone.PRIMARY),
    Act(verb="return", label=Text("Return it"), do=send_back, form=return_form),
    Act(verb="reopen", label=Text("Open it again"), do=reopen, form=reopen_form),
    Act(verb="reassign", label=Text("Give it to somebody else"), do=reassign, form=reassign_form),
    Act(verb="edit", label=Text("Change what it says"), do=edit, form=edit_form),
)
