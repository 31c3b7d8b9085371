"""Handing over and taking on, withdrawing, grading anew, opening again; comments and files."""

from collections.abc import Callable

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.audits.plan.rules import Candidate
from auditapp.audits.plan.rules.team import conflict_words
from auditapp.findings.life import service
from auditapp.findings.life.queries import (
    default_verifier,
    open_owners,
    suggested_responsible,
    verifier_choices,
)
from auditapp.findings.rules.nonconformity import NcStatus
from auditapp.findings.verification.service import assign_verifier
from auditapp.kit.text import Text
from auditapp.people.queries import person_names
from bots.deeds.case import (
    attach,
    comment_form,
    files_form,
    maybe,
    people,
    said,
    say,
    the_day,
)
from bots.deeds.ground import Act, choice, day, words
from bots.deeds.nonconformity.case import NcCall, NcCase, common, done
from bots.deeds.rules import Done, Form, Option, Tone

GRADES = (Grade.MAJOR, Grade.MINOR)


def _grades() -> list[Option]:
    return [Option(value=one.value, label=GRADE_LABELS[one]) for one in GRADES]


def _reason(call: NcCall) -> str:
    return said(call, "reason")


def _verifiers(found: list[Candidate]) -> list[Option]:
    """Whoever could verify it, with what stands against them."""
    return [Option(value=str(one.person_id), label=one.name, hint=_about(one)) for one in found]


def _about(who: Candidate) -> Text:
    if who.conflicts:
        return Text("Not independent: %(conflict)s", conflict=conflict_words(who))
    return Text("Independent") if who.able else Text("Independent; competence to be looked at")


def issue_form(call: NcCall) -> Form:
    """Who answers for it, and who verifies it."""
    case, nc = call.found, call.found.nc
    everybody = people(person_names(call.session))
    found = verifier_choices(call.session, nc, case.at)
    return Form(
        title=Text("Issue it"),
        opening=(nc.statement,),
        fields=(
            choice("grade", Text("Grade"), _grades(), initial=nc.grade.value if nc.grade in GRADES else ""),
            choice("responsible_id", Text("Responsible person"), everybody,
                   initial=str(nc.responsible_id or suggested_responsible(call.session, nc) or ""),
                   hint=Text("Acknowledges it, finds the cause, plans the actions, submits the work.")),
            maybe("deputy_id", Text("Deputy"), everybody, initial=nc.deputy_id,
                  hint=Text("May do the same while the responsible person is away.")),
            choice("verifier_id", Text("Verifier"), _verifiers(found),
                   initial=str(nc.verifier_id or default_verifier(call.session, nc, case.at) or ""),
                   hint=Text("Accepts the plan, verifies the work, checks the effect. Never one who works on it.")),
            words("verifier_reason", Text("Why this verifier all the same"),
                    hint=Text("Only for a verifier who is not independent.")),
            maybe("reviewer_id", Text("Who reviews the verification"), everybody,
                  hint=Text("Only for a verifier who is not independent.")),
        ),
        send=Text("Issue it"),
    )  # fmt: skip


def issue(call: NcCall) -> Done:
    """Hand it over."""
    service.issue_nonconformity(
        call.session,
        **common(call),
        responsible_id=call.person("responsible_id"),
        deputy_id=call.person("deputy_id"),
        verifier_id=call.person("verifier_id"),
        grade=call.one("grade", Grade),
        verifier_reason=said(call, "verifier_reason"),
        reviewer_id=call.person("reviewer_id"),
    )
    return done(call, Text("%(ref)s is issued.", ref=call.found.nc.ref))


def acknowledge(call: NcCall) -> Done:
    """Take it on."""
    service.acknowledge(call.session, **common(call))
    return done(call, Text("%(ref)s is acknowledged. Thank you.", ref=call.found.nc.ref))


def reassign_form(call: NcCall) -> Form:
    """Somebody else answers for it."""
    nc, everybody = call.found.nc, people(person_names(call.session))
    return Form(
        title=Text("Who answers for it"),
        opening=(Text("Deadlines do not change with it. Whoever verifies it cannot answer for it."),),
        fields=(
            choice("responsible_id", Text("Responsible person"), everybody, initial=str(nc.responsible_id or "")),
            maybe("deputy_id", Text("Deputy"), everybody, initial=nc.deputy_id),
            words("reason", Text("Reason"), required=True),
        ),
    )  # fmt: skip


def reassign(call: NcCall) -> Done:
    """Name them."""
    service.reassign(
        call.session,
        **common(call),
        responsible_id=call.person("responsible_id"),
        deputy_id=call.person("deputy_id"),
        reason=_reason(call),
    )
    return done(call, Text("It is recorded who answers for %(ref)s.", ref=call.found.nc.ref))


def verifier_form(call: NcCall) -> Form:
    """Somebody else verifies it."""
    case, nc = call.found, call.found.nc
    answering = {nc.responsible_id, nc.deputy_id}
    found = [one for one in verifier_choices(call.session, nc, case.at) if one.person_id not in answering]
    choices = _verifiers(found)
    if nc.verifier_id is not None and str(nc.verifier_id) not in {one.value for one in choices}:
        choices.append(Option(value=str(nc.verifier_id), label=case.standing.names.get(nc.verifier_id, "")))
    return Form(
        title=Text("Change the verifier"),
        fields=(
            choice("verifier_id", Text("Verifier"), choices, initial=str(nc.verifier_id or "")),
            words("reason", Text("Why this verifier all the same"), initial=nc.verifier_reason,
                    hint=Text("Only for a verifier who is not independent.")),
            maybe("reviewer_id", Text("Who reviews the verification"), people(person_names(call.session)),
                  initial=nc.verifier_reviewer_id, hint=Text("Only for a verifier who is not independent.")),
        ),
    )  # fmt: skip


def change_verifier(call: NcCall) -> Done:
    """Name them."""
    assign_verifier(
        call.session,
        **common(call),
        verifier_id=call.person("verifier_id"),
        reason=_reason(call),
        reviewer_id=call.person("reviewer_id"),
    )
    return done(call, Text("Who verifies %(ref)s is kept.", ref=call.found.nc.ref))


# Ending, grading anew, opening again; the certification body.


def withdraw_form(call: NcCall) -> Form:
    """It does not stand."""
    owners = open_owners(call.session, call.found.nc)
    opening = [Text("It keeps its number and its history, and can be opened again with a reason.")]
    if owners:
        opening.append(
            Text("Open actions are cancelled with it: those of %(names)s.", names=", ".join(owners))
        )
    return Form(
        title=Text("Withdraw it"),
        opening=tuple(opening),
        fields=(words("reason", Text("Why it does not stand"), required=True),),
        send=Text("Withdraw it"),
    )


def withdraw(call: NcCall) -> Done:
    """Withdraw it."""
    service.withdraw(call.session, **common(call), reason=_reason(call))
    return done(call, Text("%(ref)s is withdrawn.", ref=call.found.nc.ref))


def regrade_form(call: NcCall) -> Form:
    """Another grade, and why."""
    grade = call.found.nc.grade
    return Form(
        title=Text("Change the grade"),
        opening=(
            Text(
                "The former grade stays in the history. A deadline that depends on it is counted anew."
            ),
        ),
        fields=(
            choice("grade", Text("Grade"), _grades(), initial=grade.value if grade in GRADES else ""),
            words("reason", Text("Reason"), required=True),
        ),
        send=Text("Change the grade"),
    )  # fmt: skip


def regrade(call: NcCall) -> Done:
    """Grade it anew."""
    service.regrade(call.session, **common(call), grade=call.one("grade", Grade), reason=_reason(call))
    return done(call, Text("The grade of %(ref)s is changed.", ref=call.found.nc.ref))


def reopen_form(call: NcCall) -> Form:
    """It does not hold after all, or does."""
    return Form(
        title=Text("Reopen it"),
        opening=(
            Text("It is issued again, and waits for the responsible person.")
            if call.found.nc.status is NcStatus.WITHDRAWN
            else Text(
                "A new round begins with its cause: plan, verification and effectiveness check are done again. "
                "What was done so far stays on record."
            ),
        ),
        fields=(words("reason", Text("Why it is opened again"), required=True),),
        send=Text("Reopen it"),
    )


def reopen(call: NcCall) -> Done:
    """Open it again."""
    service.reopen(call.session, **common(call), reason=_reason(call))
    return done(call, Text("%(ref)s is open again.", ref=call.found.nc.ref))


def reply_form(call: NcCall) -> Form:
    """When the certification body was answered."""
    nc = call.found.nc
    return Form(
        title=Text("Record the reply"),
        opening=(Text("Their reference: %(ref)s", ref=nc.body_ref),) if nc.body_ref else (),
        fields=(
            day("replied_on", Text("Day of the reply"), initial=nc.replied_on or call.found.standing.today),
        ),
        send=Text("Record it"),
    )


def reply(call: NcCall) -> Done:
    """Record it."""
    service.record_reply(
        call.session, **common(call), replied_on=the_day(call, "replied_on", Text("Choose the day."))
    )
    return done(call, Text("The reply on %(ref)s is recorded.", ref=call.found.nc.ref))


def _page(endpoint: str) -> Callable[[NcCall], tuple[str, dict[str, str]]]:
    return lambda call: (endpoint, {"ref": call.found.nc.ref})


def _no_partner(make: Callable[..., Form]) -> Callable[[NcCall], Form]:
    """Nothing that hangs on the nonconformity itself is seen by a partner's contact."""
    return lambda _call: make(choose=False)


ACTS: tuple[Act[NcCase], ...] = (
    Act(verb="issue", label=Text("Issue it"), do=issue, form=issue_form, tone=Tone.PRIMARY),
    Act(verb="edit", label=Text("Change the draft"), page=_page("findings.edit_draft")),
    Act(verb="acknowledge", label=Text("Acknowledge it"), do=acknowledge, tone=Tone.PRIMARY),
    Act(verb="comment", label=Text("Comment"), form=_no_partner(comment_form),
        do=lambda call: Done(said=say(call, call.found.nc, None))),
    Act(verb="attach", label=Text("Add files"), form=_no_partner(files_form),
        do=lambda call: Done(said=attach(call, call.found.nc, None))),
    Act(verb="record_reply", label=Text("Record the reply"), do=reply, form=reply_form),
    Act(verb="reassign", label=Text("Change who answers for it"), do=reassign, form=reassign_form),
    Act(verb="assign_verifier", label=Text("Change the verifier"), do=change_verifier, form=verifier_form),
    Act(verb="regrade", label=Text("Change the grade"), do=regrade, form=regrade_form),
    Act(verb="reopen", label=Text("Reopen it"), do=reopen, form=reopen_form),
    Act(verb="withdraw", label=Text("Withdraw it"), do=withdraw, form=withdraw_form, tone=Tone.DANGER),
)  # fmt: skip
