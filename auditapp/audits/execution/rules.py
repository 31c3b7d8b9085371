"""Answers, findings and their grades. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from auditapp.audits.rules import WHOSE_TURN, AuditStatus
from auditapp.kit.errors import Refusal
from auditapp.kit.text import Text


class Result(StrEnum):
    """What the auditor found about one question. *Not asked* is the absence of an answer, not a nonconformity."""

    NOT_ASKED = "not_asked"
    CONFORMS = "conforms"
    NONCONFORMING = "nonconforming"
    OBSERVATION = "observation"
    OPPORTUNITY = "opportunity"
    GOOD_PRACTICE = "good_practice"
    NOT_APPLICABLE = "not_applicable"
    NOT_VERIFIED = "not_verified"
    ARRANGED = "arranged"  # arrangement in place - output not yet verifiable (a stage not reached yet)


RESULT_LABELS: Mapping[Result, Text] = {
    Result.NOT_ASKED: Text("Not asked"),
    Result.CONFORMS: Text("Conforms"),
    Result.NONCONFORMING: Text("Nonconforming"),
    Result.OBSERVATION: Text("Observation"),
    Result.OPPORTUNITY: Text("Opportunity for improvement"),
    Result.GOOD_PRACTICE: Text("Good practice"),
    Result.NOT_APPLICABLE: Text("Not applicable"),
    Result.NOT_VERIFIED: Text("Not verified"),
    Result.ARRANGED: Text("Arrangement in place – output not yet verifiable"),
}
NEEDS_REASON = frozenset({Result.NOT_APPLICABLE, Result.NOT_VERIFIED})


class AnswerField(StrEnum):
    """The fields of an answer; each is saved, versioned and merged by itself."""

    RESULT = "result"
    NOTE = "note"
    REASON = "reason"
    EVIDENCE = "evidence"
    INTERVIEWEES = "interviewees"
    SAMPLE = "sample"
    FLAGGED = "flagged"


class Grade(StrEnum):
    """Grades of an audit finding."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"
    OPPORTUNITY = "opportunity"
    GOOD_PRACTICE = "good_practice"


GRADE_LABELS: Mapping[Grade, Text] = {
    Grade.MAJOR: Text("Major nonconformity"),
    Grade.MINOR: Text("Minor nonconformity"),
    Grade.OBSERVATION: Text("Observation"),
    Grade.OPPORTUNITY: Text("Opportunity for improvement"),
    Grade.GOOD_PRACTICE: Text("Good practice"),
}


class FindingStatus(StrEnum):
    """A finding until the report is issued; its life after that is the nonconformity's."""

    DRAFT = "draft"
    ISSUED = "issued"  # carried in an issued report
    WITHDRAWN = "withdrawn"


class MeetingKind(StrEnum):
    """The two meetings every audit has."""

    OPENING = "opening"
    CLOSING = "closing"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    PHOTO = "photo"
    FILE = "file"
    LINK = "link"
    REFERENCE = "reference"  # a document held elsewhere


RESULT_SHORT: Mapping[Result, Text] = {
    **RESULT_LABELS,
    Result.ARRANGED: Text("Arranged, output not yet verifiable"),
}
# The order that a thumb learns; the same everywhere, and the keys 1 to 9.
RESULT_ORDER: tuple[Result, ...] = (
    Result.CONFORMS,
    Result.NONCONFORMING,
    Result.OBSERVATION,
    Result.OPPORTUNITY,
    Result.GOOD_PRACTICE,
    Result.NOT_APPLICABLE,
    Result.NOT_VERIFIED,
    Result.ARRANGED,
    Result.NOT_ASKED,
)
FIELD_LABELS: Mapping[AnswerField, Text] = {
    AnswerField.RESULT: Text("Answer"),
    AnswerField.NOTE: Text("Notes"),
    AnswerField.REASON: Text("Reason"),
    AnswerField.EVIDENCE: Text("Objective evidence"),
    AnswerField.INTERVIEWEES: Text("Interviewees"),
    AnswerField.SAMPLE: Text("Sample taken"),
    AnswerField.FLAGGED: Text("Flag"),
}
EVIDENCE_LABELS: Mapping[EvidenceKind, Text] = {
    EvidenceKind.PHOTO: Text("Photo"),
    EvidenceKind.FILE: Text("File"),
    EvidenceKind.LINK: Text("Link"),
    EvidenceKind.REFERENCE: Text("Document held elsewhere"),
}
FINDING_STATUS_LABELS: Mapping[FindingStatus, Text] = {
    FindingStatus.DRAFT: Text("Draft"),
    FindingStatus.ISSUED: Text("Issued"),
    FindingStatus.WITHDRAWN: Text("Withdrawn"),
}
FINDING_TONES: Mapping[FindingStatus, str] = {
    FindingStatus.DRAFT: "on_track",
    FindingStatus.ISSUED: "done",
    FindingStatus.WITHDRAWN: "quiet",
}
# The grade that an answer suggests. A nonconforming answer suggests none: major or minor is a judgement.
GRADE_OF: Mapping[Result, Grade] = {
    Result.OBSERVATION: Grade.OBSERVATION,
    Result.OPPORTUNITY: Grade.OPPORTUNITY,
    Result.GOOD_PRACTICE: Grade.GOOD_PRACTICE,
}


def is_answered(result: Result, reason: str) -> bool:
    """Whether a question counts as answered: asked, and with its reason where the result needs one."""
    return result is not Result.NOT_ASKED and (result not in NEEDS_REASON or bool(reason.strip()))


def require_open(status: AuditStatus) -> None:
    """Raises Refusal, saying whose turn it is, unless the audit is between its opening and closing meetings."""
    if status is not AuditStatus.IN_PROGRESS:
        raise Refusal(
            Text(
                "Answers, evidence and findings change only between the opening and the closing meeting. %(turn)s",
                turn=WHOSE_TURN[status],
            )
        )
