"""The registers and the board."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from auditapp.findings.blueprint import bp
from auditapp.findings.register.queries.board import board as board_of
from auditapp.findings.register.queries.rows import register_page
from auditapp.findings.register.routes.base import address, asked, drawn, reader
from auditapp.findings.register.rules.spec import Register
from auditapp.findings.register.rules.wanted import narrowed
from auditapp.findings.rules.action import ACTION_TONES
from auditapp.findings.rules.nonconformity import STATUS_TONES
from auditapp.kit.db import current_session
from auditapp.people.guards import guard
from auditapp.people.rules import Capability


@bp.get("/nonconformities/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> ResponseReturnValue:
    """The register of nonconformities."""
    return _register(Register.NONCONFORMITIES)


@bp.get("/actions/")
@guard(Capability.VIEW_ORGANIZATION)
def actions_index() -> ResponseReturnValue:
    """The register of actions."""
    return _register(Register.ACTIONS)


def _register(register: Register) -> ResponseReturnValue:
    wanted = asked(register)
    page, late = register_page(
        current_session(), reader(), wanted, page=request.args.get("page", 1, type=int)
    )
    return render_template(
        f"findings/register/{register.value}.html",
        page=page,
        late=late,
        shown=[wanted.spec.columns[key] for key in wanted.columns],
        tones=STATUS_TONES if register is Register.NONCONFORMITIES else ACTION_TONES,
        **drawn(wanted),
    )


@bp.get("/nonconformities/board")
@guard(Capability.VIEW_ORGANIZATION)
def board() -> ResponseReturnValue:
    """Nonconformities by where they stand in their life."""
    wanted = asked(Register.NONCONFORMITIES)
    filled = board_of(current_session(), reader(), wanted)
    return render_template(
        "findings/register/board.html",
        filled=filled,
        lane_url=lambda lane: address(narrowed(wanted, "status", *(one.value for one in lane.statuses))),
        tones=STATUS_TONES,
        **drawn(wanted, "findings.board"),
    )
