"""The ladder of a relationship: read by both parties, set by who runs the relationship."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.relationships.issues import service
from auditapp.relationships.issues.forms import LadderForm, ladder_form, number_or_none
from auditapp.relationships.issues.queries.ladder import (
    Ladder,
    Parties,
    ladder_of,
    parties_of,
    possible_holders,
)
from auditapp.relationships.issues.routes.base import WORDS, bp
from auditapp.relationships.issues.rules.ladder import (
    Expiry,
    Holder,
    Level,
    Severity,
    cells,
    zone_of_country,
)
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.service import must_manage, must_run


@bp.get("/relationships/<ref>/issues/ladder")
@guard(Capability.SIGNED_IN)
def ladder(ref: str) -> str:
    """How the ladder of a relationship is set."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    return render_template(
        "issues/ladder.html",
        found=found,
        ladder=ladder_of(session, found),
        parties=parties_of(session, actor(), found),
        manages=actor().can(Capability.MANAGE_RELATIONSHIPS, found.id) and found.ended_on is None,
        **WORDS,
    )


@bp.route("/relationships/<ref>/issues/ladder/edit", methods=["GET", "POST"])
@guard(Capability.MANAGE_RELATIONSHIPS)
def edit_ladder(ref: str) -> ResponseReturnValue:
    """Set it."""
    session = current_session()
    found = relationship_by_ref(session, actor(), ref)
    must_manage(actor(), found.id)
    must_run(found)
    parties = parties_of(session, actor(), found)
    own = organization(session)
    default_zones = {None: own.zone if own else "UTC"} | {
        one.id: zone_of_country(one.country) for one in found.partners
    }
    made = ladder_form(parties, possible_holders(session, found, ladder_of(session, found)), default_zones)
    form = made() if request.method == "POST" else made(formdata=None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.set_ladder(
                    session,
                    actor=actor(),
                    at=clock.now(),
                    relationship=found,
                    limits={
                        level: {severity: form.days(level, severity).data for severity in Severity}
                        for level in Level
                    },
                    expiry=Expiry(form.expiry.data),
                    answer_days=form.answer_days.data or 0,
                    own_zone=form.zone(None).data or "",
                    zones={
                        party_id: form.zone(party_id).data or ""
                        for party_id, _name in parties
                        if party_id is not None
                    },
                    holders={
                        (level, party_id): Holder(
                            person_id=form.person(level, party_id).data or "",
                            name=form.name_of(level, party_id).data or "",
                        )
                        for party_id, _name in parties
                        for level in Level
                    },
                    version=number_or_none(form.version.data),
                )
            if outcome.ok:
                flash(
                    _("The ladder is set. Issues that run keep the figures of the level they stand on."),
                    "success",
                )
                return redirect(url_for("issues.ladder", ref=ref))
            found, status = relationship_by_ref(session, actor(), ref), outcome.status
    else:
        _fill(form, ladder_of(session, found), parties)
    return render_template(
        "issues/edit_ladder.html",
        found=found,
        form=form,
        parties=parties,
        ladder=ladder_of(session, found),
        **WORDS,
    ), status


def _fill(form: LadderForm, ladder: Ladder, parties: Parties) -> None:
    form.version.data = str(ladder.version)
    form.expiry.data, form.answer_days.data = ladder.expiry.value, ladder.answer_days
    for level, severity in cells():
        form.days(level, severity).data = ladder.limits[level][severity]
    for party_id, _name in parties:
        form.zone(party_id).data = (
            ladder.own_zone if party_id is None else ladder.zones.get(str(party_id), "")
        )
        for level in Level:
            if (level, party_id) in ladder.named:
                one = ladder.holder(level, party_id)
                form.person(level, party_id).data = one.person_id
                form.name_of(level, party_id).data = "" if one.person_id else one.name
