"""Schemes, visits, decisions and findings of a certification body: their kinds and what they are called. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditapp.kit.text import Text


class Scheme(StrEnum):
    """By which standard."""

    BS_11000 = "bs_11000"
    ISO_44001 = "iso_44001"


SCHEME_LABELS: Mapping[Scheme, Text] = {
    Scheme.BS_11000: Text("BS 11000-1:2010"),
    Scheme.ISO_44001: Text("ISO 44001:2017"),
}


class VisitKind(StrEnum):
    """What the body comes for."""

    PRE_ASSESSMENT = "pre_assessment"
    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"
    SURVEILLANCE = "surveillance"
    RECERTIFICATION = "recertification"
    SHORT_NOTICE = "short_notice"


VISIT_LABELS: Mapping[VisitKind, Text] = {
    VisitKind.PRE_ASSESSMENT: Text("Pre-assessment"),
    VisitKind.STAGE_1: Text("Stage 1"),
    VisitKind.STAGE_2: Text("Stage 2"),
    VisitKind.SURVEILLANCE: Text("Surveillance"),
    VisitKind.RECERTIFICATION: Text("Recertification audit"),
    VisitKind.SHORT_NOTICE: Text("Short-notice audit"),
}


class DecisionKind(StrEnum):
    """What the body decided."""

    INITIAL = "initial"
    RECERTIFICATION = "recertification"
    RESTORED = "restored"


DECISION_LABELS: Mapping[DecisionKind, Text] = {
    DecisionKind.INITIAL: Text("Certification"),
    DecisionKind.RECERTIFICATION: Text("Recertification"),
    DecisionKind.RESTORED: Text("Restored after it had lapsed"),
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision of the body: from ``decided_on`` to the last day on which the certificate holds."""

    kind: DecisionKind
    decided_on: date
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit by its days, each from the first to the last; ``held`` is empty until it has taken place."""

    kind: VisitKind
    planned: tuple[date, date] | None = None
    held: tuple[date, date] | None = None

    @property
    def ended_on(self) -> date | None:
        """Its last day, once it was held."""
        return self.held[1] if self.held else None


class FindingKind(StrEnum):
    """What the body found."""

    CONCERN = "concern"
    MAJOR = "major"
    MINOR = "minor"
    OPPORTUNITY = "opportunity"


FINDING_LABELS: Mapping[FindingKind, Text] = {
    FindingKind.CONCERN: Text("Stage 1 concern"),
    FindingKind.MAJOR: Text("Major nonconformity"),
    FindingKind.MINOR: Text("Minor nonconformity"),
    FindingKind.OPPORTUNITY: Text("Opportunity for improvement"),
}
