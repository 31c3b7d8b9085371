"""The addresses that a tablet's page talks to. Every answer of ours says so: a hotel's page with status 200 does not."""

import hashlib
import io
from typing import Any
from uuid import UUID

from flask import current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext
from flask_wtf.csrf import generate_csrf

from auditapp.audits.execution.queries import access
from auditapp.audits.execution.walk.cards import CSRF_MARK, present, questions_of
from auditapp.audits.plan.rules import require_team
from auditapp.audits.tablet.blueprint import bp
from auditapp.audits.tablet.sync.queries import arrived_photos, held_operations, revisions, sign_in_ends
from auditapp.audits.tablet.sync.rules import MOST, WRONG, read_report
from auditapp.audits.tablet.sync.service import Receipt, Tablet, attach, bring
from auditapp.kit import clock
from auditapp.kit.db import current_session, release
from auditapp.kit.errors import Invalid
from auditapp.kit.keeping import keep_file
from auditapp.kit.storage import Store
from auditapp.people.guards import actor, guard, principal
from auditapp.people.rules import Capability

CARDS = 60  # cards in one answer
ASKED = 500  # operations or photos in one question


@bp.get("/tablet/ping")
@guard(public=True)
def ping() -> ResponseReturnValue:
    """Whether it is really us, who is signed in until when, and a fresh token for the forms."""
    who = principal()
    until = sign_in_ends(current_session(), who.sign_in_id) if who else None
    return jsonify(
        auditapp="here",
        person=str(who.person_id) if who else None,
        csrf=generate_csrf(),
        at=clock.now().isoformat(),
        until=until.isoformat() if until else None,
    )


@bp.post("/tablet/audits/<ref>/operations")
@guard(Capability.VIEW_ORGANIZATION)
def operations(ref: str) -> ResponseReturnValue:
    """Take in what a tablet brings; without operations a sign of life."""
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        raise Invalid(WRONG)
    device = told.get("device")
    sent = told.get("operations", [])
    if not isinstance(device, dict) or not isinstance(sent, list) or len(sent) > MOST:
        raise Invalid(WRONG)
    outcome = bring(
        current_session(),
        actor=actor(),
        at=clock.now(),
        ref=ref,
        tablet=Tablet(
            id=_uuid(device.get("id")),
            name=str(device.get("name", "")),
            agent=request.headers.get("User-Agent", ""),
        ),
        report=read_report(told.get("report")),
        sent=[
            (one.get("text"), one.get("sha256")) if isinstance(one, dict) else (None, None) for one in sent
        ],
    )
    return jsonify(
        auditapp="operations",
        at=clock.now().isoformat(),
        csrf=generate_csrf(),
        person=str(actor().person_id),
        head={"seq": outcome.head_seq, "sha256": outcome.head_sha256},
        held=outcome.held,
        receipts=[_receipt(one) for one in outcome.receipts],
    )


@bp.put("/tablet/audits/<ref>/photos/<sha256>")
@guard(Capability.VIEW_ORGANIZATION)
def photo(ref: str, sha256: str) -> ResponseReturnValue:
    """The bytes of a photo: stored and hashed without the write lock, then put to the rows that wait."""
    who = access(current_session(), actor(), ref)
    require_team(who.role)
    release()
    limit = current_app.extensions["auditapp"].max_upload_mb
    source = io.BytesIO(request.get_data(cache=False))
    found = hashlib.sha256(source.getbuffer()).hexdigest()
    if found != sha256:
        return jsonify(
            auditapp="photo", code="hash", error=gettext("The photo did not come whole. It is sent again.")
        ), 422
    kept = keep_file(_store(), source, file_name=f"{sha256[:12]}", limit_mb=limit)
    attached = attach(current_session(), actor=actor(), at=clock.now(), ref=ref, kept=kept)
    return jsonify(
        auditapp="photo", sha256=kept.sha256, size=kept.size, at=clock.now().isoformat(), attached=attached
    ), 201 if attached else 200


@bp.post("/tablet/audits/<ref>/verify")
@guard(Capability.VIEW_ORGANIZATION)
def verify(ref: str) -> ResponseReturnValue:
    """Which of these operations are here, and which photos can be read back with their hash."""
    session = current_session()
    who = access(session, actor(), ref)
    require_team(who.role)
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        raise Invalid(WRONG)
    asked = told.get("operations") or []
    photos = told.get("photos") or []
    if not isinstance(asked, list) or not isinstance(photos, list) or max(len(asked), len(photos)) > ASKED:
        raise Invalid(WRONG)
    pairs = [(_uuid(one[0]), str(one[1])) for one in asked if isinstance(one, list) and len(one) == 2]  # noqa: PLR2004 - id and hash
    held = held_operations(session, who.audit.id, pairs)
    arrived = arrived_photos(session, who.audit.id, [str(one) for one in photos])
    release()
    store = _store()
    return jsonify(auditapp="verify", operations=held, photos=[one for one in arrived if store.whole(one)])


@bp.get("/tablet/audits/<ref>/cards")
@guard(Capability.VIEW_ORGANIZATION)
def cards(ref: str) -> ResponseReturnValue:
    """The revisions of all cards, or those cards that are asked for by their numbers, as they stand now."""
    session = current_session()
    who = access(session, actor(), ref)
    numbers = {int(one) for one in request.args.get("n", "").split(",") if one.isascii() and one.isdigit()}
    if not numbers:
        return jsonify(auditapp="cards", revisions=revisions(session, who.audit.id))
    asked = [one for one in questions_of(session, who.audit.id) if one.position in numbers][:CARDS]
    token = generate_csrf()
    found = present(session, who, asked)
    for card in found:
        card["extras"] = card["extras"].replace(CSRF_MARK, token)
    return jsonify(auditapp="cards", cards=found)


def _receipt(one: Receipt) -> dict[str, Any]:
    told: dict[str, Any] = {
        **one.result,
        "id": one.id,
        "sha256": one.sha256,
        "state": one.state.value,
        "at": one.at.isoformat(),
        "why": one.why,
        "saved": gettext("Received %(when)s", when=format_datetime(one.at, "HH:mm")),
    }
    if "finding" in one.result:
        told["page"] = url_for("execution.finding", ref=one.result["finding"])
    return told


def _store() -> Store:
    store: Store = current_app.extensions["auditapp_store"]
    return store


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise Invalid(WRONG) from None
