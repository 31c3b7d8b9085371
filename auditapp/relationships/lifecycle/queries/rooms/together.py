"""Meetings, joint actions and controlled documents, as outputs of stages."""

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.text import Text, day_words
from auditapp.people.rules import Principal
from auditapp.relationships.actions.model import JointAction
from auditapp.relationships.actions.rules import ActionStatus
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.rules import DocumentKind, VersionStatus
from auditapp.relationships.lifecycle.queries.suggests import Suggestion, suggests
from auditapp.relationships.meetings.model import Meeting
from auditapp.relationships.meetings.rules import KIND_LABELS, MeetingKind, MeetingStatus
from auditapp.relationships.model import Relationship

Found = Iterable[tuple[str, Suggestion]]
D = DocumentKind
# Kinds of approved documents that are looked at for an output: of the relationship, of the system.
OF_RELATIONSHIP: Mapping[str, tuple[DocumentKind, ...]] = {
    "AW7": (D.PLAN,),
    "KN1": (D.RECORD,),
    "KN4": (D.PLAN, D.RECORD),
    "KN6": (D.RECORD,),
    "IA3": (D.PROCEDURE, D.RECORD),
    "PS1": (D.RECORD,),
    "PS2": (D.PLAN,),
    "PS4": (D.PLAN,),
    "PS5": (D.RECORD,),
    "WT1": (D.CHARTER,),
    "WT4a": (D.POLICY,),
    "WT4b": (D.CONTRACT,),
}
OF_SYSTEM: Mapping[str, tuple[DocumentKind, ...]] = {
    "AW1": (D.CHARTER,),
    "AW2": (D.POLICY,),
    "AW4": (D.PROCEDURE,),
    "AW8": (D.PLAN,),
    "KN3": (D.PROCEDURE,),
    "KN4": (D.PROCEDURE,),
    "IA1": (D.PROCEDURE, D.POLICY),
    "IA6": (D.RECORD,),
}
NEWEST = 60  # documents looked at


@suggests(*OF_RELATIONSHIP, *OF_SYSTEM)
def of_the_documents(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """Approved documents of the kinds that an output may be, the newest first."""
    rows = session.execute(
        sa.select(
            Document.ref, Document.title, Document.kind, Document.relationship_id, DocumentVersion.number
        )
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            DocumentVersion.status == VersionStatus.APPROVED,
            Document.withdrawn_on.is_(None),
            sa.or_(Document.relationship_id == found.id, Document.relationship_id.is_(None)),
        )
        .order_by(DocumentVersion.approved_on.desc(), Document.ref.desc())
        .limit(NEWEST)
    ).all()
    for ref, title, kind, relationship_id, number in rows:
        for key, kinds in (OF_SYSTEM if relationship_id is None else OF_RELATIONSHIP).items():
            if key in asked and kind in kinds:
                label = Text("%(ref)s “%(title)s”, version %(number)s", ref=ref, title=title, number=number)
                yield (
                    key,
                    Suggestion(
                        key=f"document:{ref}", label=label, refs=(ref,), endpoint="documents.show",
                        values={"document_ref": ref},
                    ),
                )  # fmt: skip


HELD = (MeetingStatus.HELD, MeetingStatus.SUBMITTED, MeetingStatus.AGREED)
OF_MEETINGS: Mapping[MeetingKind, tuple[str, ...]] = {
    MeetingKind.JOINT_TEAM: ("WT1", "ST2"),
    MeetingKind.SER_OVERSIGHT: ("WT1", "ST2"),
}


@suggests("WT1", "ST2")
def of_the_meetings(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """The last meeting of each forum that was held, and how many there were."""
    rows = session.execute(
        sa.select(Meeting.kind, Meeting.ref, Meeting.held_on)
        .where(Meeting.relationship_id == found.id, Meeting.status.in_(HELD), Meeting.held_on.is_not(None))
        .order_by(Meeting.held_on)
    ).all()
    counts = {kind: sum(1 for row in rows if row[0] is kind) for kind in OF_MEETINGS}
    for kind, ref, held_on in {row[0]: row for row in rows if row[0] in OF_MEETINGS}.values():
        if held_on is None:
            continue
        label = Text(
            "%(forum)s: meetings held: %(count)s, the last on %(day)s",
            forum=KIND_LABELS[kind], count=counts[kind], day=day_words(held_on),
        )  # fmt: skip
        for key in OF_MEETINGS[kind]:
            if key in asked:
                yield (
                    key,
                    Suggestion(
                        key=f"meeting:{kind.value}", label=label, refs=(ref,), note=str(label),
                        endpoint="meetings.of_relationship", values={"ref": found.ref},
                    ),
                )  # fmt: skip


@suggests("AW7", "IA5", "WT5", "ST1")
def of_the_actions(
    session: Session, _principal: Principal, found: Relationship, asked: Collection[str]
) -> Found:
    """How many joint actions there are, and how many were done."""
    counts = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(JointAction.status, sa.func.count())
            .where(JointAction.relationship_id == found.id)
            .group_by(JointAction.status)
        )
    }
    count = counts.get(ActionStatus.OPEN, 0) + counts.get(ActionStatus.DONE, 0)
    if count:
        label = Text(
            "Joint actions: %(count)s, done: %(done)s", count=count, done=counts.get(ActionStatus.DONE, 0)
        )
        for key in asked:
            yield (
                key,
                Suggestion(
                    key="actions", label=label, note=str(label), endpoint="joint_actions.of_relationship",
                    values={"ref": found.ref},
                ),
            )  # fmt: skip
