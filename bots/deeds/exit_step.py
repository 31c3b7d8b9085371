"""Steps of an exit that has begun: done with a word, or not needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.rules import Principal
from auditapp.relationships.exits import service
from auditapp.relationships.exits.model import ExitProcess, ExitStep
from auditapp.relationships.exits.queries.base import Reader, reader_of
from auditapp.relationships.exits.queries.process import StepLine, steps_of
from auditapp.relationships.exits.rules.process import STEP_LABELS, ExitStatus, StepStatus
from auditapp.relationships.exits.service.stepping import step_ref
from auditapp.relationships.queries import relationship_of
from bots.deeds.ground import Act, Call, Room, day, events_of, words
from bots.deeds.rules import Deed, Done, Form, Thing, Tone

NOT_YOURS = Text("This step is settled by its owner, or by whoever manages the relationship on that side.")
AT_WORK = frozenset({ExitStatus.RUNNING, ExitStatus.CALLING_OFF})
ALREADY = Text("This is on record already.")


@dataclass(frozen=True, kw_only=True)
class Stepped:
    """A step for one reader."""

    reader: Reader
    process: ExitProcess
    line: StepLine


StepCall = Call[Stepped]


def _must_be_theirs(call: StepCall) -> None:
    if not call.found.line.mine:
        raise NotAllowed(NOT_YOURS)


def _for_partner(call: StepCall) -> bool:
    return call.who.partner_id is None and call.found.line.row.party_id is not None


def _done_form(call: StepCall) -> Form:
    here = call.found.reader.today
    theirs = _for_partner(call)
    return Form(
        title=Text("It is done"),
        opening=(call.found.line.row.what,),
        fields=(
            day("on", Text("Done on"), initial=here, latest=here),
            words(
                "note",
                Text("How we know that the partner has done it") if theirs else Text("What was done"),
                required=theirs,
            ),
        ),
        send=Text("Done"),
    )


def _done(call: StepCall) -> Done:
    _must_be_theirs(call)
    row = call.found.line.row
    if row.status is StepStatus.DONE and row.settled_by_id == call.who.person_id:
        return Done(said=ALREADY)
    service.do_step(
        call.session,
        relationship=call.found.reader.relationship,
        process=call.found.process,
        step=row,
        on=call.day("on"),
        note=call.text("note"),
        seen=call.version,
        **call.common,
    )
    return Done(said=Text("The step is done."))


def _waive_form(call: StepCall) -> Form:
    return Form(
        title=Text("It is not needed"),
        opening=(call.found.line.row.what,),
        fields=(words("note", Text("Why it is not needed"), required=True),),
        send=Text("It is not needed"),
    )


def _waive(call: StepCall) -> Done:
    _must_be_theirs(call)
    row = call.found.line.row
    if row.status is StepStatus.NOT_NEEDED and row.settled_by_id == call.who.person_id:
        return Done(said=ALREADY)
    service.waive_step(
        call.session,
        relationship=call.found.reader.relationship,
        process=call.found.process,
        step=row,
        reason=call.text("note"),
        seen=call.version,
        **call.common,
    )
    return Done(said=Text("The step is not needed. The reason stays on record."))


class ExitStepTrade(Room[Stepped]):
    """Steps of started exits."""

    kind = "exit_step"
    acts = (
        Act(verb="done", label=Text("It is done"), tone=Tone.PRIMARY, do=_done, form=_done_form),
        Act(verb="waive", label=Text("It is not needed"), do=_waive, form=_waive_form),
    )

    def find(self, session: Session, who: Principal, thing_id: UUID, *, at: datetime) -> Stepped:
        """The step; both parties see the steps of their exit."""
        step = session.get(ExitStep, thing_id)
        if step is None:
            raise NotFound
        process = session.get_one(ExitProcess, step.process_id)
        relationship = relationship_of(session, who, process.relationship_id)
        reader = reader_of(session, who, relationship, at)
        line = next((one for one in steps_of(session, reader, process) if one.row.id == step.id), None)
        if line is None:
            raise NotFound
        return Stepped(reader=reader, process=process, line=line)

    def possible(self, call: StepCall) -> Sequence[str]:
        """What may be done now."""
        line = call.found.line
        at_work = call.found.reader.runs and call.found.process.status in AT_WORK
        if not (at_work and line.mine and line.row.status is StepStatus.OPEN):
            return ()
        return ("waive",) if line.after is not None else ("done", "waive")

    def draw(self, call: StepCall, deeds: tuple[Deed, ...]) -> Thing:
        """The step with its owner and its day."""
        stepped, line, row = call.found, call.found.line, call.found.line.row
        facts: list[tuple[Text, Text | str | date | datetime]] = [
            (Text("Due on"), row.due_on),
            (Text("Whose step it is"), line.party),
        ]
        if line.owner:
            facts.append((Text("Owner"), line.owner))
        if line.after is not None:
            facts.append((Text("Waits for"), Text("Step %(number)s", number=line.after)))
        if row.note:
            facts.append((Text("What was said"), row.note))
        settled = row.status is not StepStatus.OPEN
        return Thing(
            kind="exit_step",
            id=str(row.id),
            kind_label=Text("Step of an exit"),
            ref=step_ref(stepped.process, row),
            title=row.what,
            status=Text("Overdue") if line.overdue else STEP_LABELS[row.status],
            turn=Text("Nobody’s turn: it is settled.")
            if settled
            else Text("It is your turn.")
            if row.owner_id == call.who.person_id
            else Text("It is the turn of %(names)s.", names=line.owner or line.party),
            tone=Tone.DANGER if line.overdue else Tone.PLAIN,
            facts=tuple(facts),
            events=events_of(call.session, call.who, "exit_step", row.id),
            deeds=deeds,
            version=row.version,
            closed=settled,
            endpoint="exits.step",
            args={
                "ref": stepped.reader.relationship.ref,
                "number": stepped.process.ref,
                "step": str(row.number),
            },
            relationship_id=stepped.reader.relationship.id,
        )
