"""What a monitor asks: whether the clock is on time and messages go out."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import DBAPIError

from auditapp.kit import clock
from auditapp.kit.db import current_session, undo
from auditapp.kit.text import Text
from auditapp.people.guards import guard, settings
from auditapp.reminders.engine import queries

bp = Blueprint("engine", __name__)


@bp.get("/readyz")
@guard(public=True)
def readyz() -> tuple[Response, int]:
    """200 when all is on time; 503 and why when the clock, a job or a message is late. Two statements."""
    late = timedelta(minutes=settings().clock_late_minutes)
    try:
        wrong = queries.what_is_wrong(current_session(), at=clock.now(), late=late)
    except DBAPIError:
        undo()
        wrong = [Text("The database does not answer.")]
    return jsonify(ready=not wrong, wrong=[str(one) for one in wrong]), 503 if wrong else 200
