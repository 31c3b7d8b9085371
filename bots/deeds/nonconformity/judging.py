"""The work as a whole: submitted, verified or returned, and its effect judged by the criteria written in advance."""

from auditapp.findings.life import service as life
from auditapp.findings.queries import policy
from auditapp.findings.rules.policy import check_day
from auditapp.findings.verification import service
from auditapp.findings.verification.rules import day_of_check
from auditapp.kit.text import Text, day_words
from bots.deeds.case import a_day, day_of, said
from bots.deeds.ground import Act, words
from bots.deeds.nonconformity.case import NcCall, NcCase, common, done
from bots.deeds.nonconformity.words import MOST_LINES, action_words
from bots.deeds.rules import Done, Field, Form, Tone

LOOKED_AT = Text("What you looked at")
HOW_MANY = Text("Which records, how many of how many, and how you chose them.")


def _work(case: NcCase) -> list[Text]:
    """What was done, action by action."""
    found: list[Text] = []
    for one in case.actions[:MOST_LINES]:
        found.append(action_words(one))
        if one.action.result:
            found.append(Text("Done: %(result)s", result=one.action.result))
    return found


def submit_form(call: NcCall) -> Form:
    """Everything is done."""
    return Form(
        title=Text("Submit the work"),
        opening=(
            Text(
                "The verifier looks at what was done and at its evidence, then verifies it or returns it with a "
                "reason."
            ),
            *_work(call.found),
        ),
        fields=(words("note", Text("A word for the verifier")),),
        send=Text("Submit the work"),
    )


def submit(call: NcCall) -> Done:
    """The verifier looks at it."""
    life.submit_work(call.session, **common(call), note=said(call, "note"))
    return done(call, Text("The work on %(ref)s is submitted.", ref=call.found.nc.ref))


def _judged_by(case: NcCase) -> list[Text]:
    check = case.standing.check
    if check is None or not check.criteria:
        return []
    return [Text("By this it is judged: %(criteria)s", criteria=check.criteria)]


def verify_form(call: NcCall) -> Form:
    """All that was planned is done."""
    case, check = call.found, call.found.standing.check
    today = case.standing.today
    planned = check.not_before if check else None
    first = day_of_check(None, planned, check_day(today, policy(call.session)), today)
    return Form(
        title=Text("Verify the work"),
        opening=(*_work(case), *_judged_by(case)),
        fields=(
            words("sample", LOOKED_AT, required=True, hint=HOW_MANY),
            words("note", Text("What you found"), required=True),
            a_day("not_before", Text("First day of the effectiveness check"), initial=first,
                  earliest=max(planned, today) if planned else today,
                  hint=Text("It can be put off until an effect can be seen, but not brought forward.")),
        ),
        send=Text("Verify the work"),
    )  # fmt: skip


def verify(call: NcCall) -> Done:
    """From here its effect is awaited."""
    service.verify_work(
        call.session,
        **common(call),
        sample=said(call, "sample"),
        note=said(call, "note"),
        not_before=day_of(call, "not_before"),
    )
    return done(call, Text("The work on %(ref)s is verified.", ref=call.found.nc.ref))


def return_form(call: NcCall) -> Form:
    """Something is missing, and what."""
    return Form(
        title=Text("Return the work"),
        opening=tuple(_work(call.found)),
        fields=(
            words("reason", Text("What is missing"), required=True,
                    hint=Text("The owner reads it and goes on from there.")),
            words("sample", LOOKED_AT),
        ),
        send=Text("Return the work"),
    )  # fmt: skip


def send_back(call: NcCall) -> Done:
    """The work goes on."""
    service.return_work(
        call.session, **common(call), reason=said(call, "reason"), sample=said(call, "sample")
    )
    return done(call, Text("The work on %(ref)s is returned.", ref=call.found.nc.ref))


def _effect(call: NcCall) -> tuple[tuple[Text, ...], tuple[Field, ...]]:
    case, check = call.found, call.found.standing.check
    opening = _judged_by(case)
    if check is not None and check.not_before is not None:
        opening.append(Text("To be checked from %(day)s on.", day=day_words(check.not_before)))
    fields = (
        words("note", Text("What you found, measured by the criteria"), required=True),
        words("sample", LOOKED_AT, hint=HOW_MANY),
    )
    return (*opening, *_work(case)), fields


def confirm_form(call: NcCall) -> Form:
    """The criteria are met."""
    opening, fields = _effect(call)
    ref = call.found.nc.ref
    return Form(
        title=Text("Effective"),
        opening=(
            Text("The criteria are met. %(ref)s is closed; it can be reopened if it does not hold.", ref=ref),
            *opening,
        ),
        fields=fields,
        send=Text("Close it"),
    )


def confirm(call: NcCall) -> Done:
    """It is closed."""
    service.confirm_effective(
        call.session, **common(call), note=said(call, "note"), sample=said(call, "sample")
    )
    return done(call, Text("%(ref)s is closed: its actions are effective.", ref=call.found.nc.ref))


def fail_form(call: NcCall) -> Form:
    """The criteria are not met."""
    opening, fields = _effect(call)
    return Form(
        title=Text("Not effective"),
        opening=(
            Text(
                "The criteria are not met. %(ref)s opens again at its cause, which is counted; what was verified "
                "stays on record.",
                ref=call.found.nc.ref,
            ),
            *opening,
        ),
        fields=fields,
        send=Text("Reopen it"),
    )


def fail(call: NcCall) -> Done:
    """A new round begins."""
    service.fail_effective(
        call.session, **common(call), reason=said(call, "note"), sample=said(call, "sample")
    )
    return done(call, Text("%(ref)s is open again: its actions were not effective.", ref=call.found.nc.ref))


ACTS: tuple[Act[NcCase], ...] = (
    Act(verb="submit_work", label=Text("Submit the work"), do=submit, form=submit_form, tone=Tone.PRIMARY),
    Act(verb="verify", label=Text("Verify the work"), do=verify, form=verify_form, tone=Tone.PRIMARY),
    Act(verb="return_work", label=Text("Return the work"), do=send_back, form=return_form),
    Act(verb="confirm", label=Text("Effective"), do=confirm, form=confirm_form, tone=Tone.PRIMARY),
    Act(verb="fail", label=Text("Not effective"), do=fail, form=fail_form, tone=Tone.DANGER,
        fields={"reason": "note"}),
)  # fmt: skip
