"""The first page of exits in a relationship, and its beginning."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.markdown import html
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.base import picked
from auditapp.relationships.exits.forms.strategy import StartForm
from auditapp.relationships.exits.queries import process as processes
from auditapp.relationships.exits.queries import strategy as strategies
from auditapp.relationships.exits.queries import watching
from auditapp.relationships.exits.queries.overview import overview_of
from auditapp.relationships.exits.routes.base import blank, bp, form_page, here, home, need
from auditapp.relationships.exits.rules.content import INITIATOR_LABELS
from auditapp.relationships.exits.rules.process import EXIT_KIND_LABELS, EXIT_LABELS, EXIT_TONES
from auditapp.relationships.exits.rules.reviews import RESULT_LABELS, RESULT_TONES
from auditapp.relationships.exits.rules.triggers import (
    KIND_LABELS,
    STANDARD_TRIGGERS,
    STATE_LABELS,
    STATE_TONES,
)
from auditapp.relationships.exits.rules.versions import (
    VERSION_KIND_LABELS,
    VERSION_LABELS,
    VERSION_TONES,
    VersionKind,
    kind_for,
)

WORDS: dict[str, Any] = {
    "kinds": KIND_LABELS,
    "states": STATE_LABELS,
    "state_tones": STATE_TONES,
    "version_kinds": VERSION_KIND_LABELS,
    "version_labels": VERSION_LABELS,
    "version_tones": VERSION_TONES,
    "exit_kinds": EXIT_KIND_LABELS,
    "exit_labels": EXIT_LABELS,
    "exit_tones": EXIT_TONES,
    "initiators": INITIATOR_LABELS,
    "results": RESULT_LABELS,
    "result_tones": RESULT_TONES,
    "markdown": html,
}
__all__ = ["WORDS", "processes", "strategies", "watching"]


@bp.get("")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """How the exit strategy stands: versions, triggers, what is due, the exit."""
    reader = here(ref)
    shown = overview_of(current_session(), reader)
    return render_template("exits/index.html", reader=reader, found=reader.relationship, shown=shown, **WORDS)


@bp.route("/start", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def start(ref: str) -> ResponseReturnValue:
    """Begin the strategy, with what is taken over from the standard lists."""
    reader = here(ref)
    need(reader.manages)
    form = blank(
        StartForm,
        kind=kind_for(reader.relationship.stage).value,
        triggers=[one.key for one in STANDARD_TRIGGERS],
        steps=True,
    )

    def do() -> None:
        service.start(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship=reader.relationship,
            kind=VersionKind(form.kind.data),
            trigger_keys=picked(form.triggers.data),
            with_steps=bool(form.steps.data),
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Start the exit strategy"),
        submit=_("Start it"),
        done=_("It is begun. Now write its sections."),
        back=home(reader),
        back_label=_("Exit strategy"),
        leads=[
            _(
                "An exit strategy is agreed while nobody wants to part: it says how to part well, and keeps customers served."
            )
        ],
        to=lambda: url_for("exits.version", ref=ref, number=1),
    )
