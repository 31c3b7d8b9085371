"""The path of a relationship: eight stages, the outputs of one of them, what is missing, the passages."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import person_names
from auditapp.people.rules import Capability
from auditapp.relationships.lifecycle import queries
from auditapp.relationships.lifecycle.queries import Standing
from auditapp.relationships.lifecycle.routes.base import WORDS, bp, find, manages, places_of
from auditapp.relationships.lifecycle.rules import EARLY, OutputState, outputs_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import PHASE_LABELS, PHASE_OF, STAGE_LABELS, STAGES, Stage


@bp.get("/<ref>/stages")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The path, the outputs of one stage (the present one unless another is asked for), and the passages."""
    session, who = current_session(), actor()
    found = find(ref)
    inside = who.can(Capability.VIEW_ORGANIZATION)
    asked = request.args.get("stage", "")
    stage = Stage(asked) if asked in STAGES else found.stage
    standing = queries.standing_of(session, who, found)
    changes = manages(found)
    open_keys = [
        one.key
        for one in outputs_of(stage)
        if not one.rmp and (one.key not in standing.rows or standing.rows[one.key].state is OutputState.OPEN)
    ]
    declined = inside and queries.may_reopen(session, found)
    return render_template(
        "lifecycle/path.html",
        found=found,
        stage=stage,
        inside=inside,
        changes=changes,
        path=_path(found, standing, inside=inside, declined=declined),
        standing=standing,
        groups=_groups(stage, standing, inside=inside),
        places={one.key: places_of(one, ref) for one in outputs_of(stage)},
        offers=queries.suggestions(session, who, found, open_keys) if changes else {},
        last=stage is STAGES[-1],
        early=found.stage in EARLY,
        declined=declined,
        may_manage=who.can(Capability.MANAGE_RELATIONSHIPS, found.id),
        passages=queries.passage_page(session, found.id, request.args.get("page", 1, type=int))
        if inside
        else None,
        phase=PHASE_LABELS[PHASE_OF[stage]],
        leader=_leader(found) if inside else "",
        **WORDS,
    )


def _leader(found: Relationship) -> str:
    """Whose turn it is: the manager, else the owner."""
    names = dict(person_names(current_session()))
    holder = found.manager_id or found.owner_id
    return names.get(holder, "") if holder else ""


def _path(found: Relationship, standing: Standing, *, inside: bool, declined: bool) -> list[dict[str, Any]]:
    here = STAGES.index(found.stage)
    steps = []
    for place, stage in enumerate(STAGES):
        left = standing.left.get(stage)
        if place == here:
            word, state = _("Now"), "on_track"
            if declined:
                word, state = _("Not to collaborate"), "attention"
            elif found.ended_on:
                word, state = _("Ended here"), "quiet"
        elif place > here:
            word, state = _("Ahead"), "quiet"
        elif left is not None and left.overridden:
            word, state = _("Passed, overridden"), "attention"
        else:
            word, state = _("Passed"), "done"
        ready = standing.ready.get(stage)
        touched = ready is not None and (ready.there > 0 or place == here)
        steps.append(
            {
                "number": place + 1,
                "name": STAGE_LABELS[stage],
                "url": url_for("lifecycle.of_relationship", ref=found.ref, stage=stage.value) + "#outputs"
                if inside
                else None,
                "word": word,
                "state": state,
                "ready": ready.percent if ready is not None and touched else None,
                "here": place == here and found.ended_on is None,
            }
        )
    return steps


def _groups(stage: Stage, standing: Standing, *, inside: bool) -> list[dict[str, Any]]:
    """The outputs of a stage: what is missing, what is there, what does not apply. A contact sees what is shared."""
    groups: dict[OutputState, list[Any]] = {state: [] for state in OutputState}
    for one in outputs_of(stage):
        if one.rmp:
            if inside:
                groups[OutputState.THERE if stage in standing.rmp else OutputState.OPEN].append(one)
            continue
        row = standing.rows.get(one.key)
        if row is None and not inside:
            continue
        groups[row.state if row else OutputState.OPEN].append(one)
    titles = {
        OutputState.OPEN: _("Missing"),
        OutputState.THERE: _("There"),
        OutputState.NOT_APPLICABLE: _("Not applicable"),
    }
    return [
        {"state": state, "title": titles[state], "outputs": some} for state, some in groups.items() if some
    ]
