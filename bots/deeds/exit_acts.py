"""What can be done with the obligations of an exit strategy: the review, the test, the round over its triggers."""

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitStrategy, ExitTrigger
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.rules.reviews import (
    OUTCOME_LABELS,
    RESULT_LABELS,
    PlanResult,
    ReviewOutcome,
)
from auditapp.relationships.exits.rules.triggers import STATE_LABELS, VERB_LABELS, TriggerVerb, offered
from auditapp.relationships.rules import SHARING_LABELS, Sharing
from bots.deeds.duty import CONTINUITY_TEST, EXIT_REVIEW, Duty, settled_already
from bots.deeds.ground import Act, Call, choice, day, line, options, words
from bots.deeds.rules import Done, Field, Form, Option, Tone

LONGEST_NAMES = 300
ONLY_MANAGERS = Text("Only the owner or manager of this relationship can do this, and only while it runs.")
SHARING = choice("sharing", Text("Who reads it"), options(SHARING_LABELS), initial=Sharing.INTERNAL.value)
ExitCall = Call[Duty]


def _here(call: ExitCall, key: str) -> tuple[Reader, ExitStrategy]:
    """The strategy and its reader, who manages the relationship. Raises NotFound, NotAllowed."""
    duty = call.found
    if duty.found.key != key or duty.reader is None or duty.strategy is None:
        raise NotFound
    if not duty.reader.manages:
        raise NotAllowed(ONLY_MANAGERS)
    return duty.reader, duty.strategy


def _review_form(call: ExitCall) -> Form:
    because = call.found.found.because
    return Form(
        title=Text("Record the review"),
        opening=(Text("It came in between: %(because)s", because=because),) if because else (),
        fields=(
            day("on", Text("Held on"), initial=call.found.today, latest=call.found.today),
            line(
                "own", Text("Who from our side"), longest=LONGEST_NAMES, required=True, initial=call.who.name
            ),
            line("theirs", Text("Who from the partner’s side"), longest=LONGEST_NAMES),
            choice("outcome", Text("Outcome"), options(OUTCOME_LABELS)),
            words("changes", Text("What changes, and why"), hint=Text("Needed unless it stays as it is.")),
            SHARING,
        ),
        send=Text("Record the review"),
    )


def _review(call: ExitCall) -> Done:
    _, strategy = _here(call, EXIT_REVIEW)
    settled = settled_already(call)
    if settled is not None:
        return settled
    service.record_review(
        call.session,
        strategy=strategy,
        on=call.day("on"),
        own=call.text("own"),
        theirs=call.text("theirs"),
        outcome=call.one("outcome", ReviewOutcome),
        changes=call.text("changes"),
        sharing=call.one("sharing", Sharing),
        **call.common,
    )
    return Done(said=Text("The review is recorded. The next is counted from the day it was intended for."))


def _test_form(call: ExitCall) -> Form:
    return Form(
        title=Text("Record the test"),
        fields=(
            day("on", Text("Tested on"), initial=call.found.today, latest=call.found.today),
            words("what", Text("What was tested"), required=True),
            choice("result", Text("Result"), options(RESULT_LABELS)),
            words("found", Text("What was found"), hint=Text("Needed unless it works.")),
            SHARING,
        ),
        send=Text("Record the test"),
    )


def _test(call: ExitCall) -> Done:
    _, strategy = _here(call, CONTINUITY_TEST)
    settled = settled_already(call)
    if settled is not None:
        return settled
    service.record_test(
        call.session,
        strategy=strategy,
        on=call.day("on"),
        what=call.text("what"),
        result=call.one("result", PlanResult),
        found=call.text("found"),
        sharing=call.one("sharing", Sharing),
        **call.common,
    )
    return Done(said=Text("The test is recorded. Its evidence can be linked on its page."))


def trigger_words(trigger: ExitTrigger) -> Text:
    """A trigger with how it stands."""
    return Text(
        "%(number)s. %(what)s (%(state)s)",
        number=trigger.number,
        what=trigger.description,
        state=STATE_LABELS[trigger.state],
    )


def _watch_form(call: ExitCall) -> Form:
    fields: list[Field] = []
    for one in call.found.triggers:
        fields += [
            choice(
                f"verb-{one.number}",
                trigger_words(one),
                [Option(value=verb.value, label=VERB_LABELS[verb]) for verb in offered(one.state)],
                required=False,
            ),
            words(
                f"note-{one.number}",
                Text("What was seen (trigger %(number)s)", number=one.number),
                hint=Text("Needed unless nothing has changed."),
            ),
        ]
    return Form(
        title=Text("Check the triggers"),
        opening=(Text("Say for each trigger what you saw. One that you leave out counts as not looked at."),),
        fields=tuple(fields),
        send=Text("Record the checks"),
    )


def _watch(call: ExitCall) -> Done:
    duty = call.found
    reader, strategy = duty.reader, duty.strategy
    if reader is None or strategy is None:
        raise NotFound
    if not duty.triggers:
        raise NotAllowed(Text("A trigger is checked by its watcher, or by whoever manages the relationship."))
    settled = settled_already(call)
    if settled is not None:
        return settled
    said_of = {
        one.number: (call.one(f"verb-{one.number}", TriggerVerb), call.text(f"note-{one.number}"))
        for one in duty.triggers
        if call.values.get(f"verb-{one.number}")
    }
    if not said_of:
        raise Invalid(
            Text("Choose for at least one trigger what you saw."),
            field=f"verb-{duty.triggers[0].number}",
        )
    if reader.manages:
        service.check_all(call.session, strategy=strategy, said_of=said_of, **call.common)
    else:
        _own(call, strategy, said_of)
    return Done(said=Text("Triggers checked: %(count)s.", count=len(said_of)))


def _own(call: ExitCall, strategy: ExitStrategy, said_of: dict[int, tuple[TriggerVerb, str]]) -> None:
    """The triggers that somebody watches, one by one, as on the page of each."""
    for one in call.found.triggers:
        if one.number not in said_of:
            continue
        verb, note = said_of[one.number]
        try:
            service.check_trigger(
                call.session, strategy=strategy, trigger=one, verb=verb, note=note, **call.common
            )
        except Refusal as refusal:
            refusal.field = f"{refusal.field}-{one.number}" if refusal.field else None
            raise


EXIT_REVIEW_ACT: Act[Duty] = Act(
    verb="exit_review", label=Text("Record the review"), tone=Tone.PRIMARY, do=_review, form=_review_form
)
TEST_ACT: Act[Duty] = Act(
    verb="test", label=Text("Record the test"), tone=Tone.PRIMARY, do=_test, form=_test_form
)
WATCH_ACT: Act[Duty] = Act(
    verb="watch", label=Text("Check the triggers"), tone=Tone.PRIMARY, do=_watch, form=_watch_form
)
