"""Ordering a file of a report, and ending it. No fact is recorded: it is a download that takes longer, and its row says whose."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from auditapp.kit import queue
from auditapp.kit.errors import Invalid, NotFound, Refusal
from auditapp.kit.text import Text
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Principal
from auditapp.reminders.outbox.service.putting import tell_in_site
from auditapp.reports.made.model import ReportOrder
from auditapp.reports.made.queries import open_of, order_of, rights_now, same_asked
from auditapp.reports.made.rules import LONGEST_ADDRESS, MOST_OPEN
from auditapp.reports.orders import service as orders
from auditapp.reports.orders.rules import OrderState
from auditapp.reports.paper.telling import WHOLE

JOB = "report-files"
IS_READY = Text("The file is ready: fetch it.")
DID_NOT_WORK = Text("The file could not be made: look why.")
YOURS = Text("You ordered it.")
NO_MORE = Text("Who ordered it has no access any more.")
OTHER_RIGHTS = Text(
    "What you may see has changed since this file was made, so it is not handed out. Make it anew from the report’s page."
)


class Begun(NamedTuple):
    """What is to be made, for whom, with what they may see now."""

    who: Principal
    rights: str
    address: str
    locale: str


def place_order(
    session: Session, *, actor: Principal, at: datetime, label: Text, address: str, form: str, locale: str
) -> UUID:
    """Ask for a file; one that is being made of the same address already is enough. Raises Invalid and Refusal."""
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(Text("So many filters do not fit into one order. Take some of them out."))
    same = same_asked(session, actor, address)
    if same is not None and same.is_open:
        return same.id
    if open_of(session, actor) >= MOST_OPEN:
        raise Refusal(
            Text(
                "%(count)s files of yours are being made. Wait until one of them is ready, or remove one.",
                count=MOST_OPEN,
            )
        )
    made = ReportOrder(
        ordered_by_id=actor.person_id, ordered_at=at, beat_at=at, label=label.to_json(), address=address, form=form,
        locale=locale,
    )  # fmt: skip
    session.add(made)
    session.flush()
    queue.ring(session, JOB)
    return made.id


def begin(session: Session, *, order_id: UUID, at: datetime) -> Begun | None:
    """Make it mine to make; ``None`` when it is nobody's to make, or whoever ordered it is not let in any more."""
    found = orders.begin(session, ReportOrder, order_id, at=at)
    if found is None:
        return None
    if orders.too_often(found):
        fail(session, order_id=order_id, at=at, why=orders.BROKEN_OFF)
        return None
    who = principal_of_person(session, found.ordered_by_id)
    if who is None or not who.all_roles:
        fail(session, order_id=order_id, at=at, why=NO_MORE)
        return None
    found.total = WHOLE
    found.rights = rights_now(session, who)
    session.flush()
    return Begun(who, found.rights, found.address, found.locale)


def finish(
    session: Session, *, order_id: UUID, at: datetime, size: int, sha256: str, title: str, name: str
) -> bool:
    """It is ready, and whoever ordered it is told; ``False`` when nobody wants it any more."""
    found = orders.finish(session, ReportOrder, order_id, at=at, size=size, sha256=sha256)
    if found is None:
        return False
    found.title, found.name = title, name
    session.flush()
    _tell(session, found, at=at, step=IS_READY)
    return True


def fail(session: Session, *, order_id: UUID, at: datetime, why: Text) -> None:
    """It could not be made; ``why`` is for the person who asked, who is told."""
    found = orders.fail(session, ReportOrder, order_id, why=why)
    if found is not None:
        _tell(session, found, at=at, step=DID_NOT_WORK)


def _tell(session: Session, row: ReportOrder, *, at: datetime, step: Text) -> None:
    about = {
        "title": row.title or str(Text.from_json(row.label)), "endpoint": "made.show",
        "args": {"order_id": str(row.id)}, "step": step.to_json(), "said": YOURS.to_json(),
    }  # fmt: skip
    key = f"report_order:{row.id}:{row.version}"
    tell_in_site(session, at=at, dedupe=key, person_id=row.ordered_by_id, about=about)


def require_fetchable(session: Session, *, actor: Principal, order_id: UUID) -> None:
    """Raises NotFound for somebody else's, Refusal when it is not ready, or what one may see has changed since."""
    found = order_of(session, actor, order_id)
    if found.state is not OrderState.READY:
        raise Refusal(Text("This file is not ready, or it was removed. Make it anew from the report’s page."))
    if found.rights != rights_now(session, actor):
        raise Refusal(OTHER_RIGHTS)


def retry(session: Session, *, actor: Principal, at: datetime, order_id: UUID) -> None:
    """Try one's own that failed once more. Raises NotFound and Refusal."""
    order_of(session, actor, order_id)
    orders.retry(session, ReportOrder, order_id, at=at, by=actor.person_id)
    queue.ring(session, JOB)


def remove(session: Session, *, actor: Principal | None, at: datetime, order_id: UUID) -> None:
    """Take one's own away, or leave off making it; ``actor`` is empty when it expired. Raises NotFound."""
    del at
    if actor is not None and orders.found(session, ReportOrder, order_id).ordered_by_id != actor.person_id:
        raise NotFound
    orders.remove(session, ReportOrder, order_id)
