"""The action plan: actions, criteria of the effectiveness check, submitting, accepting, returning, taking it back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from auditapp.findings.actions.queries import causes_for_choice
from auditapp.findings.actions.service import propose_action
from auditapp.findings.life import service
from auditapp.findings.model import Action
from auditapp.findings.queries import policy
from auditapp.findings.rules.action import (
    ACTION_KIND_LABELS,
    PRIORITY_LABELS,
    ActionKind,
    ActionPriority,
)
from auditapp.findings.rules.nonconformity import CAUSE_LABELS, NcStatus
from auditapp.kit.text import Text, day_words
from bots.deeds.case import maybe, said, the_day, the_person
from bots.deeds.ground import Act, choice, day, line, options, words
from bots.deeds.nonconformity.case import NcCall, NcCase, common, done
from bots.deeds.nonconformity.words import MOST_LINES, planned_words
from bots.deeds.rules import Done, Form, Option, Tone

LONGEST_TITLE, TWICE = 200, timedelta(minutes=1)
NOBODY = Text("Choose who does it.")


def propose_form(call: NcCall) -> Form:
    """What is to be done, by whom, until when."""
    case = call.found
    early = case.nc.status is NcStatus.CONTAINMENT
    owners = case.owners()
    return Form(
        title=Text("Add an action"),
        fields=(
            line("title", Text("What is to be done"), longest=LONGEST_TITLE, required=True),
            choice("kind", Text("What it is for"), options(ACTION_KIND_LABELS),
                   initial=(ActionKind.CORRECTION if early else ActionKind.CORRECTIVE).value),
            choice("owner_id", Text("Owner"), owners, hint=Text("They accept it, or say why not.")),
            maybe("deputy_id", Text("Deputy"), owners),
            day("due_on", Text("Due date"), earliest=case.standing.today),
            choice("priority", Text("Priority"), options(PRIORITY_LABELS), required=False,
                   initial=ActionPriority.MEDIUM.value),
            maybe("cause_id", Text("Which cause it removes"),
                  [Option(value=str(one), label=text) for one, text in causes_for_choice(call.session, case.nc)]),
            words("description", Text("Description")),
            words("expected", Text("Expected result")),
            words("evidence_wanted", Text("Evidence required"), hint=Text("What shall show that it was done.")),
            words("steps", Text("Steps"), hint=Text("One per line. They can be ticked.")),
        ),
        send=Text("Add it"),
    )  # fmt: skip


def propose(call: NcCall) -> Done:
    """Plan it, and offer it to its owner."""
    contents = {
        "title": " ".join(said(call, "title").split()),
        "kind": call.one("kind", ActionKind),
        "owner_id": the_person(call, "owner_id", NOBODY),
        "deputy_id": call.person("deputy_id"),
        "due_on": the_day(call, "due_on", Text("Choose until when.")),
        "priority": call.one("priority", ActionPriority)
        if call.values.get("priority")
        else ActionPriority.MEDIUM,
        "cause_id": call.person("cause_id"),
        "description": said(call, "description"),
        "expected": said(call, "expected"),
        "evidence_wanted": said(call, "evidence_wanted"),
    }
    steps = said(call, "steps").splitlines()
    action = _planned_just_now(call, contents)
    if action is None:
        values: dict[str, Any] = common(call) | contents
        action = propose_action(call.session, **values, steps=steps)
    return Done(
        said=Text("%(ref)s is proposed. Its owner accepts it, or says why not.", ref=action.ref),
        then=("action", str(action.id)),
    )


def _planned_just_now(call: NcCall, contents: Mapping[str, Any]) -> Action | None:
    """The same by the same person within a minute: sent twice, planned once."""
    return call.session.scalar(
        sa.select(Action)
        .filter_by(nonconformity_id=call.found.nc.id, proposed_by_id=call.who.person_id, **contents)
        .where(Action.proposed_at > call.at - TWICE)
        .limit(1)
    )


def criteria_form(call: NcCall) -> Form:
    """By what the effect will be judged, written in advance."""
    check, today = call.found.standing.check, call.found.standing.today
    first = check.not_before if check else None
    return Form(
        title=Text("Criteria of the effect"),
        opening=(
            Text("They are written before the work is done, so that nobody can fit them to the result."),
            Text("Usual here: a check about %(days)s days after the work is verified.",
                 days=policy(call.session).effectiveness_days),
        ),
        fields=(
            words("criteria", Text("Criteria"), required=True, initial=check.criteria if check else "",
                    hint=Text("What somebody else will look at, how many of it, and what has to be seen.")),
            day("not_before", Text("Not before"), earliest=today + timedelta(days=1), initial=first,
                hint=Text("The first day on which an effect can be seen.")),
        ),
        send=Text("Save the criteria"),
    )  # fmt: skip


def set_criteria(call: NcCall) -> Done:
    """Write them down."""
    service.set_criteria(
        call.session,
        **common(call),
        criteria=said(call, "criteria"),
        not_before=the_day(call, "not_before", Text("Choose the day.")),
    )
    return done(call, Text("The criteria of the effectiveness check are written down."))


def plan_words(case: NcCase) -> tuple[Text, ...]:
    """The plan as it is read: cause, extent, actions, criteria."""
    nc, check = case.nc, case.standing.check
    roots = [one for one in case.causes if one.root][:MOST_LINES]
    found = [
        Text("Root cause: %(text)s (%(category)s)", text=one.text,
             category=CAUSE_LABELS[one.category] if one.category else Text("Not sorted yet"))
        for one in roots
    ]  # fmt: skip
    if nc.cause_summary:
        found.append(Text("In short: %(text)s", text=nc.cause_summary))
    if nc.extent_summary:
        found.append(Text("Extent: %(text)s", text=nc.extent_summary))
    found += [planned_words(one) for one in case.actions if one.action.round == nc.round][:MOST_LINES]
    if check is not None and check.criteria:
        found.append(Text("How its effect will be judged: %(criteria)s", criteria=check.criteria))
    if check is not None and check.not_before is not None:
        found.append(Text("The check is made from %(day)s on.", day=day_words(check.not_before)))
    return tuple(found)


def submit_form(call: NcCall) -> Form:
    """The plan as the verifier will see it."""
    return Form(
        title=Text("Submit the plan"),
        opening=(
            Text("The verifier accepts it, or returns it with a reason. Then the actions begin."),
            *plan_words(call.found),
        ),
        send=Text("Submit the plan"),
    )


def submit(call: NcCall) -> Done:
    """It goes to the verifier."""
    service.submit_plan(call.session, **common(call))
    return done(call, Text("The plan of %(ref)s is submitted.", ref=call.found.nc.ref))


def accept_form(call: NcCall) -> Form:
    """Whether it is good."""
    return Form(
        title=Text("Accept the plan"),
        opening=(
            Text("Does it remove the cause that was found, and can its effect be judged by these criteria?"),
            *plan_words(call.found),
        ),
        fields=(words("note", Text("Note")),),
        send=Text("Accept the plan"),
    )


def accept(call: NcCall) -> Done:
    """It is carried out from now on."""
    service.accept_plan(call.session, **common(call), note=said(call, "note"))
    return done(call, Text("The plan of %(ref)s is accepted.", ref=call.found.nc.ref))


def return_form(call: NcCall) -> Form:
    """What it still needs."""
    return Form(
        title=Text("Return the plan"),
        opening=(
            Text("Say so that the responsible person knows what to change."),
            *plan_words(call.found),
        ),
        fields=(words("reason", Text("What the plan still needs"), required=True),),
        send=Text("Return the plan"),
    )


def send_back(call: NcCall) -> Done:
    """It goes back, with the reason."""
    service.return_plan(call.session, **common(call), reason=said(call, "reason"))
    return done(call, Text("The plan of %(ref)s is returned.", ref=call.found.nc.ref))


def revise_form(call: NcCall) -> Form:
    """Why it has to change."""
    del call
    return Form(
        title=Text("Take the plan back"),
        opening=(
            Text("Actions stay as they are and go on. The changed plan is submitted and accepted again."),
        ),
        fields=(words("reason", Text("Why the plan has to change"), required=True),),
        send=Text("Take it back"),
    )


def revise(call: NcCall) -> Done:
    """It can be changed again."""
    service.revise_plan(call.session, **common(call), reason=said(call, "reason"))
    return done(call, Text("The plan of %(ref)s can be changed again.", ref=call.found.nc.ref))


ACTS: tuple[Act[NcCase], ...] = (
    Act(verb="submit_plan", label=Text("Submit the plan"), do=submit, form=submit_form, tone=Tone.PRIMARY),
    Act(verb="propose_action", label=Text("Add an action"), do=propose, form=propose_form),
    Act(verb="set_criteria", label=Text("Criteria of the effect"), do=set_criteria, form=criteria_form),
    Act(verb="accept_plan", label=Text("Accept the plan"), do=accept, form=accept_form, tone=Tone.PRIMARY),
    Act(verb="return_plan", label=Text("Return the plan"), do=send_back, form=return_form),
    Act(verb="revise_plan", label=Text("Take the plan back"), do=revise, form=revise_form),
)
