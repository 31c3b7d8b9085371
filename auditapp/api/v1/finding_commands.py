"""Commands on nonconformities: raise, acknowledge, verify, return, confirm."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from pydantic import Field

from auditapp.api.declare import expected, post, versioned
from auditapp.api.lists import known_relationship
from auditapp.api.places import site
from auditapp.api.shapes import Asked, Conditions, Day, Line, Locked, Name, Needed, Nothing, Words
from auditapp.api.tokens.rules import Scope
from auditapp.api.v1.findings import INSIDE, NONCONFORMITIES, WholeNonconformity, whole
from auditapp.audits.execution.rules import Grade
from auditapp.findings.life import service as life
from auditapp.findings.queries import nonconformity_by_ref
from auditapp.findings.raising import service as raising
from auditapp.findings.rules.nonconformity import Source
from auditapp.findings.verification import service as verification
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.relationships.rules import Stage

WRITE = Scope.WRITE_FINDINGS


class RequirementNamed(Asked):
    """A requirement that is not fulfilled."""

    standard: Name
    clause: Name
    title: Line = ""


class NewNonconformity(Asked):
    """What does not conform."""

    title: Name
    statement: Words = ""
    objective_evidence: Words = ""
    source: Source = Field(
        default=Source.SELF_IDENTIFIED,
        description="Where it comes from; those of an audit are raised from its findings.",
    )
    source_note: Words = ""
    grade: Grade = Field(default=Grade.MINOR, description="`minor` or `major`.")
    relationship: Line = Field(default="", description="The number of a relationship, such as R-01.")
    stage: Stage | None = None
    requirements: list[RequirementNamed] = Field(default_factory=list, max_length=40)
    body_name: Line = ""
    body_ref: Line = ""
    reply_due_on: Day | None = None
    close_due_on: Day | None = None


class Issuing(Asked):
    """To whom it goes."""

    responsible_id: UUID
    verifier_id: UUID
    deputy_id: UUID | None = None
    verifier_reason: Words = Field(
        default="", description="Why this verifier, where a rule speaks against it."
    )
    reviewer_id: UUID | None = None


class Verification(Asked):
    """What was looked at."""

    note: Needed
    sample: Needed
    not_before: Day | None = Field(default=None, description="The first day of the effectiveness check.")


class Reason(Asked):
    """Why."""

    reason: Needed
    sample: Words = ""


class Confirmation(Asked):
    """What shows that it was effective."""

    note: Needed
    sample: Words = ""


def _done(ref: str, headers: Conditions, work: Callable[..., Any], **more: Any) -> object:
    session = current_session()
    row = nonconformity_by_ref(session, actor(), ref)
    work(session, actor=actor(), at=clock.now(), nc=row, version=expected(headers), **more)
    session.flush()
    return versioned(whole(row), row.version)


@post(
    "/nonconformities", scope=WRITE, gives=WholeNonconformity, status=201, needs=INSIDE, tag=NONCONFORMITIES
)
def raise_nonconformity(json: NewNonconformity, headers: Conditions) -> object:
    """Raise a nonconformity. It is a draft until it is issued."""
    del headers
    session = current_session()
    row = raising.raise_nonconformity(
        session,
        actor=actor(),
        at=clock.now(),
        title=json.title,
        statement=json.statement,
        objective_evidence=json.objective_evidence,
        source=json.source,
        source_note=json.source_note,
        grade=json.grade,
        relationship_id=known_relationship(json.relationship, "relationship") if json.relationship else None,
        stage=json.stage.value if json.stage else "",
        requirements=[one.model_dump() for one in json.requirements],
        body_name=json.body_name,
        body_ref=json.body_ref,
        reply_due_on=json.reply_due_on,
        close_due_on=json.close_due_on,
    )
    session.flush()
    return versioned(whole(row), row.version, 201, Location=site("api_v1.nonconformity", ref=row.ref))


@post(
    "/nonconformities/<ref>/issue", scope=WRITE, gives=WholeNonconformity, needs=INSIDE, tag=NONCONFORMITIES
)
def issue_nonconformity(ref: str, json: Issuing, headers: Locked) -> object:
    """Issue it to the one who is responsible, with its verifier."""
    return _done(ref, headers, life.issue_nonconformity, **json.model_dump())


@post(
    "/nonconformities/<ref>/acknowledge",
    scope=WRITE,
    gives=WholeNonconformity,
    needs=INSIDE,
    tag=NONCONFORMITIES,
)
def acknowledge_nonconformity(ref: str, json: Nothing, headers: Locked) -> object:
    """Acknowledge it, as the one who is responsible."""
    del json
    return _done(ref, headers, life.acknowledge)


@post(
    "/nonconformities/<ref>/verify", scope=WRITE, gives=WholeNonconformity, needs=INSIDE, tag=NONCONFORMITIES
)
def verify_nonconformity(ref: str, json: Verification, headers: Locked) -> object:
    """Say, as its verifier, that the work was done."""
    return _done(
        ref, headers, verification.verify_work, note=json.note, sample=json.sample, not_before=json.not_before
    )


@post(
    "/nonconformities/<ref>/return", scope=WRITE, gives=WholeNonconformity, needs=INSIDE, tag=NONCONFORMITIES
)
def return_nonconformity(ref: str, json: Reason, headers: Locked) -> object:
    """Send the work back, as its verifier, and say why."""
    return _done(ref, headers, verification.return_work, reason=json.reason, sample=json.sample)


@post(
    "/nonconformities/<ref>/confirm", scope=WRITE, gives=WholeNonconformity, needs=INSIDE, tag=NONCONFORMITIES
)
def confirm_nonconformity(ref: str, json: Confirmation, headers: Locked) -> object:
    """Say, at the effectiveness check, that it was effective: it is closed."""
    return _done(ref, headers, verification.confirm_effective, note=json.note, sample=json.sample)
