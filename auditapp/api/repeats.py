"""Commands that come twice: the same key and the same words bring the same answer, and nothing is done again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Response, abort, request
from flask_babel import gettext as _

from auditapp.api.problems import problem
from auditapp.api.tokens.model import ApiCommand
from auditapp.api.tokens.queries import Holder
from auditapp.kit.db import current_session
from auditapp.kit.ids import digest

KEPT = timedelta(days=1)


def once(holder: Holder, work: Callable[[], Response], *, at: datetime) -> Response:
    """Do it, and keep the answer under the key that came with it; or give the answer that was kept.

    In the unit of the command, which holds the write lock: of two at once the second waits, and finds the first.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return work()
    session, person_id = current_session(), holder.principal.person_id
    asked = digest(f"{request.method} {request.path}\n{request.get_data(as_text=True)}")
    session.execute(sa.delete(ApiCommand).where(ApiCommand.at < at - KEPT))
    kept = session.get(ApiCommand, (person_id, key))
    if kept is not None:
        if kept.fingerprint != asked:
            text = _("This key came before with another command. Use a new key for each.")
            abort(problem(422, _("The key is taken"), text, field="header.Idempotency-Key"))
        response = Response(kept.body, kept.status, mimetype="application/json")
        response.headers["Idempotent-Replayed"] = "true"
        if kept.location:
            response.headers["Location"] = kept.location
        if kept.etag:
            response.headers["ETag"] = kept.etag
        return response
    response = work()
    session.add(
        ApiCommand(
            person_id=person_id,
            key=key,
            fingerprint=asked,
            status=response.status_code,
            body=response.get_data(as_text=True),
            location=response.headers.get("Location", ""),
            etag=response.headers.get("ETag", ""),
            at=at,
        )
    )
    return response
