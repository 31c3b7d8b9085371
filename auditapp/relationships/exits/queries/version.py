"""A version as its page shows it, and the difference between two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit.errors import NotFound
from auditapp.kit.text import Text
from auditapp.people.queries import names_of
from auditapp.relationships.exits.model import ExitPlanStep, ExitSection, ExitStrategy, ExitVersion
from auditapp.relationships.exits.queries.base import Reader
from auditapp.relationships.exits.queries.strategy import (
    AgreementLine,
    agreements_of,
    awaited_by,
    plan_of,
    sections_of,
    version_by_number,
    versions_of,
)
from auditapp.relationships.exits.queries.watching import live_triggers
from auditapp.relationships.exits.rules.content import (
    COUNTED_LABELS,
    INITIATOR_LABELS,
    SECTION_LABELS,
    InitiatorRole,
    Section,
)
from auditapp.relationships.exits.rules.difference import Entry, entries
from auditapp.relationships.exits.rules.standing import Standing, VersionFacts, of_version
from auditapp.relationships.exits.rules.triggers import KIND_LABELS, TriggerKind
from auditapp.relationships.exits.rules.versions import VersionStatus, missing
from auditapp.relationships.rules import Sharing


@dataclass(frozen=True, kw_only=True)
class Named:
    """A trigger as a version names it."""

    number: int
    kind: TriggerKind
    text: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class VersionPage:
    """Everything that the page of a version shows."""

    reader: Reader
    strategy: ExitStrategy
    version: ExitVersion
    standing: Standing
    sections: Mapping[Section, ExitSection]
    steps: Sequence[ExitPlanStep]
    triggers: Sequence[Named]
    agreements: Sequence[AgreementLine]
    awaited: Sequence[UUID | None]
    lacks: Sequence[Text]
    names: Mapping[UUID, str]
    initiators: Sequence[InitiatorRole]
    latest: int

    def position(self, step_id: UUID | None) -> int | None:
        """The place of a step in the list, from 1."""
        return next((at for at, one in enumerate(self.steps, start=1) if one.id == step_id), None)


def named_triggers(
    session: Session, reader: Reader, strategy: ExitStrategy, version: ExitVersion
) -> list[Named]:
    """The triggers as they were submitted with a version; of a draft, as they read now. At most one statement."""
    if version.triggers is not None:
        found = [
            Named(number=int(one["number"]), kind=TriggerKind(one["kind"]), text=one["text"],
                  shared=one["sharing"] == Sharing.SHARED)
            for one in version.triggers
        ]  # fmt: skip
    else:
        found = [
            Named(
                number=one.number, kind=one.kind, text=one.description, shared=one.sharing is Sharing.SHARED
            )
            for one in live_triggers(session, strategy)
        ]
    return [one for one in found if reader.inside or one.shared]


def version_page(
    session: Session, reader: Reader, strategy: ExitStrategy, version: ExitVersion
) -> VersionPage:
    """The page of a version. At most eight statements, whatever it holds."""
    sections = sections_of(session, reader, version)
    steps = plan_of(session, version)
    triggers = named_triggers(session, reader, strategy, version)
    agreements = agreements_of(session, reader, version)
    awaited = awaited_by(reader, version, agreements)
    lacks: Sequence[Text] = ()
    if version.status is VersionStatus.DRAFT:
        lacks = missing(
            version.kind, {key: (one.text, one.sharing) for key, one in sections.items()}, steps=len(steps),
            triggers=sum(one.shared for one in triggers), initiators=len(version.initiators),
            discussed=version.discussed_on is not None,
        )  # fmt: skip
    facts = VersionFacts(
        number=version.number, kind=version.kind, status=version.status, in_force_on=version.in_force_on,
        awaited=[reader.party(one) for one in awaited], lacks=lacks,
    )  # fmt: skip
    ids = [one for row in sections.values() for one in (row.owner_id, row.changed_by_id)]
    latest = max(one.number for one in versions_of(session, reader, strategy))
    return VersionPage(
        reader=reader, strategy=strategy, version=version, standing=of_version(facts), sections=sections,
        steps=steps, triggers=triggers, agreements=agreements, awaited=awaited, lacks=lacks,
        names=names_of(session, [*ids, *(one.owner_id for one in steps)]),
        initiators=[InitiatorRole(one) for one in version.initiators], latest=latest,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two versions and what the newer says otherwise. ``older``: none where there is nothing before it."""

    newer: ExitVersion
    older: ExitVersion | None
    choices: Sequence[ExitVersion]
    entries: Sequence[Entry]


def difference_of(
    session: Session, reader: Reader, strategy: ExitStrategy, newer: ExitVersion, older_number: int | None
) -> Difference:
    """The difference to an earlier version, as far as its reader may read both."""
    before = [one for one in versions_of(session, reader, strategy) if one.number < newer.number]
    older: ExitVersion | None = None
    if older_number is not None:
        older = version_by_number(session, reader, strategy, older_number)
        if older.number >= newer.number:
            raise NotFound
    elif before:
        older = next((one for one in before if one.status is not VersionStatus.WITHDRAWN), before[0])
    labels: dict[str, object] = {one.value: SECTION_LABELS[one] for one in Section}
    labels |= {
        "initiators": Text("Who may start an exit"),
        "steps": Text("Steps"),
        "triggers": Text("Triggers"),
    }
    return Difference(
        newer=newer,
        older=older,
        choices=before,
        entries=entries(
            labels,
            _texts(session, reader, strategy, older) if older else {},
            _texts(session, reader, strategy, newer),
        ),
    )


def _texts(session: Session, reader: Reader, strategy: ExitStrategy, version: ExitVersion) -> dict[str, str]:
    """A version as texts by part. Three or four statements."""
    found = {key.value: one.text for key, one in sections_of(session, reader, version).items()}
    steps = plan_of(session, version)
    called = names_of(session, [one.owner_id for one in steps])
    found["initiators"] = "\n".join(str(INITIATOR_LABELS[InitiatorRole(one)]) for one in version.initiators)
    place = {one.id: at for at, one in enumerate(steps, start=1)}
    found["steps"] = "\n".join(
        " · ".join(
            part
            for part in (
                one.what,
                reader.party(one.party_id),
                called.get(one.owner_id, "") if one.owner_id else "",
                f"{one.days} {COUNTED_LABELS[one.counted_from]}",
                f"→ {place[one.after_id]}" if one.after_id in place else "",
            )
            if part
        )
        for one in steps
    )
    found["triggers"] = "\n".join(
        f"{KIND_LABELS[one.kind]}: {one.text}" for one in named_triggers(session, reader, strategy, version)
    )
    return found
