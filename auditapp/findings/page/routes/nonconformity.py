"""The page of one nonconformity."""

from flask import render_template
from flask.typing import ResponseReturnValue

from auditapp.audits.execution.rules import GRADE_LABELS
from auditapp.findings.blueprint import bp
from auditapp.findings.causes.routes.base import fishes, words
from auditapp.findings.causes.rules import flat, grow, may_record
from auditapp.findings.exchange.queries import panel
from auditapp.findings.life.queries import standing_of
from auditapp.findings.page.queries import whole
from auditapp.findings.page.rules import AWAITED, PATH, STEP_WORDS, path_of
from auditapp.findings.queries import nonconformity_by_ref
from auditapp.findings.rules.action import (
    ACTION_KIND_LABELS,
    ACTION_STATUS_LABELS,
    ACTION_TONES,
    REQUEST_LABELS,
    UNDONE,
)
from auditapp.findings.rules.nonconformity import (
    ANALYSIS,
    CHECK_LABELS,
    OUTCOME_LABELS,
    SOURCE_LABELS,
    CheckResult,
    NcStatus,
)
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability


@bp.get("/nonconformities/<ref>")
@guard(Capability.VIEW_ORGANIZATION)
def show(ref: str) -> ResponseReturnValue:
    """Its whole life on one page, in the order in which it is lived."""
    session, who = current_session(), actor()
    nc = nonconformity_by_ref(session, who, ref)
    standing = standing_of(session, who, nc, clock.now())
    found = whole(session, who, nc)
    causes = found.causes.get(nc.round, ())
    tree = grow(causes)
    return render_template(
        "findings/page/nonconformity.html",
        nc=nc,
        standing=standing,
        whole=found,
        names={**standing.names, **found.names},
        path=[
            {"name": one.name, "state": one.state.value, "word": STEP_WORDS[one.state], "at": one.at}
            for one in path_of(nc.status, {name: getattr(nc, name) for _, _, name in PATH if name})
        ],
        awaited=AWAITED.get(nc.status),
        nodes=list(flat(tree)),
        fishes=fishes(nc, causes),
        recordable={
            line.place.check.id
            for line in found.places.get(nc.round, ())
            if may_record(nc.status, standing.parts, checker=line.place.check.checker_id == who.person_id)
        },
        panel=panel(session, who, nc),
        source_labels=SOURCE_LABELS,
        outcome_labels=OUTCOME_LABELS,
        check_labels=CHECK_LABELS,
        grade_labels=GRADE_LABELS,
        action_kinds=ACTION_KIND_LABELS,
        action_labels=ACTION_STATUS_LABELS,
        action_tones=ACTION_TONES,
        request_labels=REQUEST_LABELS,
        undone=UNDONE,
        analysis=ANALYSIS,
        Status=NcStatus,
        Result=CheckResult,
        **words(),
    )
