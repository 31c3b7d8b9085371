"""Reading, in one unit of work, all that a pack will hold: contents that are rendered later, and files by their hash."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload, undefer

from auditapp.audits.execution.model import AuditQuestion, Evidence
from auditapp.audits.execution.rules import EvidenceKind
from auditapp.audits.model import Audit
from auditapp.audits.report.content import AuditReport
from auditapp.audits.report.model import IssuedReport
from auditapp.kit.clock import day_in
from auditapp.kit.text import Text
from auditapp.people.queries import organization
from auditapp.people.rules import Principal
from auditapp.relationships.documents.model import Document, DocumentVersion
from auditapp.relationships.documents.queries import visible_documents
from auditapp.relationships.documents.rules import DocumentKind
from auditapp.relationships.documents.rules import VersionStatus as DocumentStatus
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rmp.model import Plan, PlanVersion
from auditapp.relationships.rmp.queries import visible_plans
from auditapp.relationships.rmp.rules import PlanKind
from auditapp.relationships.rmp.rules import VersionStatus as PlanStatus
from auditapp.reports.pack.catalogue import REPORTS, Ask
from auditapp.reports.pack.manifest import Withheld, path_of
from auditapp.reports.pack.rules import Chosen
from auditapp.reports.paper.model import Report
from auditapp.reports.readiness.queries.picture import code_of, shelf_of
from auditapp.reports.rmp_document.content import PlanDocument
from auditapp.reports.rmp_document.gather import document_of
from auditapp.trail.model import Fact

Address = Callable[[str, Mapping[str, str]], str]
CONFIDENTIAL = Text("Confidential: whoever ordered the pack did not put it in. Ask them.")
ELSEWHERE = Text("It is not kept here but at %(address)s.")
GONE = Text("Its file is missing or damaged in the store.")
COMING = Text("Its picture is still on the tablet it was taken with.")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A file to be: ``content`` is rendered, or ``sha256`` names a kept file."""

    path: str
    title: str
    group: str
    source: str
    content: Report | tuple[AuditReport, str] | PlanDocument | None = None
    sha256: str = ""
    size: int = 0


@dataclass(kw_only=True)
class Gathered:
    """All of a pack, as of one moment."""

    organization: str
    standard: str
    as_of: datetime
    trail: tuple[int, str]
    pieces: list[Piece] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)


def gather(
    session: Session, *, actor: Principal, as_of: datetime, chosen: Chosen, address: Address
) -> Gathered:
    """What ``chosen`` names, as far as the actor may see it. Statements do not grow with files, only with reports and plans."""
    own = organization(session)
    last = session.execute(sa.select(Fact.seq, Fact.hash).order_by(Fact.seq.desc()).limit(1)).first()
    made = Gathered(
        organization=own.name if own else "",
        standard=next((code_of(one) for one in shelf_of(session).standards if one.id == chosen.standard), ""),
        as_of=as_of,
        trail=(last[0], last[1]) if last else (0, ""),
    )
    known = {
        row[0]: row[1]
        for row in session.execute(
            visible_relationships(actor)
            .where(Relationship.id.in_(chosen.relationships))
            .with_only_columns(Relationship.id, Relationship.ref)
        )
    }
    until = day_in(own.zone if own else actor.zone, as_of)
    ask = Ask(actor, as_of, chosen.standard, min(chosen.since, until), until, address)
    for key in chosen.reports:
        if listed := REPORTS.get(key):
            report = listed.make(session, ask)
            made.pieces.append(
                Piece(path=path_of("reports", f"{key}.pdf"), title=report.title, group="reports", source=f"report:{key}", content=report)
            )  # fmt: skip
    if chosen.audits:
        _audits(session, made, chosen, known)
    if chosen.plans:
        _plans(session, made, actor, chosen, known)
    if chosen.documents:
        _documents(session, made, actor, chosen, known)
    return made


def _audits(session: Session, made: Gathered, chosen: Chosen, known: Collection[UUID]) -> None:
    """Of every audit (whoever orders sees them all) the newest revision of each report issued since that day, and the evidence that it names."""
    newest = (
        sa.select(IssuedReport.audit_id, sa.func.max(IssuedReport.revision).label("revision"))
        .group_by(IssuedReport.audit_id)
        .subquery()
    )
    start = datetime.combine(chosen.since, datetime.min.time(), tzinfo=made.as_of.tzinfo)
    rows = session.execute(
        sa.select(IssuedReport, Audit)
        .join(newest, sa.and_(newest.c.audit_id == IssuedReport.audit_id, newest.c.revision == IssuedReport.revision))
        .join(Audit, Audit.id == IssuedReport.audit_id)
        .where(
            IssuedReport.issued_at >= start,
            IssuedReport.issued_at <= made.as_of,
        )
        .options(undefer(IssuedReport.content), selectinload(Audit.relationships))
        .order_by(Audit.ref)
    ).all()  # fmt: skip
    taken = {}
    for issued, audit in rows:
        concerned = {one.id for one in audit.relationships}
        if concerned and not concerned & set(known):
            continue  # of relationships that were not chosen
        taken[audit.id] = audit.ref
        content = AuditReport.from_json(issued.content.encode())
        name = f"{issued.number}-{issued.revision}"
        made.pieces.append(
            Piece(
                path=path_of("audits", audit.ref, f"{name}.pdf"), title=f"{name} {audit.title}", group="audits",
                source=f"audit_report:{issued.id}", content=(content, issued.sha256),
            )
        )  # fmt: skip
    for piece in _evidence(session, made, taken):
        made.pieces.append(piece)


def _evidence(session: Session, made: Gathered, audits: Mapping[UUID, str]) -> Iterator[Piece]:
    """Photos as the readers of a report see them (turned, without where they were taken), other files as they came."""
    rows = session.execute(
        sa.select(Evidence, sa.func.coalesce(AuditQuestion.position, 0).label("position"))
        .outerjoin(AuditQuestion, AuditQuestion.id == Evidence.question_id)
        .where(Evidence.audit_id.in_(audits), Evidence.removed_at.is_(None), Evidence.sha256 != "")
        .order_by(Evidence.audit_id, sa.text("position"), Evidence.added_at, Evidence.id)
    )
    counts: dict[UUID, int] = {}
    for one, number in rows:
        place = counts[one.audit_id] = counts.get(one.audit_id, 0) + 1
        title = f"{audits[one.audit_id]} {one.title}"
        if one.coming:
            made.withheld.append(Withheld(title=title, why=str(COMING)))
            continue
        photo = one.kind is EvidenceKind.PHOTO and one.preview_sha256
        ending = "jpg" if photo else (one.file_name.rpartition(".")[2] or "bin")
        asked = f"q{number}-" if one.question_id else ""
        yield Piece(
            path=path_of("audits", audits[one.audit_id], "evidence", f"{place:03d}-{asked}{one.title[:40]}.{ending}"),
            title=title, group="evidence", source=f"audit_evidence:{one.id}",
            sha256=one.preview_sha256 if photo else one.sha256,
        )  # fmt: skip


def _plans(
    session: Session, made: Gathered, actor: Principal, chosen: Chosen, known: Mapping[UUID, str]
) -> None:
    """The version in force of the corporate plans and of each chosen relationship's."""
    rows = session.execute(
        visible_plans(actor)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .where(
            PlanVersion.status == PlanStatus.IN_FORCE,
            sa.or_(Plan.relationship_id.is_(None), Plan.relationship_id.in_(known)),
        )
        .add_columns(PlanVersion)
        .order_by(Plan.ref)
    ).all()
    relationships = {
        one.id: one for one in session.scalars(sa.select(Relationship).where(Relationship.id.in_(known)))
    }
    for plan, version in rows:
        where = known.get(plan.relationship_id, "") if plan.relationship_id else ""
        title = f"{plan.ref} {version.number} {where}".strip()
        if plan.kind is PlanKind.INTERNAL and not chosen.confidential:
            made.withheld.append(Withheld(title=title, why=str(CONFIDENTIAL)))
            continue
        document = document_of(
            session, actor, plan=plan, version=version, found=relationships.get(plan.relationship_id),
            language=actor.locale[:2],
        )  # fmt: skip
        made.pieces.append(
            Piece(
                path=path_of("plans", f"{plan.ref}-v{version.number}.pdf"), title=title, group="plans",
                source=f"plan_version:{version.id}", content=document,
            )
        )  # fmt: skip


def _documents(
    session: Session, made: Gathered, actor: Principal, chosen: Chosen, known: Collection[UUID]
) -> None:
    """The approved version of each document of the system and of the chosen relationships."""
    rows = session.execute(
        visible_documents(actor)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(
            Document.withdrawn_on.is_(None),
            DocumentVersion.status == DocumentStatus.APPROVED,
            sa.or_(Document.relationship_id.is_(None), Document.relationship_id.in_(known)),
        )
        .add_columns(DocumentVersion)
        .order_by(Document.ref)
    ).all()
    for document, version in rows:
        title = f"{document.ref} {document.title} ({version.number})"
        if document.kind is DocumentKind.CONTRACT and not chosen.confidential:
            made.withheld.append(Withheld(title=title, why=str(CONFIDENTIAL)))
        elif not version.sha256:
            made.withheld.append(Withheld(title=title, why=str(Text(ELSEWHERE.msgid, address=version.url))))
        else:
            ending = version.file_name.rpartition(".")[2] or "bin"
            made.pieces.append(
                Piece(
                    path=path_of("documents", f"{document.ref}-v{version.number}-{document.title[:40]}.{ending}"),
                    title=title, group="documents", source=f"document_version:{version.id}", sha256=version.sha256,
                )
            )  # fmt: skip
