"""Where else it may occur: what is checked by whom, and what they found."""

from auditapp.findings.causes import service
from auditapp.findings.rules.nonconformity import EXTENT_LABELS, ExtentResult
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import person_names, relationship_names
from bots.deeds.case import a_day, day_of, maybe, people, said, the_person
from bots.deeds.ground import Act, choice, line, words
from bots.deeds.nonconformity.case import NcCall, NcCase, common, done
from bots.deeds.nonconformity.words import place_name
from bots.deeds.rules import Done, Form, Option

LONGEST_QUESTION, LONGEST_NOTE, LONGEST_PLACE = 2000, 4000, 300
LONGEST_STANDARD, LONGEST_CLAUSE = 80, 40


def add_extent_form(call: NcCall) -> Form:
    """Where to look, who does it, and until when."""
    nc, today = call.found.nc, call.found.standing.today
    elsewhere = [
        Option(value=str(one), label=f"{ref} {name}")
        for one, ref, name in relationship_names(call.session)
        if one != nc.relationship_id
    ]
    return Form(
        title=Text("Check somewhere else"),
        opening=(Text("Name where to look: a relationship, a clause, or another place."),),
        fields=(
            maybe("relationship", Text("Another relationship"), elsewhere),
            line("place", Text("Another place"), longest=LONGEST_PLACE),
            line("standard", Text("Standard"), longest=LONGEST_STANDARD),
            line("clause", Text("Another clause"), longest=LONGEST_CLAUSE),
            words("question", Text("What to look at"), longest=LONGEST_QUESTION),
            maybe("checker", Text("Who checks"), people(person_names(call.session)), initial=nc.responsible_id),
            a_day("due_on", Text("Until when"), earliest=today,
                  initial=nc.turn_due_on if nc.turn_due_on and nc.turn_due_on >= today else None),
        ),
        send=Text("Plan the check"),
    )  # fmt: skip


def add_extent(call: NcCall) -> Done:
    """Plan it."""
    clause = said(call, "clause", longest=LONGEST_CLAUSE)
    service.add_extent(
        call.session,
        **common(call) | {"version": None},
        relationship_id=call.person("relationship"),
        standard=said(call, "standard", longest=LONGEST_STANDARD) if clause else "",
        clause=clause,
        place=said(call, "place", longest=LONGEST_PLACE),
        question=said(call, "question", longest=LONGEST_QUESTION),
        checker_id=call.person("checker"),
        due_on=day_of(call, "due_on"),
    )
    return done(call, Text("The check is planned."))


def record_extent_form(call: NcCall) -> Form:
    """What was found there: the first that is open is chosen already."""
    found = call.found.recordable
    if not found:
        raise Refusal(Text("No check of the extent is planned."))
    first = found[0].check
    return Form(
        title=Text("What was found there"),
        opening=tuple(
            Text("%(place)s: %(question)s", place=place_name(one), question=one.check.question)
            for one in found
            if one.check.question
        ),
        fields=(
            choice("extent", Text("Where"),
                   [Option(value=str(one.check.id), label=place_name(one), hint=EXTENT_LABELS[one.check.result])
                    for one in found], initial=str(first.id)),
            choice("result", Text("Does it occur there?"),
                   [Option(value=one.value, label=EXTENT_LABELS[one])
                    for one in (ExtentResult.NOT_FOUND, ExtentResult.FOUND)]),
            words("note", Text("What was looked at"), required=True,
                    hint=Text("So that somebody else can follow it.")),
        ),
        send=Text("Record it"),
    )  # fmt: skip


def record_extent(call: NcCall) -> Done:
    """Record it."""
    service.record_extent(
        call.session,
        **common(call),
        extent_id=the_person(call, "extent", Text("Choose where you looked.")),
        result=call.one("result", ExtentResult),
        note=said(call, "note", longest=LONGEST_NOTE),
    )
    return done(call, Text("What was found is recorded."))


ACTS: tuple[Act[NcCase], ...] = (
    Act(verb="add_extent", label=Text("Check somewhere else"), do=add_extent, form=add_extent_form),
    Act(
        verb="record_extent", label=Text("Say what a check found"), do=record_extent, form=record_extent_form
    ),
)
