"""An audit that is scheduled or open, with a leader, an auditor, an auditee and a reader."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from PIL import Image

from auditapp.audits.execution.model import Answer, AuditQuestion
from auditapp.audits.execution.service import open_audit
from auditapp.audits.model import Audit, AuditEdition, AuditMember, AuditRelationship
from auditapp.audits.rules import AuditStatus, MemberRole
from auditapp.checklists.model import Edition
from auditapp.checklists.rules import EditionStatus, parse, plain
from auditapp.config import ROOT
from auditapp.kit.clock import now
from auditapp.people.rules import Principal, Role
from auditapp.relationships.model import Relationship
from tests.factories import make_person, make_relationship

LIBRARIES = {}


def library(name):
    if name not in LIBRARIES:
        LIBRARIES[name] = parse(Path(ROOT / "checklists" / f"{name}.yaml").read_bytes(), name=name)
    return LIBRARIES[name]


@dataclass
class Cast:
    """Who and what a test of the walk needs."""

    audit_id: UUID
    ref: str
    leader: Principal
    auditor: Principal
    auditee: Principal
    reader: Principal
    outsider: Principal
    relationship_id: UUID
    relationship_ref: str
    questions: list[UUID]

    def audit(self, session):
        return session.get(Audit, self.audit_id)


def make_edition(session, name):
    found = session.scalar(sa.select(Edition).where(Edition.library_key == name))
    if found is None:
        read = library(name)
        found = Edition(
            library_key=name,
            edition=read.edition,
            title=read.title,
            kind=read.kind.value,
            status=EditionStatus.RELEASED,
            source="shipped",
            content=plain(read),
            sha256="0" * 64,
            questions=len(read.questions),
            created_at=now(),
            released_at=now(),
        )
        session.add(found)
        session.flush()
    return found


def make_cast(
    session, *, libraries=("relationship-health",), opened=True, limit=None, ref="IA-2026-001", stages=()
):
    """An audit with its people; ``limit`` cuts the walk to so many questions."""
    leader = make_person(session, Role.AUDITOR, name="Lea Leader")
    auditor = make_person(session, Role.AUDITOR, name="Aud Auditor")
    auditee = make_person(session, Role.ACTION_OWNER, name="Ede Auditee")
    reader = make_person(session, Role.VIEWER, name="Vi Viewer")
    outsider = make_person(session, Role.ACTION_OWNER, name="Out Sider")
    sampled = make_relationship(session, name="With Partner North")
    audit = Audit(
        ref=ref,
        title="Audit of Partner North",
        status=AuditStatus.SCHEDULED,
        stages=list(stages),
        starts_on=date(2026, 3, 2),
        created_at=now(),
        created_by_id=leader.person_id,
    )
    audit.members = [
        AuditMember(person_id=who.person_id, role=role, position=place)
        for place, (who, role) in enumerate(
            [(leader, MemberRole.LEADER), (auditor, MemberRole.AUDITOR), (auditee, MemberRole.AUDITEE)]
        )
    ]
    audit.editions = [
        AuditEdition(edition_id=make_edition(session, name).id, position=place)
        for place, name in enumerate(libraries)
    ]
    session.add(audit)
    session.flush()
    session.add(AuditRelationship(audit_id=audit.id, relationship_id=sampled.id))
    session.flush()
    if opened:
        at = now()
        open_audit(
            session, actor=leader, at=at, audit=audit, held_at=at - timedelta(minutes=5), participants="All"
        )
        if limit is not None:
            over = sa.select(AuditQuestion.id).where(
                AuditQuestion.audit_id == audit.id, AuditQuestion.position > limit
            )
            session.execute(sa.delete(Answer).where(Answer.question_id.in_(over)))
            session.execute(
                sa.delete(AuditQuestion).where(
                    AuditQuestion.audit_id == audit.id, AuditQuestion.position > limit
                )
            )
    questions = session.scalars(
        sa.select(AuditQuestion.id).where(AuditQuestion.audit_id == audit.id).order_by(AuditQuestion.position)
    ).all()
    return Cast(
        audit_id=audit.id,
        ref=audit.ref,
        leader=leader,
        auditor=auditor,
        auditee=auditee,
        reader=reader,
        outsider=outsider,
        relationship_id=sampled.id,
        relationship_ref=session.get(Relationship, sampled.id).ref,
        questions=list(questions),
    )


@pytest.fixture
def make():
    return make_cast


@pytest.fixture
def cast(unit):
    """An open audit of a relationship health check."""
    return unit(make_cast)


@pytest.fixture
def photo():
    """A JPEG with a place and a day in it, as a phone makes them; turned by its orientation tag."""

    def draw(*, size=(640, 480), orientation=6, kind="JPEG"):
        image = Image.new("RGB", size, "steelblue")
        exif = Image.Exif()
        exif[274] = orientation
        exif.get_ifd(0x8769)[36867] = "2026:03:01 10:11:12"
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = "N", (51.0, 30.0, 0.0)
        out = io.BytesIO()
        image.save(out, kind, exif=exif)
        return out.getvalue()

    return draw
