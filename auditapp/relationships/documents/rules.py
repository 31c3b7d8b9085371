"""Controlled documents, and the life of a version. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from auditapp.kit.text import Text


class DocumentKind(StrEnum):
    """What kind of documented information."""

    POLICY = "policy"
    PROCEDURE = "procedure"
    PLAN = "plan"
    CONTRACT = "contract"
    CHARTER = "charter"
    REGISTER = "register"
    RECORD = "record"
    OTHER = "other"


KIND_LABELS: Mapping[DocumentKind, Text] = {
    DocumentKind.POLICY: Text("Policy"),
    DocumentKind.PROCEDURE: Text("Procedure"),
    DocumentKind.PLAN: Text("Plan"),
    DocumentKind.CONTRACT: Text("Agreement or contract"),
    DocumentKind.CHARTER: Text("Charter or terms of reference"),
    DocumentKind.REGISTER: Text("Register"),
    DocumentKind.RECORD: Text("Record"),
    DocumentKind.OTHER: Text("Other"),
}


class VersionStatus(StrEnum):
    """The life of a version of a document."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class VersionVerb(StrEnum):
    """What can be done with a version."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


S, V = VersionStatus, VersionVerb
STEPS: Mapping[tuple[VersionStatus, VersionVerb], VersionStatus] = {
    (S.DRAFT, V.SUBMIT): S.IN_REVIEW,
    (S.DRAFT, V.WITHDRAW): S.WITHDRAWN,
    (S.IN_REVIEW, V.APPROVE): S.APPROVED,
    (S.IN_REVIEW, V.RETURN): S.DRAFT,
    (S.IN_REVIEW, V.WITHDRAW): S.WITHDRAWN,
    (S.APPROVED, V.SUPERSEDE): S.SUPERSEDED,
    (S.APPROVED, V.WITHDRAW): S.WITHDRAWN,
}
UNDER_WAY = frozenset({S.DRAFT, S.IN_REVIEW})
STATUS_LABELS: Mapping[VersionStatus, Text] = {
    S.DRAFT: Text("Draft"),
    S.IN_REVIEW: Text("Waits for approval"),
    S.APPROVED: Text("Approved"),
    S.SUPERSEDED: Text("Superseded"),
    S.WITHDRAWN: Text("Withdrawn"),
}
STATUS_TONES: Mapping[VersionStatus, str] = {
    S.DRAFT: "quiet",
    S.IN_REVIEW: "attention",
    S.APPROVED: "done",
    S.SUPERSEDED: "quiet",
    S.WITHDRAWN: "quiet",
}
REFUSALS: Mapping[VersionVerb, Text] = {
    V.SUBMIT: Text("Only a draft is put up for approval."),
    V.APPROVE: Text("This version does not wait for approval. Open the document again and look."),
    V.RETURN: Text("This version does not wait for approval. Open the document again and look."),
    V.SUPERSEDE: Text("Only an approved version is superseded."),
    V.WITHDRAW: Text("This version has been superseded or withdrawn already."),
}
