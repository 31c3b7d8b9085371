"""What can be done with a recurring obligation on its own page, and with the review of a plan."""

from collections.abc import Mapping
from datetime import timedelta

from auditapp.kit.errors import NotFound, Refusal
from auditapp.kit.text import Text, day_words
from auditapp.relationships.obligations import service
from auditapp.relationships.obligations.queries import open_one, team_of
from auditapp.relationships.obligations.rules import BY_RECORD, REGISTER_OF, ROOM_OF, State
from auditapp.relationships.rmp import service as rmp
from auditapp.relationships.rmp.model import Plan
from auditapp.relationships.rmp.queries import ticks_of
from auditapp.relationships.rmp.rules import OUTCOME_LABELS, PlanKind, ReviewOutcome
from auditapp.relationships.rmp.service.base import REVIEW
from auditapp.relationships.rules import STAGE_LABELS, STAGES, Stage
from bots.deeds.duty import SETTLED, Duty, settled_already
from bots.deeds.ground import Act, Call, choice, day, line, options, words
from bots.deeds.rules import Done, Field, FieldKind, Form, Option, Tone

LONGEST_NAMES = 400
DutyCall = Call[Duty]


def _may_settle(call: DutyCall) -> None:
    """As the page does before it reads a form. Raises NotAllowed."""
    found = call.found.found
    service.must_settle(call.who, found, team_of(call.session, found.relationship_id))


def place_of(duty: Duty) -> tuple[str, Mapping[str, str]] | None:
    """The page where the record is made that settles it; ``None`` where it is settled by itself."""
    found = duty.found
    if duty.relationship is not None and found.key in ROOM_OF:
        return ROOM_OF[found.key], {"ref": duty.relationship.ref}
    return (REGISTER_OF[found.key], {}) if found.key in REGISTER_OF else None


def _place(call: DutyCall) -> tuple[str, Mapping[str, str]]:
    return place_of(call.found) or ("obligations.show", {"obligation_id": str(call.found.found.id)})


def _done_form(call: DutyCall) -> Form:
    return Form(
        title=Text("It was done"),
        fields=(
            day("on", Text("Done on"), initial=call.found.today),
            words("note", Text("What was done, and where it is written down")),
        ),
        send=Text("Done"),
    )


def _done(call: DutyCall) -> Done:
    _may_settle(call)
    if call.found.by_room:
        usual = Text("This is done by making its record: the day then moves on by itself.")
        raise Refusal(BY_RECORD.get(call.found.found.key, usual))
    settled = settled_already(call)
    if settled is not None:
        return settled
    following = service.finish(
        call.session,
        found=call.found.found,
        state=State.DONE,
        on=call.day("on"),
        note=call.text("note"),
        **call.common,
    )
    if following is None:
        return Done(said=Text("Done. It is on record."))
    return Done(
        said=Text("Done. It is due again on %(day)s.", day=day_words(following.due_on)),
        then=("obligation", str(following.id)),
    )


def _skip_form(call: DutyCall) -> Form:
    fields = [words("note", Text("Why it is skipped"), required=True)]
    if call.found.missed and not call.found.found.extra:
        fields.append(
            Field(
                name="all_missed",
                kind=FieldKind.TICK,
                label=Text("All that were missed until today, with this reason"),
                initial=False,
            )
        )
    return Form(title=Text("Skip it"), fields=tuple(fields), send=Text("Skip"))


def _skip(call: DutyCall) -> Done:
    _may_settle(call)
    settled = settled_already(call, State.SKIPPED)
    if settled is not None:
        return settled
    duty, reason = call.found, call.text("note")
    if call.values.get("all_missed"):
        count = service.skip_missed(
            call.session, found=duty.found, on=duty.today, reason=reason, **call.common
        )
        return Done(said=Text("%(count)s skipped. The reason stays on record.", count=count))
    service.finish(
        call.session, found=duty.found, state=State.SKIPPED, on=duty.today, note=reason, **call.common
    )
    return Done(said=Text("It is skipped. The reason stays on record."))


def _move_form(call: DutyCall) -> Form:
    return Form(
        title=Text("Move it"),
        opening=(Text("Only this time is moved. The time after it stays on the day intended."),),
        fields=(
            day(
                "due_on",
                Text("On which day"),
                initial=max(call.found.found.due_on, call.found.today + timedelta(days=1)),
            ),
            words("reason", Text("Why it is moved"), required=True),
        ),
        send=Text("Move"),
    )


def _move(call: DutyCall) -> Done:
    _may_settle(call)
    wanted = call.day("due_on")
    if not call.found.open:
        raise Refusal(SETTLED)
    said = Text("Moved to %(day)s. The time after it stays on the day intended.", day=day_words(wanted))
    if wanted == call.found.found.due_on and call.text("reason").strip():
        return Done(said=said)
    settled_already(call)
    service.put_off(
        call.session, found=call.found.found, due_on=wanted, reason=call.text("reason"), **call.common
    )
    return Done(said=said)


def _plan(duty: Duty) -> Plan:
    if duty.plan is None:
        raise NotFound
    return duty.plan


def _review_form(call: DutyCall) -> Form:
    plan = _plan(call.found)
    found = call.found.found
    return Form(
        title=Text("Log the review"),
        opening=(
            Text("%(ref)s %(title)s", ref=plan.ref, title=plan.title),
            *(
                (Text("It is an extra review, because %(because)s.", because=found.because),)
                if found.because
                else ()
            ),
            Text("The next one is counted from the day for which this one was intended."),
        ),
        fields=(
            day("held_on", Text("Held on"), initial=call.found.today, latest=call.found.today),
            line(
                "ours", Text("Who of our side"), longest=LONGEST_NAMES, required=True, initial=call.who.name
            ),
            line(
                "theirs",
                Text("Who of the partner’s side"),
                longest=LONGEST_NAMES,
                required=plan.kind is PlanKind.JOINT,
            ),
            choice("outcome", Text("What came of it"), options(OUTCOME_LABELS)),
            words(
                "changes",
                Text("What has to change, or was changed"),
                hint=Text("Needed unless it is confirmed as it is."),
            ),
        ),
        send=Text("Keep the review"),
    )


def _review(call: DutyCall) -> Done:
    plan = _plan(call.found)
    rmp.must_write(call.who, plan)
    settled = settled_already(call)
    if settled is not None:
        return settled
    rmp.log_review(
        call.session,
        plan=plan,
        held_on=call.day("held_on"),
        ours=call.text("ours"),
        theirs=call.text("theirs"),
        outcome=call.one("outcome", ReviewOutcome),
        changes=call.text("changes"),
        **call.common,
    )
    due = open_one(call.session, REVIEW, plan.id)
    if due is None:
        return Done(said=Text("The review is kept."))
    return Done(
        said=Text("The review is kept. The next one is due on %(day)s.", day=day_words(due.due_on)),
        then=("obligation", str(due.id)),
    )


def _tick_form(call: DutyCall) -> Form:
    relationship = call.found.relationship
    here = relationship.stage if relationship is not None else Stage.AWARENESS
    reached = STAGES[: STAGES.index(here) + 1] if here in STAGES else STAGES
    ticked = ticks_of(call.session, _plan(call.found).id)
    return Form(
        title=Text("Updated for a stage"),
        opening=(Text("Each of the eight stages ends with the plan brought up to date for it."),),
        fields=(
            choice(
                "stage",
                Text("For which stage"),
                [
                    Option(
                        value=one.value,
                        label=STAGE_LABELS[one],
                        hint=Text("Ticked by %(name)s", name=ticked[one][1]) if one in ticked else None,
                    )
                    for one in reached
                ],
                initial=here.value if here in reached else "",
            ),
            words(
                "note",
                Text("What was updated"),
                hint=Text("If nothing had to change for this stage, say why."),
            ),
        ),
        send=Text("Tick the stage"),
    )


def _tick(call: DutyCall) -> Done:
    _plan(call.found)
    relationship_id = call.found.found.relationship_id
    if relationship_id is None:
        raise NotFound
    stage = call.one("stage", Stage)
    rmp.tick_stage(
        call.session,
        relationship_id=relationship_id,
        stage=stage,
        note=call.text("note"),
        **call.common,
    )
    return Done(said=Text("Updated for the stage %(stage)s.", stage=STAGE_LABELS[stage]))


REVIEW_ACT: Act[Duty] = Act(
    verb="review", label=Text("Log the review"), tone=Tone.PRIMARY, do=_review, form=_review_form
)
TICK_ACT: Act[Duty] = Act(verb="tick", label=Text("Tick a stage"), do=_tick, form=_tick_form)
DONE_ACT: Act[Duty] = Act(
    verb="done", label=Text("It was done"), tone=Tone.PRIMARY, do=_done, form=_done_form
)
PLACE_ACT: Act[Duty] = Act(verb="place", label=Text("Do it there"), page=_place)
MOVE_ACT: Act[Duty] = Act(verb="move", label=Text("Move it"), do=_move, form=_move_form)
SKIP_ACT: Act[Duty] = Act(verb="skip", label=Text("Skip it"), do=_skip, form=_skip_form)
__all__ = ["DONE_ACT", "MOVE_ACT", "PLACE_ACT", "REVIEW_ACT", "SKIP_ACT", "TICK_ACT", "place_of"]
