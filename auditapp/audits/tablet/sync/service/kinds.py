"""What each kind of operation does: it asks the same services as the pages do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution import service as execution
from auditapp.audits.execution.devices.model import Operation
from auditapp.audits.execution.devices.rules import HeldError, OperationState
from auditapp.audits.execution.evidence.rules import Photo
from auditapp.audits.execution.model import Evidence, Finding, Meeting
from auditapp.audits.execution.rules import AnswerField, EvidenceKind, Grade, MeetingKind
from auditapp.audits.execution.walk.rules import Base, read_tokens
from auditapp.audits.model import Audit
from auditapp.audits.report import service as report
from auditapp.audits.rules import AuditStatus
from auditapp.audits.tablet.sync.rules import WRONG, Given, Kind, Waiting, believed
from auditapp.kit import strokes
from auditapp.kit.errors import Invalid, NotFound
from auditapp.kit.text import Text
from auditapp.people.rules import Principal

NOT_YET = Text("What this belongs to has not come yet. It is sent again by itself.")
OPENING_FIRST = Text("The opening meeting has not come yet. It is sent again by itself.")
RECORDED_ELSEWHERE = Text(
    "This meeting was recorded somewhere else first, with other words or signatures. What was written on the tablet is "
    "kept here: whoever leads the audit puts what still counts into the report by hand."
)
MAX_SIDE = 100_000  # pixels: what no camera has


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where an operation is applied: whose it is, of which audit, and when it came."""

    session: Session
    actor: Principal
    at: datetime
    audit: Audit
    given: Given
    earlier: Mapping[UUID, Operation]  # operations that are here, by id: those that this request names

    @property
    def about(self) -> dict[str, Any]:
        """What every service is told besides the session: whose it is, when it came, of which audit."""
        return {"actor": self.actor, "at": self.at, "audit": self.audit}

    def require_opened(self) -> None:
        """Raises Waiting until the opening meeting, which has the questions made, has come."""
        if self.audit.status in {AuditStatus.PLANNED, AuditStatus.SCHEDULED}:
            raise Waiting(OPENING_FIRST)

    def before(self, name: str) -> Operation | None:
        """The operation that the body names; ``None`` when it names none. Raises Waiting when it has not come."""
        wanted = self.given.uuid(name)
        if wanted is None:
            return None
        found = self.earlier.get(wanted)
        if found is None:
            raise Waiting(NOT_YET)
        return found

    def needed(self, name: str) -> Operation:
        """The operation that the body must name."""
        found = self.before(name)
        if found is None:
            raise Invalid(WRONG, field=name)
        if found.state is OperationState.REFUSED:
            raise Invalid(Text("What this belongs to was not taken: %(why)s", why=found.why))
        return found


Done = tuple[OperationState, dict[str, Any]]


def _answer(scene: Scene) -> Done:
    given = scene.given
    question = given.uuid("question")
    field = given.words("field")
    if question is None or field not in {one.value for one in AnswerField}:
        raise Invalid(WRONG, field="field")
    scene.require_opened()
    base = _base(scene, field)
    saved = execution.save_answer(
        scene.session,
        actor=scene.actor,
        at=scene.at,
        ref=scene.audit.ref,
        question_id=question,
        values={field: given.body.get("value", "")},
        known=read_tokens(f"{field}={base}") if base else {field: Base()},
        device_id=given.device_id,
        written_at=believed(given.written_at, scene.at),
    )
    state = (
        OperationState.CONFLICT
        if saved.conflicts
        else OperationState.APPLIED
        if saved.changed
        else OperationState.SAME
    )
    return state, {
        "question": str(question),
        "field": field,
        "base": base,
        "tokens": dict(saved.tokens),
        "values": dict(saved.values),
        "result": saved.result.value,
        "answered": saved.answered,
        "flagged": saved.flagged,
        "revision": saved.revision,
    }


def _base(scene: Scene, field: str) -> str:
    """What the tablet stood on: its own operation before this one where there was no receipt yet, else a token."""
    after = scene.before("after")
    if after is None or after.state is OperationState.REFUSED:
        return scene.given.words("known")
    if after.state is OperationState.CONFLICT:
        return str(after.result.get("base", ""))
    return str(after.result.get("tokens", {}).get(field, ""))


def _photo(scene: Scene) -> Done:
    scene.require_opened()
    body = scene.given.body
    told = body.get("original")
    original: dict[str, Any] = told if isinstance(told, dict) else {}
    photo = Photo(
        sha256=scene.given.words("sha256"),
        size=_number(body.get("size")),
        media_type=scene.given.words("type")[:120],
        width=_number(body.get("width"), MAX_SIDE),
        height=_number(body.get("height"), MAX_SIDE),
        file_name=str(original.get("name", "")),
        original_sha256=str(original.get("sha256", "")),
        original_size=_number(original.get("size")),
        captured_at=scene.given.moment("captured"),
        annotation=strokes.plain(strokes.read(body.get("annotation"))),
    )
    added = execution.add_coming_photo(
        scene.session,
        **scene.about,
        photo=photo,
        question_id=scene.given.uuid("question"),
        title=scene.given.words("title"),
        device_id=scene.given.device_id,
        operation_id=scene.given.id,
    )
    state = OperationState.APPLIED if added.operation_id == scene.given.id else OperationState.SAME
    return state, {"question": scene.given.words("question"), "evidence": str(added.id)}


def _evidence(scene: Scene) -> Evidence:
    told = scene.needed("photo").result.get("evidence")
    if not told:
        raise Invalid(WRONG, field="photo")
    found = scene.session.get(Evidence, UUID(told))
    if found is None or found.audit_id != scene.audit.id:
        raise NotFound
    return found


def _annotate(scene: Scene) -> Done:
    changed = execution.annotate_evidence(
        scene.session,
        **scene.about,
        evidence=(evidence := _evidence(scene)),
        annotation=strokes.plain(strokes.read(scene.given.body.get("annotation"))),
    )
    return _state(changed), {"evidence": str(evidence.id)}


def _describe(scene: Scene) -> Done:
    evidence = _evidence(scene)
    before = evidence.title
    execution.change_evidence(
        scene.session,
        **scene.about,
        evidence=evidence,
        title=scene.given.words("title"),
        evidence_date=evidence.evidence_date,
    )
    return _state(evidence.title != before), {"evidence": str(evidence.id)}


def _withdraw(scene: Scene) -> Done:
    evidence = _evidence(scene)
    gone = evidence.removed_at is not None
    execution.remove_evidence(
        scene.session,
        **scene.about,
        evidence=evidence,
        reason=scene.given.words("reason"),
    )
    return _state(not gone), {"evidence": str(evidence.id)}


def _address(scene: Scene) -> Done:
    scene.require_opened()
    kind = EvidenceKind.REFERENCE if scene.given.words("kind") == "reference" else EvidenceKind.LINK
    added = execution.add_address(
        scene.session,
        **scene.about,
        kind=kind,
        title=scene.given.words("title"),
        address=scene.given.words("address"),
        question_id=scene.given.uuid("question"),
    )
    added.operation_id, added.device_id = scene.given.id, scene.given.device_id
    return OperationState.APPLIED, {"question": scene.given.words("question"), "evidence": str(added.id)}


def _finding(scene: Scene) -> Done:
    scene.require_opened()
    question = scene.given.uuid("question")
    found = execution.raise_finding(
        scene.session,
        **scene.about,
        grade=_grade(scene),
        statement=scene.given.words("statement"),
        question_ids=[question] if question else [],
        auditee_id=scene.given.uuid("auditee"),
    )
    return OperationState.APPLIED, {
        "question": str(question or ""),
        "finding": found.ref,
        "grade": found.grade.value,
        "statement": found.statement,
    }


def _finding_change(scene: Scene) -> Done:
    ref = scene.needed("finding").result.get("finding")
    found = scene.session.scalar(
        sa.select(Finding).where(Finding.ref == ref, Finding.audit_id == scene.audit.id)
    )
    if found is None:
        raise NotFound
    before = found.version
    execution.edit_finding(
        scene.session,
        **scene.about,
        finding=found,
        version=found.version,
        grade=_grade(scene),
        statement=scene.given.words("statement"),
        objective_evidence=found.objective_evidence,
        requirements=found.requirements,
        relationship_id=found.relationship_id,
        auditee_id=found.auditee_id,
    )
    scene.session.flush()
    return _state(found.version != before), {
        "finding": found.ref,
        "grade": found.grade.value,
        "statement": found.statement,
    }


def _opening(scene: Scene) -> Done:
    if scene.audit.opened_at is not None:
        return _held_already(scene, MeetingKind.OPENING)
    count = execution.open_audit(
        scene.session,
        **scene.about,
        held_at=_held_at(scene),
        participants=scene.given.words("participants"),
        notes=scene.given.words("notes"),
    )
    return OperationState.APPLIED, {"questions": count}


def _closing(scene: Scene) -> Done:
    scene.require_opened()
    if scene.audit.status is not AuditStatus.IN_PROGRESS and scene.audit.closed_at is not None:
        return _held_already(scene, MeetingKind.CLOSING)
    try:
        report.record_closing_meeting(
            scene.session,
            **scene.about,
            held_at=_held_at(scene),
            participants=scene.given.words("participants"),
            notes=scene.given.words("notes"),
            signatures=_signatures(scene),
            override=scene.given.words("override"),
            device_id=scene.given.device_id,
        )
    except HeldError as held:
        raise Waiting(held.text) from held
    return OperationState.APPLIED, {}


def _held_already(scene: Scene, kind: MeetingKind) -> Done:
    """The same words and signatures are nothing new; others are refused, so that the office reads them."""
    stands = scene.session.get(Meeting, (scene.audit.id, kind))
    told = (scene.given.words("participants").strip(), scene.given.words("notes").strip())
    words = (stands.participants.strip(), stands.notes.strip()) if stands else ("", "")
    signed = [(one["name"], one["strokes"]) for one in stands.signatures] if stands else []
    known = all(text in ("", held) for text, held in zip(told, words, strict=True))
    if not known or any((one["name"], one["strokes"]) not in signed for one in _signatures(scene)):
        raise Invalid(RECORDED_ELSEWHERE)
    return OperationState.SAME, {}


def _signatures(scene: Scene) -> list[dict[str, Any]]:
    """Who signed: a name, and lines where it was done with a pen."""
    told = scene.given.body.get("signatures")
    return [
        {
            "name": str(one.get("name", "")).strip()[:200],
            "strokes": strokes.plain(strokes.read(one.get("strokes"))),
            "at": scene.given.written_at.isoformat(),
        }
        for one in (told if isinstance(told, list) else [])[:50]
        if isinstance(one, dict) and str(one.get("name", "")).strip()
    ]


def _held_at(scene: Scene) -> datetime:
    """When a meeting was held; a tablet with a wrong clock is not believed into the future."""
    return believed(scene.given.moment("held_at") or scene.given.written_at, scene.at)


def _grade(scene: Scene) -> Grade:
    try:
        return Grade(scene.given.words("grade"))
    except ValueError:
        raise Invalid(Text("Choose a grade."), field="grade") from None


def _state(changed: bool) -> OperationState:  # noqa: FBT001 - the only thing it is asked
    return OperationState.APPLIED if changed else OperationState.SAME


def _number(value: object, most: int = 2**31 - 1) -> int:
    return value if type(value) is int and 0 <= value <= most else 0


APPLY: Mapping[Kind, Callable[[Scene], Done]] = {
    Kind.ANSWER: _answer,
    Kind.PHOTO: _photo,
    Kind.ANNOTATE: _annotate,
    Kind.DESCRIBE: _describe,
    Kind.WITHDRAW: _withdraw,
    Kind.ADDRESS: _address,
    Kind.FINDING: _finding,
    Kind.FINDING_CHANGE: _finding_change,
    Kind.OPENING: _opening,
    Kind.CLOSING: _closing,
}
