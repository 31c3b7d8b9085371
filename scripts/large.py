"""Make a large organization to look at: the demonstration, and around it as much as a group of companies has.

`scripts/large.py FOLDER` (empty or new) holds afterwards a data folder for `AUDITAPP_DATA_DIR`: 100 relationships, 500
audits, 10,000 findings by default. What the demonstration tells went through the services; the rest is put in through
SQLAlchemy core, spread as an organization's is, with names in several scripts, and has no trail.
"""

import argparse
import random
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.orm import Session

from auditapp.app import create_app
from auditapp.audits.model import Audit
from auditapp.checklists.model import Edition
from auditapp.config import Settings
from auditapp.findings.model import Nonconformity
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, run_unit
from auditapp.overview.demo.service import load_demonstration
from auditapp.people.model import Person, RoleGrant
from auditapp.people.rules import Role
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import STAGES, Kind
from bench.dashboards import add_audits, add_moments, add_reminders, from_audits
from bench.registers import PIECE, Cast
from bench.stage import migrate

FIRST = 1000  # numbers that the demonstration does not reach
PARTNERS = (
    "Northern Turbine Works", "Ασφάλεια και Συντήρηση", "北方精密机械有限公司", "شركة الخليج للخدمات اللوجستية",
    "Gesellschaft für Instandhaltung, Prüfung und Überwachung technischer Anlagen mbH", "Aé", "株式会社 協働パートナーズ",
    "Łódzkie Zakłady Precyzyjne", "Bright Harbour 🚢 Logistics", "O’Brien & Daughters (Rail)", "한국 협력 공업",
    "The Consortium for the Long-Term Maintenance and Renewal of Signalling in the Eastern Region",
)  # fmt: skip
SUBJECTS = (
    "signalling",
    "maintenance",
    "joint design",
    "training",
    "spare parts",
    "data sharing",
    "research",
    "catering",
)
SAYINGS = (
    "The plan names no owner for the joint objective", "双方未记录联合决策的理由", "Δεν ορίζεται πότε λήγει η συμφωνία",
    "لم تُراجع خطة إدارة العلاقة منذ تسعة أشهر", "Minutes of the last two joint meetings were not agreed",
    "Exit strategy is older than the contract ⚠️", "Die Eskalationsstufe wurde übersprungen, ohne dass jemand unterschrieb",
)  # fmt: skip


class Tongues(Cast):
    """The rows of the measurements, with sayings in several scripts among them."""

    def _words(self, count: int) -> str:
        words = super()._words(count)
        return f"{self.chance.choice(SAYINGS)}. {words}" if self.chance.random() < 0.5 else words


def grow(session: Session, *, relationships: int, audits: int, findings: int) -> None:
    """Until there are that many of each."""
    chance = random.Random(44001)  # the same every time
    people = list(session.scalars(sa.select(Person.id).join(RoleGrant).distinct().order_by(Person.id)))
    add_relationships(session, chance, people, relationships)
    manager = session.scalars(
        sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.PROGRAMME_MANAGER)
    ).first()
    if manager is None:
        sys.exit("nobody manages the programme")
    there = session.scalar(sa.select(sa.func.count()).select_from(Audit)) or 0
    editions = list(session.scalars(sa.select(Edition.id).order_by(Edition.library_key)))
    questions = add_audits(
        session, editions, people, manager, count=max(0, audits - there), apart=timedelta(days=3), first=FIRST
    )
    cast = Tongues(chance=chance, today=now().date(), count=findings)
    cast.people = people
    cast.relationships = list(session.scalars(sa.select(Relationship.id).order_by(Relationship.ref)))
    known = set(session.scalars(sa.select(Nonconformity.id)))
    for start in range(0, findings - len(known), PIECE):
        cast.insert(session, range(start, min(findings - len(known), start + PIECE)), first=FIRST)
    add_moments(session, but=known)
    from_audits(session, questions, manager, but=known, first=FIRST)
    add_reminders(session, but=known)


def add_relationships(session: Session, chance: random.Random, people: list[UUID], most: int) -> None:
    """Named after partners in several scripts, spread over the stages."""
    there = session.scalar(sa.select(sa.func.count()).select_from(Relationship)) or 0
    for number in range(there, most):
        partner, subject = PARTNERS[number % len(PARTNERS)], SUBJECTS[number % len(SUBJECTS)]
        session.add(
            Relationship(
                ref=f"R-{number + FIRST}",
                name=f"{partner}: {subject} {number}",
                kind=chance.choice(list(Kind)),
                stage=chance.choice(STAGES),
                owner_id=chance.choice(people),
                created_at=now() - timedelta(days=900),
            )
        )
    session.flush()


def main() -> None:
    """Make it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--relationships", type=int, default=100)
    parser.add_argument("--audits", type=int, default=500)
    parser.add_argument("--findings", type=int, default=10_000)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    app = create_app(Settings(secret_key=SecretStr("k" * 48), data_dir=given.folder, log_level="WARNING"))
    migrate(app)
    with app.app_context():
        run_unit(
            lambda: load_demonstration(current_session(), app.extensions["auditapp_store"], at=now()), "write"
        )
        run_unit(
            lambda: grow(
                current_session(),
                relationships=given.relationships,
                audits=given.audits,
                findings=given.findings,
            ),
            "write",
        )
    print(
        f"{given.folder} holds {given.relationships} relationships, {given.audits} audits, {given.findings:,} findings"
    )


if __name__ == "__main__":
    main()
