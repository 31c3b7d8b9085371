"""The versions of an exit strategy: what each says, who agreed, and what it changed."""

from datetime import date, datetime

from pydantic import Field

from auditapp.api.declare import get, versioned
from auditapp.api.lists import told
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Given
from auditapp.api.v1.exits import READ, TAG, ExitVersion, exit_strategy, heads
from auditapp.kit.db import current_session
from auditapp.relationships.exits.queries.strategy import version_by_number
from auditapp.relationships.exits.queries.version import difference_of, version_page
from auditapp.relationships.exits.rules.content import SECTION_LABELS, CountedFrom, InitiatorRole
from auditapp.relationships.exits.rules.difference import Change
from auditapp.relationships.exits.rules.triggers import TriggerKind
from auditapp.relationships.exits.rules.versions import VersionStatus
from auditapp.relationships.rules import Sharing


class ExitText(Given):
    """A section of a version, in Markdown. ``sharing`` and ``owner`` are told to our own people."""

    key: str
    title: str
    text: str
    sharing: Sharing | None
    owner: str
    changed_at: datetime


class PlannedStep(Given):
    """A step that a version plans: so many working days after the notice, or before the end."""

    position: int
    what: str
    party: str
    owner: str
    days: int
    counted_from: CountedFrom
    premature_days: int | None
    continuity: bool
    after: int | None


class NamedTrigger(Given):
    """A trigger as a version names it."""

    number: int
    kind: TriggerKind
    text: str
    shared: bool


class ExitAgreement(Given):
    """What a party said to a version; not ``agreed``: it wants a change. ``lapsed_at``: the text changed afterwards."""

    party: str
    agreed: bool
    by: str
    at: datetime
    on: date
    reference: str
    note: str
    lapsed_at: datetime | None


class WholeExitVersion(ExitVersion):
    """A version with all that it says, and who agreed. ``lacks``: what is missing before it can be submitted."""

    standing: str
    turn: str
    next: str
    changes: str
    discussed_on: date | None
    discussed_note: str
    sections: list[ExitText]
    initiators: list[InitiatorRole]
    steps: list[PlannedStep]
    triggers: list[NamedTrigger]
    agreements: list[ExitAgreement]
    awaited: list[str] = Field(description="The parties that have not agreed yet.")
    lacks: list[str]
    page: str


class DifferenceAsked(Asked):
    """Compared with which version."""

    older: int | None = Field(
        default=None, alias="from", ge=1, le=9999, description="An earlier version; left out: the one before."
    )


class ExitPiece(Given):
    """A run of text, and what became of it."""

    change: Change
    text: str


class ExitEntry(Given):
    """A part that differs."""

    part: str
    pieces: list[ExitPiece]


class ExitDifference(Given):
    """What a version says otherwise than an earlier one; ``older`` null: there is none that you may read."""

    newer: int
    older: int | None
    changes: str
    choices: list[int]
    entries: list[ExitEntry]
    page: str


@get("/relationships/<ref>/exit/versions/<int(max=9999):number>", scope=READ, gives=WholeExitVersion, tag=TAG)
def exit_version(ref: str, number: int) -> object:
    """One version of the exit strategy: sections, steps, triggers, who may start an exit, who agreed."""
    session = current_session()
    reader, strategy = exit_strategy(ref)
    row = version_by_number(session, reader, strategy, number)
    shown, inside = version_page(session, reader, strategy, row), reader.inside
    return versioned(
        told(
            WholeExitVersion,
            row,
            changes=row.changes if inside else "",
            discussed_on=row.discussed_on if inside else None,
            discussed_note=row.discussed_note if inside else "",
            sections=[
                told(
                    ExitText,
                    one,
                    key=key.value,
                    title=str(SECTION_LABELS[key]),
                    sharing=one.sharing if inside else None,
                    owner=shown.names.get(one.owner_id, "") if inside and one.owner_id else "",
                )
                for key, one in shown.sections.items()
                if one.text
            ],
            initiators=list(shown.initiators),
            steps=[
                told(
                    PlannedStep,
                    one,
                    position=place,
                    party=reader.party(one.party_id),
                    owner=shown.names.get(one.owner_id, "") if one.owner_id else "",
                    after=shown.position(one.after_id),
                )
                for place, one in enumerate(shown.steps, start=1)
            ],
            triggers=[told(NamedTrigger, one) for one in shown.triggers],
            agreements=[
                told(ExitAgreement, one.row, party=one.party, by=one.who) for one in shown.agreements
            ],
            awaited=[reader.party(one) for one in shown.awaited] if row.status is VersionStatus.SUBMITTED else [],
            lacks=[str(one) for one in shown.lacks] if reader.manages else [],
            page=site("exits.version", ref=reader.relationship.ref, number=number),
            **heads(shown.standing),
        ),
        row.version,
    )  # fmt: skip


@get("/relationships/<ref>/exit/versions/<int(max=9999):number>/difference", scope=READ, gives=ExitDifference, tag=TAG)  # fmt: skip
def exit_difference(ref: str, number: int, query: DifferenceAsked) -> object:
    """What a version says otherwise than an earlier one, word by word."""
    session = current_session()
    reader, strategy = exit_strategy(ref)
    newer = version_by_number(session, reader, strategy, number)
    shown = difference_of(session, reader, strategy, newer, query.older)
    return ExitDifference(
        newer=number,
        older=shown.older.number if shown.older else None,
        changes=newer.changes if reader.inside else "",
        choices=[one.number for one in shown.choices],
        entries=[
            ExitEntry(part=str(one.label), pieces=[told(ExitPiece, each) for each in one.pieces])
            for one in shown.entries
        ]
        if shown.older
        else [],
        page=site("exits.difference", ref=reader.relationship.ref, number=number),
    )
