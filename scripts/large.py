"""A large organization: the demonstration, grown to 100 relationships, 500 audits and 10,000 nonconformities.

    python -m scripts.large FOLDER [--relationships 100 --audits 500 --findings 10000]

makes a fresh data folder with it, to look at reports and pages when there is much (`scripts/pictures_of_reports.py`), or
to serve it: `AUDITAPP_DATA_DIR=FOLDER auditapp run`. The demonstration is told by the services; then whole
relationships and audits are copied (`scripts/copying.py`), and the nonconformities with their actions are those of the
measurements (`bench/registers.py`), with the moments that their states need. The copies have no history in the trail.
"""

import argparse
import random
import time
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask_migrate import upgrade
from pydantic import SecretStr
from sqlalchemy.orm import Session

from auditapp.app import AuditApp, create_app
from auditapp.audits.model import Audit, Programme
from auditapp.audits.plan.rules import add_months
from auditapp.audits.report import content
from auditapp.audits.report.gather import conclusion_of, report_of
from auditapp.audits.report.model import AuditConclusion, IssuedReport
from auditapp.audits.report.queries import audit_for_report, material
from auditapp.audits.rules import AuditStatus
from auditapp.cli import store
from auditapp.config import ROOT, Settings
from auditapp.findings.model import Nonconformity
from auditapp.kit import clock, fulltext
from auditapp.kit.db import current_session, db, mode, run_unit
from auditapp.kit.ids import new_id
from auditapp.overview.demo.service import load_demonstration
from auditapp.people.model import Account, Organization, Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.relationships.model import Partner, Relationship
from bench.dashboards import remind
from scripts.copying import Copy, Originals, Row, insert
from scripts.large_found import Found
from scripts.large_texts import MATTERS, PARTNERS, PEOPLE, PLACES, TITLES

DAY = timedelta(days=1)
PIECE = 1000
PROGRAMMES = 3  # before the demonstration's own
YEARS_BACK = 4
OVER = (AuditStatus.COMPLETED, AuditStatus.FOLLOW_UP, AuditStatus.ISSUED)
# What an audit of a large organization is at this moment, in hundredths.
SHARES = {
    AuditStatus.COMPLETED: 68, AuditStatus.FOLLOW_UP: 8, AuditStatus.ISSUED: 4, AuditStatus.REPORTING: 1,
    AuditStatus.IN_PROGRESS: 1, AuditStatus.PLANNED: 10, AuditStatus.SCHEDULED: 4, AuditStatus.POSTPONED: 2,
    AuditStatus.CANCELLED: 2,
}  # fmt: skip


class Large:
    """The growing organization."""

    def __init__(self, session: Session, at: datetime) -> None:
        """From what the demonstration left."""
        self.session, self.at, self.today = session, at, at.date()
        self.chance = random.Random(44001)  # the same organization every time
        self.of = Originals(session)
        self.pools: dict[UUID, list[UUID]] = {}
        self.contacts: dict[UUID, list[UUID]] = defaultdict(list)
        self.names: dict[UUID, str] = {}

    def people(self) -> None:
        """Colleagues of each of our own people, with the same roles."""
        own = [row for row in self.of.rows["person"] if row["partner_id"] is None]
        roles = self.session.execute(
            sa.select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.relationship_id.is_(None))
        ).all()
        for row in self.of.rows["person"]:
            self.contacts[row["partner_id"]].append(row["id"])
        for place, name in enumerate(PEOPLE):
            like = own[place % len(own)]
            made = self._person(name, like, partner_id=None)
            self.pools.setdefault(like["id"], [like["id"]]).append(made)
            self.session.add(Account(person_id=made))
            self.session.add_all(
                RoleGrant(person_id=made, role=role, granted_at=self.at)
                for who, role in roles
                if who == like["id"]
            )
        self.session.flush()

    def relationships(self, count: int) -> None:
        """Copies of the demonstration's relationships, each with partners of its own, until there are ``count``."""
        originals = self.of.rows["relationship"]
        partners = defaultdict(list)
        for row in self.of.rows["relationship_partner"]:
            partners[row["relationship_id"]].append(row["partner_id"])
        names = {row["id"]: row["name"] for row in self.of.rows["partner"]}
        for number in range(count - len(originals)):
            one = originals[number % len(originals)]
            ids, texts = self._cast(), {}
            partner_name = ""
            for place, old in enumerate(partners[one["id"]]):
                partner_name = PARTNERS[(number + 7 * place) % len(PARTNERS)]
                if number + 7 * place >= len(PARTNERS) or place:
                    partner_name += f" {PLACES[(number + place) % len(PLACES)]} {number + 1}"
                ids[old] = self._partner(old, partner_name, ids)
                texts[names[old]] = partner_name
            # Longer ones are cut where the column ends.
            texts[one["name"]] = f"{partner_name or 'Our own house'}: {MATTERS[number % len(MATTERS)]}"[:200]
            parts = self.of.whole("relationship", [one["id"]], without="audit")
            copy = Copy(self.of, ids=ids, by=-DAY * self.chance.randrange(90), texts=texts)
            insert(self.session, copy.rows(parts))
        named = sa.select(Relationship.id, Relationship.name)
        self.names = {row.id: row.name for row in self.session.execute(named)}

    def programmes(self) -> None:
        """Programmes of the years before, closed, each after the other."""
        now = self.session.scalars(sa.select(Programme)).one()
        for back in range(1, PROGRAMMES + 1):
            starts = add_months(now.starts_on, -12 * back)
            self.session.add(
                Programme(
                    ref=f"AP-{starts.year}", title=f"Audit programme {starts.year}/{starts.year + 1:04}",
                    starts_on=starts, ends_on=add_months(starts, 12) - DAY, responsible_id=now.responsible_id,
                    objectives=now.objectives, risks=now.risks, frequency=now.frequency,
                    closed_at=self._moment(add_months(starts, 12)), created_at=self._moment(starts),
                )
            )  # fmt: skip
        self.session.flush()

    def audits(self, count: int) -> None:
        """Copies of the demonstration's audits, of other relationships and times, until there are ``count``."""
        by_status = defaultdict(list)
        for row in self.of.rows["audit"]:
            by_status[row["status"]].append(row)
        for number in range(count - len(self.of.rows["audit"])):
            status = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
            self._audit(number, self.chance.choice(by_status[status]))

    def _audit(self, number: int, one: Row) -> None:
        days = self.chance.randrange(YEARS_BACK * 365)
        if one["status"] not in OVER:
            days = self.chance.randrange(60) - (
                90 if one["status"] in {AuditStatus.PLANNED, AuditStatus.SCHEDULED} else 0
            )
        if one["status"] in {AuditStatus.FOLLOW_UP, AuditStatus.ISSUED}:
            days = self.chance.randrange(120)
        starts = (one["starts_on"] or self.today) - DAY * days
        sampled = [
            row["relationship_id"]
            for row in self.of.rows["audit_relationship"]
            if row["audit_id"] == one["id"]
        ]
        others = self.chance.sample(sorted(self.names, key=str), len(sampled))
        ids = self._cast() | dict(zip(sampled, others, strict=True))
        copy = Copy(
            self.of, ids=ids, by=-DAY * days, year=starts.year,
            texts={self.names[old]: self.names[new] for old, new in zip(sampled, others, strict=True)},
        )  # fmt: skip
        rows = copy.rows(self.of.whole("audit", [one["id"]]))
        for row in rows["audit"]:
            title = TITLES[number % len(TITLES)]
            row |= {
                "title": f"{title}: {', '.join(self.names[other] for other in others) or one['title']}"[:200],
                "programme_id": self._programme(starts), "previous_id": None,
            }  # fmt: skip
        for row in rows.get("audit_evidence", ()):
            row |= {"operation_id": None, "device_id": None}
        insert(self.session, rows)

    def nonconformities(self, count: int) -> None:
        """As many as are missing, found in audits where there is one of that time, and told about."""
        here = self.session.scalar(sa.select(sa.func.count()).select_from(Nonconformity)) or 0
        people = [one for pool in self.pools.values() for one in pool]
        cast = Found(
            self.session, self.of, people=people, relationships=list(self.names), at=self.at, count=count - here,
            chance=self.chance,
        )  # fmt: skip
        for start in range(0, cast.count, PIECE):
            cast.insert(self.session, range(start, min(cast.count, start + PIECE)))
        cast.answers(self.session)
        remind(self.session)

    def reports(self) -> None:
        """The report of each audit that issued one, as it would be issued with these findings."""
        own = self.session.scalars(sa.select(Organization)).one()
        own_programme = self.session.scalars(
            sa.select(Programme).order_by(Programme.starts_on.desc())
        ).first()
        assert own_programme is not None
        issued = sa.select(IssuedReport.audit_id)
        wanted = sa.select(Audit.ref).where(
            Audit.status.in_(OVER), Audit.issued_at.is_not(None), Audit.id.not_in(issued)
        )
        head = next(
            iter(self.session.execute(sa.text("SELECT seq, hash FROM trail_fact ORDER BY seq DESC LIMIT 1")))
        )
        reader = principal_of_person(self.session, own_programme.responsible_id)
        for ref in self.session.scalars(wanted.order_by(Audit.ref)).all():
            audit = audit_for_report(self.session, reader, ref)
            found = material(self.session, audit)
            at = audit.issued_at or self.at
            leader = next(one.person for one in found.audit.members if one.role == "leader")
            document = content.Document(
                number=self.of.next_ref("AR-2026-001", at.year), revision=1, organization=own.name, language=own.locale,
                zone=own.zone, issued_at=at, anchor=content.Anchor(seq=head.seq, hash=head.hash),
                signature=content.Signature(
                    name=leader.name, role="leader", signed_at=at,
                    statement="I confirm that this report says what the audit team found.",
                ),
            )  # fmt: skip
            report = report_of(
                found,
                document=document,
                conclusion=conclusion_of(self.session.get(AuditConclusion, audit.id)),
            )
            self.session.add(
                IssuedReport(
                    audit_id=audit.id, number=document.number, revision=1, content=report.to_json().decode(),
                    sha256=report.sha256, issued_at=at, issued_by_id=leader.id, anchor_seq=head.seq, anchor_hash=head.hash,
                )
            )  # fmt: skip
            self.session.flush()
            self.session.expunge_all()

    def finish(self) -> None:
        """The next numbers, and the index of the search."""
        self.of.keep_counters(self.session)
        fulltext.rebuild(self.session)

    def _cast(self) -> dict[UUID, UUID]:
        return {old: self.chance.choice(pool) for old, pool in self.pools.items()}

    def _person(self, name: str, like: Row, *, partner_id: UUID | None) -> UUID:
        made = new_id()
        self.session.add(
            Person(
                id=made, name=name, email=f"p{made.hex[-10:]}@example.org", job_title=like["job_title"], zone=like["zone"],
                partner_id=partner_id, created_at=self.at,
            )
        )  # fmt: skip
        self.session.flush()
        return made

    def _partner(self, old: UUID, name: str, ids: dict[UUID, UUID]) -> UUID:
        like = next(row for row in self.of.rows["partner"] if row["id"] == old)
        partner = Partner(name=name, sector=like["sector"], country=like["country"], created_at=self.at)
        self.session.add(partner)
        self.session.flush()
        known = {row["id"]: row for row in self.of.rows["person"]}
        for contact in self.contacts[old]:
            ids[contact] = self._person(self.chance.choice(PEOPLE), known[contact], partner_id=partner.id)
        return partner.id

    def _programme(self, on: date) -> UUID | None:
        for one in self.session.scalars(sa.select(Programme).order_by(Programme.starts_on)):
            if one.starts_on <= on <= one.ends_on:
                return one.id
        return None

    @staticmethod
    def _moment(on: date) -> datetime:
        return datetime(on.year, on.month, on.day, 9, tzinfo=UTC)


def fill(app: AuditApp, *, relationships: int, audits: int, findings: int) -> dict[str, int]:
    """Make it in an empty database; how many rows the main tables have then."""

    def work() -> dict[str, int]:
        session, at = current_session(), clock.now()
        load_demonstration(session, store(), at=at)
        session.flush()
        large = Large(session, at)
        steps = (
            (large.people,), (large.relationships, relationships), (large.programmes,), (large.audits, audits),
            (large.nonconformities, findings), (large.reports,), (large.finish,),
        )  # fmt: skip
        for step, *count in steps:
            began = time.monotonic()
            step(*count)
            print(f"  {step.__name__:16}{time.monotonic() - began:6.1f} s", flush=True)
        return {
            one.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(one)) or 0
            for one in (Relationship, Audit, IssuedReport, Nonconformity, Person)
        }

    with app.app_context():
        with mode("write"):
            upgrade(directory=str(ROOT / "migrations"))
        counted = run_unit(work, "write")
        with mode("write"), db.engine.begin() as connection:
            connection.execute(sa.text("ANALYZE"))
        return counted


def main() -> None:
    """Fill a fresh folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--relationships", type=int, default=100)
    parser.add_argument("--audits", type=int, default=500)
    parser.add_argument("--findings", type=int, default=10_000)
    asked = parser.parse_args()
    if asked.folder.exists():
        parser.error(f"{asked.folder} is there already; name a folder that is not")
    app = create_app(Settings(secret_key=SecretStr("k" * 48), data_dir=asked.folder, log_level="WARNING"))
    counted = fill(app, relationships=asked.relationships, audits=asked.audits, findings=asked.findings)
    print(", ".join(f"{count:,} {name}" for name, count in counted.items()))


if __name__ == "__main__":
    main()
