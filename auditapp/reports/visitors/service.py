"""Inviting an external auditor, letting them in to their one pack, and ending that. The trail knows what they opened."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal
from auditapp.kit.ids import digest, new_id, new_secret
from auditapp.kit.text import Text
from auditapp.people.queries import next_number, organization, today_of
from auditapp.people.rules import Capability, Principal
from auditapp.reminders.outbox.model import OutboxMessage
from auditapp.reminders.outbox.rules import MessageKind, State
from auditapp.reminders.outbox.service import put, withdraw
from auditapp.reports.orders.rules import OrderState
from auditapp.reports.pack.queries import may_order, order
from auditapp.reports.visitors.model import PackVisitor
from auditapp.reports.visitors.queries import visitor_of_link, visitor_of_visit
from auditapp.reports.visitors.rules import (
    ENDED,
    INVITED,
    Standing,
    Visitor,
    link_secret,
    mail_name,
    span,
    span_fault,
)
from auditapp.trail.service import record

WITHDRAWN = Text("The invitation was ended before the mail went out.")


def require_inviter(actor: Principal) -> None:
    """Raises NotAllowed for everybody but the system manager."""
    if not (actor.can(Capability.MANAGE_PEOPLE) and may_order(actor)):
        raise NotAllowed(Text("Only the system manager lets an external auditor in. Ask them to do it."))


def _note(
    session: Session,
    visitor: PackVisitor | Visitor,
    *,
    verb: str,
    actor: Principal | None,
    at: datetime,
    **after: object,
) -> None:
    record(
        session,
        actor_id=actor.person_id if actor is not None else None,
        at=at,
        verb=verb,
        thing_kind="pack_visitor",
        thing_id=visitor.id,
        thing_ref=visitor.ref,
        after=after or None,
    )


def invite(
    session: Session,
    *,
    actor: Principal,
    at: datetime,
    pack_id: UUID,
    name: str,
    body: str,
    email: str,
    first: date,
    last: date,
    most_days: int,
    locale: str = "en",
    mail_key: str = "",
) -> str:
    """Invite somebody to one pack; gives the secret of their link, which is nowhere kept. Raises NotAllowed, Invalid, Refusal.

    ``mail_key``: the site's secret key where the link is mailed to them, so that it can be made when the mail is sent.
    """
    require_inviter(actor)
    pack = order(session, pack_id)
    if pack is None:
        raise NotFound
    if pack.state is OrderState.REMOVED:
        raise Refusal(
            Text("This pack was removed: there is nothing to show. Order a new one, and invite them to that.")
        )
    wrong = span_fault(first, last, today_of(session, at), most_days)
    if wrong is not None:
        raise Invalid(wrong[1], field=wrong[0])
    own = organization(session)
    begins_at, ends_at = span(first, last, own.zone if own else "UTC")
    visitor_id = new_id()
    secret = link_secret(mail_key, visitor_id) if mail_key else new_secret()
    series = f"XA-{at.year}"
    made = PackVisitor(
        id=visitor_id, ref=f"{series}-{next_number(session, series):03d}", pack_id=pack_id, name=name, body=body, email=email.lower(),
        link_digest=digest(secret), begins_at=begins_at, ends_at=ends_at, invited_by_id=actor.person_id, invited_at=at,
        locale=locale,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(
        session, made, verb="pack_visitor.invited", actor=actor, at=at,
        pack=pack.ref, begins_at=begins_at.isoformat(), ends_at=ends_at.isoformat(),
    )  # fmt: skip
    if mail_key:
        _mail(session, made, INVITED, at=at)
    return secret


def _mail(session: Session, row: PackVisitor, what: str, *, at: datetime) -> None:
    """Have a mail sent to a visitor. It says neither whom nor what: that is read when it is sent."""
    put(
        session, at=at, dedupe=mail_name(row.id, what), person_id=row.invited_by_id, kind=MessageKind.VISITOR, urgent=True,
        extra={"visitor": str(row.id), "what": what},
    )  # fmt: skip


def revoke(session: Session, *, actor: Principal, at: datetime, pack_id: UUID, visitor_id: UUID) -> None:
    """Let somebody in no longer, from this moment; whoever got the link by mail is told so. Revoked already: nothing happens."""
    require_inviter(actor)
    found = session.get(PackVisitor, visitor_id)
    if found is None or found.pack_id != pack_id:
        raise NotFound
    if found.revoked_at is not None:
        return
    found.revoked_at, found.visit_digest = at, None
    session.flush()
    _note(session, found, verb="pack_visitor.revoked", actor=actor, at=at)
    mail = session.scalar(
        sa.select(OutboxMessage).where(OutboxMessage.dedupe == mail_name(found.id, INVITED))
    )
    if mail is None or withdraw(session, at=at, message_ids=[mail.id], reason=WITHDRAWN):
        return
    if found.ends_at > at and mail.state is not State.CANCELLED:
        _mail(session, found, ENDED, at=at)


def require_open(visitor: Visitor, at: datetime) -> None:
    """Raises NotAllowed with words for the visitor when they are not let in now."""
    standing = visitor.standing(at)
    if standing is Standing.EARLY:
        raise NotAllowed(Text("Your invitation has not begun yet. Open the link again on its first day."))
    if standing is not Standing.OPEN:
        raise NotAllowed(Text("Your invitation has ended. Whoever invited you can invite you anew."))


def enter(session: Session, *, at: datetime, link: str, name: str) -> tuple[str, Visitor]:
    """Begin a visit with the secret of a link; gives the secret of the visit. An earlier visit by the link ends.

    Raises NotFound for a link that is nobody's, NotAllowed outside of its days, and Invalid without a name.
    """
    visitor = visitor_of_link(session, digest(link))
    if visitor is None:
        raise NotFound
    require_open(visitor, at)
    if not name:
        raise Invalid(Text("Type your name, as it is to stand in the record."), field="name")
    row = session.get_one(PackVisitor, visitor.id)
    secret = new_secret()
    row.visit_digest, row.confirmed_name, row.confirmed_at = digest(secret), name, at
    session.flush()
    _note(session, row, verb="pack_visitor.entered", actor=None, at=at)
    return secret, visitor


def open_part(session: Session, *, at: datetime, visit: str, verb: str, path: str = "") -> Visitor | None:
    """Who visits, having noted what they open; ``None`` for no visit. Raises NotAllowed when theirs is over.

    ``verb``: that they opened the list, read the file at ``path``, or fetched the whole pack.
    """
    visitor = visitor_of_visit(session, digest(visit))
    if visitor is None:
        return None
    require_open(visitor, at)
    session.execute(sa.update(PackVisitor).where(PackVisitor.id == visitor.id).values(seen_at=at))
    _note(session, visitor, verb=verb, actor=None, at=at, **({"path": path} if path else {}))
    return visitor


def leave(session: Session, *, at: datetime, visit: str) -> None:
    """End a visit; the link opens another one while its days last. No visit: nothing happens."""
    visitor = visitor_of_visit(session, digest(visit))
    if visitor is None:
        return
    row = session.get_one(PackVisitor, visitor.id)
    row.visit_digest = None
    session.flush()
    _note(session, row, verb="pack_visitor.left", actor=None, at=at)
