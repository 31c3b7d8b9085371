"""What the pages of cause and extent share: the nonconformity, its head, what the tool shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import gettext as _

from auditapp.findings import queries
from auditapp.findings.causes.forms import CauseForm, ExtentForm, LinkForm
from auditapp.findings.causes.queries import (
    causes_of,
    extent_of,
    standards_known,
    with_same_cause,
)
from auditapp.findings.causes.rules import (
    KINDLY,
    Analysis,
    Bone,
    Fish,
    Node,
    Said,
    across,
    down,
    flat,
    grow,
    may_record,
    missing_for_completion,
)
from auditapp.findings.life.queries import Standing, standing_of
from auditapp.findings.model import Cause, Nonconformity
from auditapp.findings.rules.nonconformity import (
    CAUSE_LABELS,
    EXTENT_LABELS,
    STATUS_LABELS,
    STATUS_TONES,
    CauseCategory,
    ExtentResult,
    NcVerb,
)
from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor
from auditapp.people.queries import person_names, relationship_names


def find(ref: str) -> Nonconformity:
    """The nonconformity, if the reader may know of it."""
    return queries.nonconformity_by_ref(current_session(), actor(), ref)


def head_of(nc: Nonconformity) -> Standing:
    """How it stands for whoever reads."""
    return standing_of(current_session(), actor(), nc, clock.now())


def there(endpoint: str, **values: Any) -> str:
    """The address of a page above this room, or nothing while there is no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def fishes(nc: Nonconformity, causes: Sequence[Cause]) -> list[Fish]:
    """The Ishikawa picture for wide windows, for narrow ones and paper, and for phones; none without a sorted cause."""
    bones = [
        Bone(
            name=str(CAUSE_LABELS[category]),
            causes=[Said(text=one.text, root=one.root) for one in causes if one.category is category],
        )
        for category in CauseCategory
    ]
    if not any(bone.causes for bone in bones):
        return []

    def more(count: int) -> str:
        return _("and %(count)s more", count=count)

    head = f"{nc.ref} {nc.title}"
    return [
        across(head, bones, more=more),
        down(head, bones, more=more),
        down(head, bones, more=more, width=356, sides=1),
    ]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A form that was not taken, and where it stands: ``under`` a cause’s id or “top”, changed or new."""

    form: CauseForm
    kind: str  # add or change
    under: str


def words() -> dict[str, Any]:
    """The words of this room, for its templates."""
    return {
        "cause_labels": CAUSE_LABELS,
        "extent_labels": EXTENT_LABELS,
        "status_labels": STATUS_LABELS,
        "status_tones": STATUS_TONES,
        "categories": list(CauseCategory),
        "ExtentResult": ExtentResult,
        "Verb": NcVerb,
        "kindly": KINDLY,
        "there": there,
    }


def tool(
    nc: Nonconformity,
    *,
    status: int = 200,
    tried: Tried | None = None,
    extent_form: ExtentForm | None = None,
) -> tuple[str, int]:
    """The page of the tool, with a form that was not taken in its place."""
    session, who = current_session(), actor()
    standing = head_of(nc)
    rows = causes_of(session, nc, round_=nc.round)
    tree: list[Node] = grow(rows)
    places = extent_of(session, nc, round_=nc.round)
    edits = NcVerb.ANALYSE in standing.may
    nodes = list(flat(tree))
    roots = [node for node in nodes if node.row.root]
    analysis = Analysis(
        causes=len(rows),
        roots=len(roots),
        sorted_roots=sum(bool(node.row.category) for node in roots),
        checks=len(places),
        cause_summary="…",
        extent_summary=nc.extent_summary,
    )
    form = extent_form
    if edits and form is None:
        form = blank_extent(nc, standing)
    elif form is not None:
        offer(form, nc)
    return (
        render_template(
            "findings/causes/tool.html",
            nc=nc,
            standing=standing,
            requirements=queries.requirements_of(session, [nc.id])[nc.id],
            tree=tree,
            nodes=nodes,
            roots=roots,
            unsorted=[node for node in nodes if node.row.category is None],
            fishes=fishes(nc, rows),
            places=places,
            recordable={
                place.check.id
                for place in places
                if may_record(nc.status, standing.parts, checker=place.check.checker_id == who.person_id)
            },
            today=standing.today,
            edits=edits,
            completes=NcVerb.COMPLETE_CAUSE in standing.may,
            missing=[text for field, text in missing_for_completion(analysis) if not field],
            similar=with_same_cause(
                session, who, nc, {node.row.category for node in roots if node.row.category}
            ),
            tried=tried,
            extent_form=form,
            extent_open=extent_form is not None,
            standards=standards_known(session) if edits else [],
            empty=CauseForm(formdata=None),
            link_form=LinkForm(formdata=None),
            **words(),
        ),
        status,
    )


def blank_extent(nc: Nonconformity, standing: Standing) -> ExtentForm:
    """An empty form: due with the step that the nonconformity stands in."""
    form = ExtentForm(
        formdata=None,
        version=str(nc.version),
        checker=str(nc.responsible_id or ""),
        due_on=nc.turn_due_on if nc.turn_due_on and nc.turn_due_on >= standing.today else None,
    )
    offer(form, nc)
    return form


def offer(form: ExtentForm, nc: Nonconformity) -> None:
    """Fill the choices."""
    session = current_session()
    form.relationship.choices = [("", _("None"))] + [
        (str(one), f"{ref} {name}")
        for one, ref, name in relationship_names(session)
        if one != nc.relationship_id
    ]
    form.checker.choices = [("", _("The responsible person"))] + [
        (str(one), name) for one, name in person_names(session)
    ]
