"""An exit that was started: its steps with their evidence, the words of the parties, notices, closing evaluations."""

from datetime import date, datetime

from auditapp.api.declare import get, versioned
from auditapp.api.lists import told
from auditapp.api.places import site
from auditapp.api.shapes import Given
from auditapp.api.v1.exits import READ, TAG, ExitProcess, ExitStep, exit_reader, exit_steps, heads
from auditapp.api.v1.linked import LinkedRecord, linked
from auditapp.kit.db import current_session
from auditapp.relationships.exits.queries.process import process_by_ref
from auditapp.relationships.exits.queries.process_page import Part, process_page
from auditapp.relationships.exits.rules.content import InitiatorRole
from auditapp.relationships.exits.rules.process import About, Again, ExitStatus


class ShownStep(ExitStep):
    """A step of an exit with who settled it, and the evidence of it."""

    settled_by: str
    evidence: list[LinkedRecord]


class ExitWord(Given):
    """What a party said to the exit, or to calling it off."""

    about: About
    party: str
    agreed: bool
    by: str
    at: datetime
    reference: str
    note: str


class ExitNotice(Given):
    """A notice that a party gave."""

    number: int
    party: str
    on: date
    route: str
    reference: str
    evidence: list[LinkedRecord]


class ExitEvaluation(Given):
    """The closing evaluation of a party. ``written`` with nothing else: it is there, and not for you to read."""

    party: str
    written: bool
    worked: str
    lessons: str
    value_reached: str
    future: str
    again: Again | None
    not_given: str
    reference: str


class WholeExitProcess(ExitProcess):
    """An exit with the words of the parties, notices and closing evaluations. ``lacks``: before it can be completed."""

    standing: str
    turn: str
    next: str
    initiated_by: str
    initiated_role: InitiatorRole | None
    party: str
    call_off_party: str
    call_off_reason: str
    steps: list[ShownStep]  # type: ignore[assignment] # each with more than in the short shape
    words: list[ExitWord]
    awaited: list[str]
    notices: list[ExitNotice]
    evaluations: list[ExitEvaluation]
    lacks: list[str]
    page: str


def _evaluation(part: Part) -> ExitEvaluation:
    if part.row is not None:
        return told(ExitEvaluation, part.row, party=part.party, written=True)
    return ExitEvaluation(
        party=part.party, written=part.there, worked="", lessons="", value_reached="", future="", again=None,
        not_given="", reference="",
    )  # fmt: skip


@get("/relationships/<ref>/exit/processes/<number>", scope=READ, gives=WholeExitProcess, tag=TAG, number="Its number, such as XP-2026-001.")  # fmt: skip
def exit_process(ref: str, number: str) -> object:
    """One exit: its steps with their evidence, what the parties said, notices, closing evaluations."""
    session, reader = current_session(), exit_reader(ref)
    row = process_by_ref(session, reader, number)
    shown = process_page(session, reader, row)
    steps = [
        ShownStep(
            **dict(step),
            settled_by=shown.names.get(line.row.settled_by_id, "") if line.row.settled_by_id else "",
            evidence=linked(shown.evidence[line.row.id]),
        )
        for step, line in zip(exit_steps(shown.steps), shown.steps, strict=True)
    ]
    called_off = row.status in {ExitStatus.CALLING_OFF, ExitStatus.CALLED_OFF}
    made = told(
        WholeExitProcess,
        row,
        steps=steps,
        initiated_by=shown.initiator,
        party=reader.party(row.initiated_party_id),
        call_off_party=reader.party(row.call_off_party_id) if called_off else "",
        call_off_reason=row.call_off_reason if called_off else "",
        words=[
            told(
                ExitWord,
                one,
                party=reader.party(one.party_id),
                by=shown.names.get(one.by_id, "") if one.by_id else "",
            )
            for one in shown.consents
        ],
        awaited=[reader.party(one) for one in shown.awaited],
        notices=[
            told(
                ExitNotice,
                one,
                party=reader.party(one.party_id),
                evidence=linked(shown.notice_links[one.id]),
            )
            for one in shown.notices
        ],
        evaluations=[_evaluation(one) for one in shown.parts],
        lacks=[str(one) for one in shown.lacks],
        page=site("exits.process", ref=reader.relationship.ref, number=row.ref),
        **heads(shown.standing),
    )
    return versioned(made, row.version)
