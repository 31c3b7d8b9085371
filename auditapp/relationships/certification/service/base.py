"""What every verb of certification shares: who may, which version, and what is due of it."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import NotAllowed, Stale
from auditapp.kit.text import Text
from auditapp.people.queries import today_of
from auditapp.people.rules import Capability, Principal
from auditapp.relationships.certification.model import Certificate
from auditapp.relationships.certification.queries import parts_of, standing_of
from auditapp.relationships.certification.rules import SCHEME_LABELS, Phase, next_window
from auditapp.relationships.obligations import service as obligations
from auditapp.relationships.obligations.model import Obligation
from auditapp.relationships.obligations.queries import open_extras, open_one, rule_of
from auditapp.relationships.obligations.rules import State

SURVEILLANCE, RECERTIFICATION = "surveillance_visit", "recertification"


class Versioned(Protocol):
    """A row that two people may change."""

    version: int


def must_change(actor: Principal) -> None:
    """Refuse whoever does not keep the certificate."""
    if not actor.can(Capability.MANAGE_SETTINGS):
        raise NotAllowed(Text("The certificate is kept by the system manager. Ask them to change it."))


def must_be_fresh(row: Versioned, version: int) -> None:
    """Refuse a page that was made before somebody else's change."""
    if row.version != version:
        raise Stale(Text("Somebody changed this since you opened the page. Open it again and look."))


def fall_due(
    session: Session,
    *,
    at: datetime,
    key: str,
    subject: UUID,
    on: date | None,
    kind: str,
    ref: str,
    title: str,
    owner_id: UUID | None = None,
) -> None:
    """Let exactly this day be open for a rule and subject; ``None``: nothing. Safe to repeat.

    A day that was done once and is due again after all (an answer returned, a visit struck out) comes as an extra.
    """
    there = open_one(session, key, subject)
    extras = open_extras(session, key, subject)
    if on is None or not rule_of(session, key).active:
        obligations.end(session, at=at, key=key, subject=subject, on=at.date())
        return
    for one in [there, *extras]:
        if one is not None:
            one.owner_id = owner_id
    if any(one.due_on == on for one in [there, *extras] if one is not None):
        return
    settled = session.scalar(
        sa.select(Obligation.id).where(
            Obligation.key == key,
            Obligation.subject == str(subject),
            Obligation.intended_on == on,
            Obligation.extra == "",
            Obligation.state.in_([State.DONE, State.SKIPPED]),
        )
    )
    if settled is not None or (extras and there is None):
        obligations.end(session, at=at, key=key, subject=subject, on=at.date())
        obligations.open_extra(
            session, at=at, key=key, subject=subject, due_on=on, cause="again",
            because=str(Text("It was done once, and is due again.")), thing_kind=kind, thing_ref=ref,
            title=title, owner_id=owner_id,
        )  # fmt: skip
    elif there is not None:
        obligations.set_day(session, key=key, subject=subject, on=on)
    else:
        obligations.begin(
            session, at=at, key=key, subject=subject, anchor_on=on, first_on=on, thing_kind=kind, thing_ref=ref,
            title=title, owner_id=owner_id,
        )  # fmt: skip


def follow(session: Session, *, at: datetime, found: Certificate) -> None:
    """Bring what is due of a certificate in line with its decisions and visits."""
    session.flush()
    today = today_of(session, at)
    how = standing_of(found, parts_of(session, [found.id])[found.id], today)
    waiting = next_window(how.windows) if how.phase is Phase.CERTIFIED else None
    again = how.renewal if how.phase in {Phase.CERTIFIED, Phase.LAPSED} else None
    title = f"{SCHEME_LABELS[found.scheme]}, {found.body}"
    for key, on in (
        (SURVEILLANCE, waiting.latest if waiting else None),
        (RECERTIFICATION, again.decide_by if again else None),
    ):
        fall_due(
            session, at=at, key=key, subject=found.id, on=on, kind="certificate", ref=found.ref, title=title
        )
