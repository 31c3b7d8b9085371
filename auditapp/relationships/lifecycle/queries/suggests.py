"""What the system already holds that may be the output looked for: shown beside it, linked or noted with one tap.

A finder is registered for the outputs it helps with; it may read any room below this one. It answers for one
relationship in a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.model import Person
from auditapp.people.rules import Principal
from auditapp.relationships.lifecycle.model import StageOutput
from auditapp.relationships.lifecycle.rules import OUTPUTS, OutputState
from auditapp.relationships.links.model import RecordLink
from auditapp.relationships.model import Relationship, RelationshipMember
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import SYSTEM
from auditapp.relationships.obligations.rules import DEFAULTS, State
from auditapp.relationships.rules import PRIORITY_LABELS, MemberRole

MOST = 3  # found things shown beside an output


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Something found: ``refs`` are numbers to link, ``note`` is what is written down instead where there is none.

    ``key`` tells it apart among those of its output; ``endpoint`` is where it can be looked at.
    """

    key: str
    label: Text | str
    refs: tuple[str, ...] = ()
    note: str = ""
    endpoint: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


Finder = Callable[[Session, Principal, Relationship, Collection[str]], Iterable[tuple[str, Suggestion]]]
_FINDERS: list[tuple[frozenset[str], Finder]] = []


def suggests(*keys: str) -> Callable[[Finder], Finder]:
    """Register a finder for outputs. It is asked with those of them that are wanted, and gives (key, found)."""

    def register(find: Finder) -> Finder:
        _FINDERS.append((frozenset(keys), find))
        return find

    return register


def suggestions(
    session: Session, principal: Principal, found: Relationship, wanted: Collection[str]
) -> dict[str, list[Suggestion]]:
    """What was found for the outputs in ``wanted``, a few for each."""
    result: dict[str, list[Suggestion]] = defaultdict(list)
    for keys, find in _FINDERS:
        asked = keys.intersection(wanted)
        if not asked:
            continue
        for key, one in find(session, principal, found, asked):
            if key in asked:
                result[key].append(one)
    # What can be linked says more than what can only be noted.
    return {key: sorted(some, key=lambda one: not one.refs)[:MOST] for key, some in result.items()}


@suggests("AW1", "AW4", "IA2", "PS5")
def _of_the_relationship(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Iterable[tuple[str, Suggestion]]:
    """Who answers for it, its priority and its partners."""
    seats = [one for one in (found.ser_id, found.owner_id, found.manager_id) if one is not None]
    names = {
        row[0]: row[1]
        for row in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(seats)))
    }
    values: Mapping[str, str] = {"ref": found.ref}
    if "AW1" in asked and found.ser_id:
        text = Text("%(name)s is the SER of this relationship", name=names[found.ser_id])
        yield "AW1", Suggestion(key="ser", label=text, note=str(text), endpoint="dossier.show", values=values)
    if "AW4" in asked:
        text = Text("Priority here: %(priority)s", priority=PRIORITY_LABELS[found.priority])
        yield (
            "AW4",
            Suggestion(key="priority", label=text, note=str(text), endpoint="dossier.show", values=values),
        )
    if "IA2" in asked and found.owner_id and found.manager_id:
        text = Text(
            "%(owner)s owns it, %(manager)s manages it",
            owner=names[found.owner_id],
            manager=names[found.manager_id],
        )
        yield (
            "IA2",
            Suggestion(key="leaders", label=text, note=str(text), endpoint="dossier.show", values=values),
        )
    if "PS5" in asked and found.partners:
        text = Text("Partner here: %(names)s", names=", ".join(one.name for one in found.partners))
        yield (
            "PS5",
            Suggestion(key="partners", label=text, note=str(text), endpoint="dossier.show", values=values),
        )


@suggests("WT1", "WT2")
def _joint_team(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Iterable[tuple[str, Suggestion]]:
    """The joint management team, when both sides sit in it."""
    rows = session.execute(
        sa.select(Person.name, Person.partner_id)
        .join(RelationshipMember, RelationshipMember.person_id == Person.id)
        .where(
            RelationshipMember.relationship_id == found.id,
            RelationshipMember.role == MemberRole.JOINT_TEAM,
            RelationshipMember.until.is_(None),
        )
        .order_by(Person.name)
    ).all()
    ours = [row[0] for row in rows if row[1] is None]
    theirs = [row[0] for row in rows if row[1] is not None]
    if ours and theirs:
        text = Text(
            "A joint management team of %(ours)s of ours and %(theirs)s of the partner",
            ours=len(ours),
            theirs=len(theirs),
        )
        for key in asked:
            yield (
                key,
                Suggestion(
                    key="joint_team", label=text, note=f"{text}: {', '.join([*ours, *theirs])}",
                    endpoint="contacts.of_relationship", values={"ref": found.ref},
                ),
            )  # fmt: skip


# Which recurring review stands for which output, once it was done.
REVIEWS: Mapping[str, tuple[str, ...]] = {
    "policy_review": ("AW2", "IA1"),
    "management_review": ("IA6",),
    "interdependency_review": ("KN10",),
    "risk_review": ("KN9", "WT4a"),
    "business_case_review": ("KN7", "WT6"),
    "communications_review": ("WT3",),
    "behaviour_review": ("IA4", "WT6"),
    "scorecard": ("WT5",),
    "health_check": ("ST1", "ST4"),
    "joint_team_meeting": ("WT1", "ST2"),
    "value_review": ("VC1b", "ST3"),
}


@suggests(*{key for keys in REVIEWS.values() for key in keys})
def _reviews_done(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Iterable[tuple[str, Suggestion]]:
    """The last time each recurring review was done, for this relationship or for the system."""
    wanted = [one for one, keys in REVIEWS.items() if set(keys).intersection(asked)]
    newest: dict[str, Obligation] = {}
    for row in session.scalars(
        sa.select(Obligation)
        .where(
            Obligation.key.in_(wanted),
            Obligation.subject.in_([SYSTEM, str(found.id)]),
            Obligation.state == State.DONE,
        )
        .order_by(Obligation.ended_on.desc())
        .limit(100)
    ):
        newest.setdefault(row.key, row)
    for one, row in newest.items():
        if row.ended_on is None:
            continue
        text = Text("%(what)s, done on %(day)s", what=DEFAULTS[one].title, day=day_words(row.ended_on))
        note = f"{text}. {row.note}".strip() if row.note else str(text)
        for key in REVIEWS[one]:
            yield (
                key,
                Suggestion(
                    key=one, label=text, note=note, endpoint="obligations.show",
                    values={"obligation_id": str(row.id)},
                ),
            )  # fmt: skip


@suggests(*[key for key, one in OUTPUTS.items() if one.system])
def _from_another(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Iterable[tuple[str, Suggestion]]:
    """What is the same for every relationship, as another one has it: the newest."""
    rows = session.execute(
        sa.select(StageOutput, Relationship.ref)
        .join(Relationship, Relationship.id == StageOutput.relationship_id)
        .where(
            StageOutput.key.in_(asked),
            StageOutput.relationship_id != found.id,
            StageOutput.state == OutputState.THERE,
        )
        .order_by(StageOutput.changed_at.desc())
        .limit(100)
    ).all()
    newest: dict[str, tuple[StageOutput, str]] = {}
    for there, of in rows:
        newest.setdefault(there.key, (there, of))
    targets: dict[object, list[str]] = defaultdict(list)
    for link in session.scalars(
        sa.select(RecordLink)
        .where(
            RecordLink.from_kind == "stage_output",
            RecordLink.from_id.in_([row.id for row, _ in newest.values()]),
        )
        .order_by(RecordLink.added_at)
    ):
        targets[link.from_id].append(link.to_ref or link.url)
    for key, (row, ref) in newest.items():
        yield (
            key,
            Suggestion(
                key=f"from:{ref}", label=Text("As in %(ref)s", ref=ref), refs=tuple(targets[row.id]),
                note=row.note, endpoint="lifecycle.output", values={"ref": ref, "key": key},
            ),
        )  # fmt: skip
