"""Old packs are removed by themselves, but none that an external auditor may still read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from auditapp.config import Settings
from auditapp.kit.db import current_session, run_unit
from auditapp.reports.pack.model import EvidencePack
from auditapp.reports.pack.running import folder
from auditapp.reports.pack.service import expire
from auditapp.reports.visitors.model import PackVisitor


def over(session: Session, *, at: datetime, days: int) -> Sequence[UUID]:
    """The packs whose days are over; none that somebody is invited to, now or from a later day on. One statement."""
    invited = sa.exists().where(
        PackVisitor.pack_id == EvidencePack.id, PackVisitor.revoked_at.is_(None), PackVisitor.ends_at > at
    )
    query = sa.select(EvidencePack.id).where(
        EvidencePack.state == "ready", EvidencePack.made_at <= at - timedelta(days=days), ~invited
    )
    return session.scalars(query.order_by(EvidencePack.made_at, EvidencePack.id)).all()


def clear(app: Flask, at: datetime) -> int:
    """Remove them, and their files; gives how many. A file that stays behind goes when the next pack is made."""
    settings: Settings = app.extensions["auditapp"]
    days = settings.pack_days
    if not days or not run_unit(lambda: over(current_session(), at=at, days=days), "read"):
        return 0

    def work() -> list[UUID]:
        session = current_session()
        found = over(session, at=at, days=days)
        return [one for one in found if expire(session, at=at, pack_id=one, days=days)]

    gone = run_unit(work, "write")
    for one in gone:
        (folder(app) / f"{one.hex}.zip").unlink(missing_ok=True)
    return len(gone)
