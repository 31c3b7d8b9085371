"""What went wrong, as RFC 9457 says it: the refusals of the services with the fields that they name."""

from collections.abc import Mapping, Sequence

from flask import Response, request

from auditapp.api.shapes import FieldError, Problem
from auditapp.kit.errors import Refusal, Stale
from auditapp.trail.service import request_id

PLACE = "/api/"
MIMETYPE = "application/problem+json"
CHANGED = 412  # what If-Match named is no longer there


def is_ours() -> bool:
    """Whether a program asks that is answered in JSON."""
    return request.path.startswith(PLACE)


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    field: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as an answer. ``field``: the one that the refusal names."""
    found = list(errors) or ([FieldError(field=field, message=detail)] if field else [])
    said = Problem(title=title, status=status, detail=detail, errors=found, request=request_id.get())
    response = Response(said.model_dump_json(), status, mimetype=MIMETYPE)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def status_of(error: Refusal) -> int:
    """The status of a refusal; that something was changed meanwhile is 412 to whoever sent ``If-Match``."""
    return (
        CHANGED
        if isinstance(error, Stale) and is_ours() and request.headers.get("If-Match")
        else error.status
    )
