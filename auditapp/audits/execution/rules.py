"""Answers, findings and their grades. Pure."""

from collections.abc import Mapping
from enum import StrEnum

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
