"""The whole picture of a standard: every clause with what is known of it. The number of statements never grows."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.audits.execution.rules import Grade
from auditapp.audits.model import Audit
from auditapp.audits.programme.queries.coverage import ISSUED
from auditapp.audits.rules import AuditKind
from auditapp.checklists.queries import current_editions, libraries
from auditapp.checklists.rules import Kind, Library, StandardStatus
from auditapp.kit.errors import NotAllowed, NotFound
from auditapp.kit.text import Text
from auditapp.people.queries import organization
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.certification.rules import SCHEME_LABELS, Scheme
from auditapp.relationships.model import Relationship, RelationshipPartner
from auditapp.relationships.rules import Stage
from auditapp.reports.readiness.queries import standing
from auditapp.reports.readiness.queries.answers import (
    Latest,
    clauses_by_key,
    latest_answers,
    questions_by_clause,
    seen_by_clause,
)
from auditapp.reports.readiness.rules import (
    Clause,
    Concern,
    Judged,
    Paper,
    Placed,
    Record,
    Seen,
    Whole,
    expected_document,
    judge,
    leaves,
    mapped,
    places,
)

CYCLE_YEARS = 3  # answers count so long; a certificate holds as long
AT_WORK = (Stage.WORKING_TOGETHER, Stage.VALUE_CREATION, Stage.STAYING_TOGETHER, Stage.EXIT_STRATEGY)
REVIEW = "management_review"
USUAL = "iso44001-2017"


class NoStandard(NotFound):
    """Nothing is released that could be reported on."""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The standards that can be prepared for, the gap checklists, and the organization's name and zone."""

    standards: tuple[Library, ...]
    gaps: tuple[Library, ...]
    organization: str
    zone: str

    def standard(self, key: str = "") -> Library:
        """One standard; without a key the usual one, else the first. Raises NotFound."""
        known = {one.id: one for one in self.standards}
        if not known:
            raise NoStandard(Text("There is no clause checklist yet. The system manager releases one."))
        if key:
            if key not in known:
                raise NotFound(Text("There is no checklist of that standard here."))
            return known[key]
        return known.get(USUAL, self.standards[0])


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A standard with everything known of it on one day, and each clause judged."""

    library: Library
    shelf: Shelf
    today: date
    judged: tuple[Judged, ...]
    whole: Whole
    answers: tuple[Latest, ...]
    counts_for: dict[str, set[str]]
    records: tuple[Record, ...]
    papers: tuple[tuple[str, Paper], ...]
    concerns: tuple[tuple[str, Concern], ...]
    place: Placed
    scheme: Scheme | None

    @property
    def standard(self) -> str:
        """The standard's code."""
        return code_of(self.library)


def code_of(library: Library) -> str:
    """What a nonconformity calls the standard."""
    return library.standard.code if library.standard else library.title


def require_reader(principal: Principal) -> None:
    """Raises NotAllowed for whoever may not see all audits: these reports tell of every one."""
    if not principal.can(Capability.VIEW_AUDITS):
        raise NotAllowed(
            Text("This report tells of every audit. It is for those who may see them all; the system manager can change that.")
        )  # fmt: skip


def may_judge(actor: Principal) -> bool:
    """Whether somebody keeps the gap analysis: the system manager and the audit programme manager."""
    return actor.can(Capability.MANAGE_SETTINGS) or actor.can(Capability.MANAGE_PROGRAMME)


def shelf_of(session: Session) -> Shelf:
    """Four statements at most."""
    home = organization(session)
    current = [one for one in current_editions(session) if one.kind in {Kind.CLAUSE, Kind.GAP}]
    found = libraries(session, [one.id for one in current]) if current else []
    clauses = [one for one in found if one.kind is Kind.CLAUSE]
    return Shelf(
        standards=tuple(sorted(clauses, key=superseded)),
        gaps=tuple(one for one in found if one.kind is Kind.GAP),
        organization=home.name if home else "",
        zone=home.zone if home else "UTC",
    )


def superseded(library: Library) -> bool:
    """Whether another standard has taken its place."""
    return library.standard is not None and library.standard.status is not StandardStatus.CURRENT


def scheme_of(library: Library) -> Scheme | None:
    """The scheme that certificates to this standard are entered under."""
    code = code_of(library)
    return next((one for one, label in SCHEME_LABELS.items() if label.msgid == code), None)


def picture_of(
    session: Session, principal: Principal, *, as_of: datetime, key: str = "", shelf: Shelf | None = None
) -> Picture:
    """Every clause of a standard, judged. Fourteen statements besides those of the shelf, at most."""
    require_reader(principal)
    shelf = shelf or shelf_of(session)
    library = shelf.standard(key)
    today = as_of.astimezone(ZoneInfo(shelf.zone)).date()
    since = as_of.replace(year=as_of.year - CYCLE_YEARS, day=min(as_of.day, 28))
    others = [one for one in shelf.standards if one.id != library.id]
    usual = [one for one in others if one.id == USUAL]
    place = places(library, usual)
    counts_for = clauses_by_key(library, others)
    answers = latest_answers(session, [library.id], since=since, today=today)
    seen = _from_gap_audits(session, shelf, library, since=since, today=today)
    seen |= seen_by_clause(answers, counts_for)
    code = code_of(library)
    findings = _merged(standing.open_findings(session, code), place)
    scheme = scheme_of(library)
    body = standing.concerns(session, principal, scheme)
    documents = standing.papers(session, principal)
    duties = standing.records(session, today)
    gaps = standing.gaps(session, library.id)
    by_concern, by_paper = standing.placed(body, place.of), standing.placed(documents, place.of)
    by_record = standing.placed(duties, place.of)
    asked = questions_by_clause(library)
    judged = []
    for one in leaves(library):
        open_ones = findings.get(one.ref)
        clause = Clause(
            ref=one.ref, label=one.label, title=one.title, stage=Stage(one.stage.value), questions=asked[one.ref],
            seen=seen.get(one.ref, Seen()), majors=open_ones.majors if open_ones else 0,
            minors=open_ones.minors if open_ones else 0, findings=tuple(open_ones.shown) if open_ones else (),
            papers=tuple(by_paper.get(one.ref, ())), expected=expected_document(library.id, one.ref),
            records=tuple(by_record.get(one.ref, ())), concerns=tuple(by_concern.get(one.ref, ())),
            gap=gaps.get(one.ref),
        )  # fmt: skip
        judged.append(judge(clause, today))
    return Picture(
        library=library, shelf=shelf, today=today, judged=tuple(judged), answers=tuple(answers),
        counts_for=counts_for, records=tuple(one for _text, one in duties), papers=tuple(documents),
        concerns=tuple(body), place=place, scheme=scheme,
        whole=_whole(session, code, duties, [one for text, one in body if not place.of(text)], today),
    )  # fmt: skip


def _from_gap_audits(
    session: Session, shelf: Shelf, library: Library, *, since: datetime, today: date
) -> dict[str, Seen]:
    """What gap analyses held as audits say, through the checklist's mapping. One statement."""
    counts_for: dict[str, set[str]] = {}
    for gap in shelf.gaps:
        clauses = mapped(gap, library)
        for question in gap.questions:
            reached = {there for here in question.clauses for there in clauses.get(here, ())}
            own = {
                target.partition("#")[2] for target in question.maps_to if target.startswith(f"{library.id}#")
            }
            counts_for[f"{gap.id}:{question.id}"] = own or reached
    answers = latest_answers(session, [gap.id for gap in shelf.gaps], since=since, today=today)
    found = seen_by_clause(answers, counts_for, self_assessed=True)
    asked = questions_by_clause(library)  # one question there speaks for a whole clause here
    return {ref: replace(one, asked=asked[ref]) for ref, one in found.items() if ref in asked}


def _merged(found: dict[str, standing.OpenFindings], place: Placed) -> dict[str, standing.OpenFindings]:
    """Open nonconformities by the clauses of the library that their texts mean; a heading means all below it."""
    merged: dict[str, standing.OpenFindings] = {}
    for text, those in found.items():
        for ref in place.leaves.get(text, ()):
            before = merged.get(ref)
            merged[ref] = (
                standing.OpenFindings(
                    majors=before.majors + those.majors,
                    minors=before.minors + those.minors,
                    shown=[*before.shown, *those.shown],
                )
                if before
                else those
            )
    return merged


def _whole(
    session: Session, code: str, duties: list[tuple[str, Record]], elsewhere: list[Concern], today: date
) -> Whole:
    """What is known beside the clauses. Three statements."""
    counts = standing.open_counts(session, code)
    partners = session.scalar(
        sa.select(sa.func.count(sa.distinct(Relationship.id)))
        .join(RelationshipPartner, RelationshipPartner.relationship_id == Relationship.id)
        .where(
            Relationship.stage.in_(AT_WORK),
            sa.or_(Relationship.ended_on.is_(None), Relationship.ended_on > today),
        )
    )
    audited = session.scalar(
        sa.select(sa.func.max(Audit.issued_at)).where(
            Audit.status.in_(ISSUED), Audit.kind == AuditKind.INTERNAL
        )
    )
    reviewed = next((one.last_on for _text, one in duties if one.key == REVIEW), None)
    return Whole(
        partners=partners or 0,
        audited_on=audited.date() if audited else None,
        reviewed_on=reviewed,
        majors=counts.get(Grade.MAJOR, 0),
        minors=counts.get(Grade.MINOR, 0),
        elsewhere=tuple(elsewhere),
    )
