"""The blueprint, and what all its pages share."""

from datetime import date
from uuid import UUID

from flask import Blueprint

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import organization, person_names, relationship_names
from auditapp.reports.figures.routes import address as rows_address
from auditapp.reports.management_review.model import ManagementReview
from auditapp.reports.management_review.queries.store import Parts, parts_of, review_by_ref
from auditapp.reports.management_review.reports.pack import Places
from auditapp.reports.readiness.routes import address

bp = Blueprint("management_review", __name__, template_folder="../templates", url_prefix="/reports")


def today() -> date:
    """The organization's day."""
    own = organization(current_session())
    return clock.day_in(own.zone if own else "UTC", clock.now())


def places() -> Places:
    """Addresses of pages, and of the rows behind figures."""
    ids = {ref: str(one) for one, ref, _name in relationship_names(current_session())}
    return Places(address=address, link=lambda where: rows_address(where, ids))


def found(ref: str) -> tuple[ManagementReview, Parts]:
    """A review that the reader may see, with what hangs on it."""
    review = review_by_ref(current_session(), actor(), ref)
    return review, parts_of(current_session(), review)


def people(first: set[UUID] | None = None) -> list[tuple[str, str]]:
    """(id, name) of our own people; ``first``: who stands at the top."""
    known = person_names(current_session())
    wanted = first or set()
    return [(str(one), name) for one, name in sorted(known, key=lambda row: row[0] not in wanted)]
