"""An exit as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.relationships.exits.model import ExitConsent, ExitEvaluation, ExitNotice, ExitProcess
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.queries.process import (
    StepLine,
    awaited_in,
    consents_of,
    evaluations_of,
    may_read,
    notices_of,
    process_facts,
    steps_of,
)
from auditapp.relationships.exits.rules.process import ExitStatus, StepStatus
from auditapp.relationships.exits.rules.standing import Standing, of_process
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.links.rules import Shown


@dataclass(frozen=True, kw_only=True)
class Part:
    """The closing evaluation of one party, as far as its reader may read it."""

    party_id: UUID | None
    party: str
    there: bool
    row: ExitEvaluation | None
    mine: bool  # the reader may write it


@dataclass(frozen=True, kw_only=True)
class ProcessPage:
    """Everything that the page of an exit shows."""

    standing: Standing
    steps: Sequence[StepLine]
    settled: int
    consents: Sequence[ExitConsent]
    awaited: Sequence[UUID | None]
    notices: Sequence[ExitNotice]
    notice_links: Mapping[UUID, list[Shown]]
    evidence: Mapping[UUID, list[Shown]]
    parts: Sequence[Part]
    lacks: Sequence[Text]
    names: Mapping[UUID, str]
    initiator: str


def process_page(session: Session, reader: Reader, process: ExitProcess) -> ProcessPage:
    """The page of an exit: a fixed number of statements, and one for each kind of record that is linked to."""
    steps = steps_of(session, reader, process)
    consents = consents_of(session, process)
    evaluations = evaluations_of(session, process)
    notices = notices_of(session, process)
    facts = process_facts(reader, process, steps, consents, evaluations)
    called = names_of(
        session,
        [
            process.initiated_by_id,
            *(one.by_id for one in consents),
            *(one.by_id for one in notices),
            *(one.row.settled_by_id for one in steps),
        ],
    )
    at_work = reader.runs and process.status in {ExitStatus.RUNNING, ExitStatus.CALLING_OFF}
    parts = []
    for party_id in (None, *(one.id for one in reader.relationship.partners)):
        row = evaluations.get(party_id)
        if reader.inside:
            theirs = row is not None and party_id is not None and not row.reference and not row.not_given
            mine = reader.decides if party_id is None else reader.manages and not theirs
        else:
            mine = party_id == reader.party_id
        parts.append(
            Part(
                party_id=party_id,
                party=reader.party(party_id),
                there=row is not None,
                row=row if row is not None and may_read(reader, row) else None,
                mine=mine and at_work,
            )
        )
    return ProcessPage(
        standing=of_process(facts, reader.today),
        steps=steps,
        settled=sum(one.row.status is not StepStatus.OPEN for one in steps),
        consents=consents,
        awaited=awaited_in(reader, process, consents),
        notices=notices,
        notice_links=links_of(session, reader.who, "exit_notice", [one.id for one in notices]),
        evidence=links_of(session, reader.who, "exit_step", [one.row.id for one in steps]),
        parts=parts,
        lacks=facts.lacks,
        names=called,
        initiator=called.get(process.initiated_by_id, "") if process.initiated_by_id else "",
    )
