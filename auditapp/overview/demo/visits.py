"""What the certification body is to be shown: a pack for Stage 2, and its auditor who is invited to it.

Only ordered here: the clock makes it within a minute of the start, as for everybody. The tests' copies have none of it,
so that no test that runs the clock makes a pack.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.overview.demo.people import address
from auditapp.overview.demo.relationships_certificate import BODY
from auditapp.people.queries import person_id_by_email, principal_of_person, relationship_names, today_of
from auditapp.people.rules import Principal
from auditapp.reports.pack.queries import order_by_ref
from auditapp.reports.pack.rules import REPORTS_OF, Chosen, Purpose
from auditapp.reports.pack.service import place_order
from auditapp.reports.readiness.queries.picture import shelf_of
from auditapp.reports.visitors.service import invite

YEAR = timedelta(days=365)
DAYS = 14  # the auditor of the certification body is invited for


def load_visits(session: Session, *, at: datetime) -> Principal:
    """Order the pack, and invite the auditor; gives the system manager, who did it. The link is told to nobody."""
    person_id = person_id_by_email(session, address("Ada Alder"))
    ada = principal_of_person(session, person_id) if person_id is not None else None
    if ada is None:
        message = "the demonstration is not loaded"
        raise LookupError(message)
    today = today_of(session, at)
    ref = place_order(
        session, actor=ada, at=at,
        chosen=Chosen(
            purpose=Purpose.STAGE_2, standard=shelf_of(session).standards[0].id, reports=REPORTS_OF[Purpose.STAGE_2],
            relationships=tuple(one for one, _ref, _name in relationship_names(session)), since=today - YEAR,
        ),
    )  # fmt: skip
    pack = order_by_ref(session, ref)
    if pack is not None:
        invite(
            session, actor=ada, at=at, pack_id=pack.id, name="Nora Norm", body=BODY,
            email=address("Nora Norm"), first=today, last=today + timedelta(days=DAYS - 1), most_days=DAYS,
        )  # fmt: skip
    return ada
