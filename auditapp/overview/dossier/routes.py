"""The dossier of a relationship: how it stands, what is next, and on whom."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import organization
from auditapp.people.rules import Capability
from auditapp.relationships.actions.rules import standing
from auditapp.relationships.contacts.queries import people_of
from auditapp.relationships.exits.rules.triggers import STATE_LABELS, STATE_TONES
from auditapp.relationships.health.rules.results import RAG_LABELS, RAG_TONES
from auditapp.relationships.issues.rules.issue import STATUS_LABELS as ISSUE_LABELS
from auditapp.relationships.issues.rules.issue import STATUS_TONES as ISSUE_TONES
from auditapp.relationships.issues.rules.ladder import LEVEL_LABELS, Level
from auditapp.relationships.obligations.rules import DEFAULTS
from auditapp.relationships.queries import relationship_by_ref
from auditapp.relationships.rmp.rules import PLAN_KIND_LABELS
from auditapp.relationships.rmp.rules import STATUS_LABELS as PLAN_LABELS
from auditapp.relationships.rmp.rules import STATUS_TONES as PLAN_TONES
from auditapp.relationships.rules import KIND_LABELS, PRIORITY_LABELS, STAGE_LABELS, STAGES
from auditapp.reports.one_page import queries

bp = Blueprint("dossier", __name__, template_folder="templates", url_prefix="/relationships")


@bp.get("/<ref>")
@guard(Capability.SIGNED_IN)
def show(ref: str) -> str:
    """One relationship, from every room."""
    session = current_session()
    who = actor()
    found = relationship_by_ref(session, who, ref)
    own = organization(session)
    today = clock.day_in(own.zone if own else "UTC", clock.now())
    here = STAGES.index(found.stage)
    path = [
        {
            "number": number,
            "name": STAGE_LABELS[stage],
            "url": None,
            "word": _("Now") if number - 1 == here else _("Passed") if number - 1 < here else _("Ahead"),
            "state": "on_track" if number - 1 == here else "done" if number - 1 < here else "quiet",
            "ready": None,
            "here": number - 1 == here and found.ended_on is None,
        }
        for number, stage in enumerate(STAGES, start=1)
    ]
    actions = queries.next_actions(session, who, found.id)
    count = queries.numbers(session, who, found, today=today)
    return render_template(
        "dossier/show.html",
        found=found,
        path=path,
        count=count,
        level=LEVEL_LABELS[Level(count.issues_top)] if count.issues_top else "",
        issues=queries.open_issues(session, who, found.id),
        actions=actions,
        action_standing={one.id: standing(one.status, one.due_on, today) for one, _owner in actions},
        dues=queries.next_obligations(session, who, found.id),
        due_titles={key: default.title for key, default in DEFAULTS.items()},
        plans=queries.standing_plans(session, who, found.id),
        triggers=queries.loud_triggers(session, who, found.id),
        people=people_of(session, found.id),
        own_name=own.name if own else "",
        today=today,
        manages=who.can(Capability.MANAGE_RELATIONSHIPS, found.id),
        links={
            "issues": url_for("issues.of_relationship", ref=ref),
            "actions": url_for("joint_actions.of_relationship", ref=ref),
        },
        stage_labels=STAGE_LABELS,
        kind_labels=KIND_LABELS,
        priority_labels=PRIORITY_LABELS,
        issue_labels=ISSUE_LABELS,
        issue_tones=ISSUE_TONES,
        level_labels={int(one): label for one, label in LEVEL_LABELS.items()},
        plan_labels=PLAN_LABELS,
        plan_tones=PLAN_TONES,
        plan_kinds=PLAN_KIND_LABELS,
        trigger_labels=STATE_LABELS,
        trigger_tones=STATE_TONES,
        rag_labels=RAG_LABELS,
        rag_tones=RAG_TONES,
    )
