"""A dispute: how the auditee sees it, how the audit team does, what was decided, and an opinion that stays different."""

from auditapp.audits.execution.rules import GRADE_LABELS, Grade
from auditapp.findings.life import service
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from bots.deeds.case import said
from bots.deeds.ground import Act, choice, words
from bots.deeds.nonconformity.case import NcCall, NcCase, common, done
from bots.deeds.rules import Done, Form, Option

STANDS, OTHER_GRADE, FALLS = "stands", "other_grade", "falls"


def _views(case: NcCase) -> list[Text]:
    row = case.standing.dispute
    if row is None:
        return []
    found = [Text("The auditee’s view: %(view)s", view=row.view)]
    if row.answer:
        found.append(Text("The audit team’s view: %(answer)s", answer=row.answer))
    if row.decision:
        found.append(Text("Decided: %(decision)s", decision=row.decision))
    return found


def dispute_form(call: NcCall) -> Form:
    """How the auditee sees it."""
    opening = [
        Text("Say which fact or which requirement you see differently, and what shows it."),
        Text("The audit team answers, the audit programme manager decides. Both views stay on record."),
    ]
    if call.found.nc.finding_id is not None:
        opening.append(Text("What is not settled by then is printed in the audit report."))
    return Form(
        title=Text("Dispute it"),
        opening=tuple(opening),
        fields=(words("view", Text("How you see it"), required=True),),
        send=Text("Dispute it"),
    )


def dispute(call: NcCall) -> Done:
    """Say it."""
    service.dispute(call.session, **common(call), view=said(call, "view"))
    return done(call, Text("%(ref)s is disputed.", ref=call.found.nc.ref))


def answer_form(call: NcCall) -> Form:
    """How the audit team sees it."""
    row = call.found.standing.dispute
    return Form(
        title=Text("Answer the dispute"),
        opening=(*_views(call.found), Text("You can change it until the dispute is decided.")),
        fields=(
            words("answer", Text("The audit team’s view"), required=True, initial=row.answer if row else ""),
        ),
        send=Text("Save the answer"),
    )  # fmt: skip


def answer(call: NcCall) -> Done:
    """It stands beside the other view."""
    service.answer_dispute(call.session, **common(call), answer=said(call, "answer"))
    return done(call, Text("Your answer stands beside the auditee’s view."))


def concede(call: NcCall) -> Done:
    """Take the dispute back."""
    service.concede(call.session, **common(call))
    return done(call, Text("The dispute of %(ref)s is taken back.", ref=call.found.nc.ref))


def _other(case: NcCase) -> Grade:
    return Grade.MINOR if case.nc.grade is Grade.MAJOR else Grade.MAJOR


def decide_form(call: NcCall) -> Form:
    """Whether it stands, and with which grade."""
    case = call.found
    return Form(
        title=Text("Decide the dispute"),
        opening=(
            *_views(case),
            Text("Both sides read your decision. It cannot be changed afterwards."),
        ),
        fields=(
            choice("outcome", Text("Decision"), (
                Option(value=STANDS, label=Text("It stands as it is")),
                Option(value=OTHER_GRADE, label=Text("It stands, as: %(grade)s", grade=GRADE_LABELS[_other(case)])),
                Option(value=FALLS, label=Text("It does not stand")),
            )),
            words("decision", Text("Why"), required=True, hint=Text("Both sides read it.")),
        ),
        send=Text("Decide"),
    )  # fmt: skip


def decide(call: NcCall) -> Done:
    """Decide it."""
    outcome, decision = call.values.get("outcome"), said(call, "decision")
    if outcome == FALLS:
        service.annul(call.session, **common(call), decision=decision)
    elif outcome in {STANDS, OTHER_GRADE}:
        grade = _other(call.found) if outcome == OTHER_GRADE else None
        service.uphold(call.session, **common(call), decision=decision, grade=grade)
    else:
        raise Invalid(Text("Choose one."), field="outcome")
    return done(call, Text("The dispute of %(ref)s is decided.", ref=call.found.nc.ref))


def maintain_form(call: NcCall) -> Form:
    """A different opinion, kept beside the decision."""
    row = call.found.standing.dispute
    return Form(
        title=Text("Keep my opinion"),
        opening=(
            *_views(call.found),
            Text("The decision stands, and the work goes on. Your opinion is kept beside it."),
        ),
        fields=(words("view", Text("How you see it"), required=True, initial=row.maintained if row else ""),),
        send=Text("Keep this opinion"),
    )


def maintain(call: NcCall) -> Done:
    """Keep it."""
    service.maintain(call.session, **common(call), view=said(call, "view"))
    return done(call, Text("Your opinion on %(ref)s is kept beside the decision.", ref=call.found.nc.ref))


ACTS: tuple[Act[NcCase], ...] = (
    Act(verb="dispute", label=Text("Dispute it"), do=dispute, form=dispute_form),
    Act(verb="decide_dispute", label=Text("Decide the dispute"), do=decide, form=decide_form),
    Act(verb="answer_dispute", label=Text("Answer the dispute"), do=answer, form=answer_form),
    Act(verb="concede", label=Text("Take the dispute back"), do=concede,
        confirm=Text("You acknowledge the nonconformity with that.")),
    Act(verb="maintain", label=Text("Keep my opinion"), do=maintain, form=maintain_form),
)  # fmt: skip
