"""Pages of the whole register: list, board, file, review."""

import tempfile
from collections.abc import Iterator, Sequence
from uuid import UUID

from flask import request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.sheets import Head, Value, write_sheet
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of
from auditapp.people.rules import Capability
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.forms import ReviewedForm
from auditapp.relationships.registers.ideas import queries, rules, service
from auditapp.relationships.registers.ideas.model import IdeaValue
from auditapp.relationships.registers.ideas.routes.base import (
    LABELS,
    bp,
)
from auditapp.relationships.registers.ideas.rules import Category, IdeaState, Phase
from auditapp.relationships.registers.pages import (
    asked,
    form_page,
    here,
    list_url,
    page_number,
    register_page,
    take,
    today,
    words,
)
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.rules import SHARING_LABELS
from auditapp.relationships.service import must_manage

IN_MEMORY = 1_000_000  # bytes; a larger file waits on the disk


SHOWN = ("open", *IdeaState, "all")


def _wanted() -> queries.Wanted:
    show = request.args.get("show", "open")
    return queries.Wanted(
        show=show if show in SHOWN else "open",
        category=asked("category", Category),
        words=words(),
        owner_id=actor().person_id if request.args.get("owner") == "me" else None,
    )


@bp.get("/relationships/<ref>/ideas")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The ideas by where they stand, and what they were worth so far."""
    found, session, wanted = here(ref), current_session(), _wanted()
    page = queries.list_ideas(session, actor(), found.id, wanted, page=page_number())
    return register_page(
        "ideas/list.html",
        found,
        key=service.REVIEW,
        page=page,
        wanted=wanted,
        shown=SHOWN,
        counts=queries.counts(session, actor(), found.id),
        values=queries.values_of(session, [one.id for one in page.rows]),
        so_far=queries.value_so_far(session, actor(), found.id),
        names=names_of(session, [one.owner_id for one in page.rows]),
        parties=party_names(session, found.id),
        **LABELS,
    )


@bp.get("/relationships/<ref>/ideas/board")
@guard(Capability.SIGNED_IN)
def board(ref: str) -> str:
    """The ideas in columns by where they stand."""
    found, session = here(ref), current_session()
    lanes = queries.board(session, actor(), found.id)
    return register_page(
        "ideas/board.html",
        found,
        key=service.REVIEW,
        lanes=lanes,
        counts=queries.counts(session, actor(), found.id),
        names=names_of(session, [one.owner_id for lane in lanes.values() for one in lane]),
        parties=party_names(session, found.id),
        **LABELS,
    )


@bp.get("/relationships/<ref>/ideas/export.xlsx")
@guard(Capability.SIGNED_IN)
def export(ref: str) -> ResponseReturnValue:
    """What the address asks for, as an Excel sheet: a row for each idea, its values in words."""
    found, session = here(ref), current_session()
    parties = party_names(session, found.id)
    heads = [
        Head(label=label, width=width)
        for label, width in (
            (_("Number"), 14), (_("The idea"), 40), (_("Description"), 60), (_("What it betters"), 16),
            (_("Raised by"), 20), (_("Party"), 24), (_("Raised on"), 12), (_("State"), 14), (_("Owner"), 20),
            (_("Target date"), 12), (_("Expected"), 40), (_("Measured so far"), 40), (_("Realised on"), 12),
            (_("What was learned"), 40), (_("Who reads it"), 22),
        )
    ]  # fmt: skip

    def rows() -> Iterator[list[Value]]:
        everything = list(queries.every_idea(session, actor(), found.id, _wanted()))
        values = queries.values_of(session, [row[0].id for row in everything])
        for one, raiser, owner in everything:
            yield [
                one.ref, one.title, one.description, str(rules.CATEGORY_LABELS[one.category]), raiser,
                parties.get(one.party_id, ""), one.raised_on, str(rules.IDEA_STATE_LABELS[one.state]), owner,
                one.target_on, _worth(values[one.id], Phase.EXPECTED, parties),
                _worth(values[one.id], Phase.MEASURED, parties), one.realised_on, one.lesson,
                str(SHARING_LABELS[one.sharing]),
            ]  # fmt: skip

    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    write_sheet(heads, rows(), out, name=_("Ideas"))
    out.seek(0)
    response = send_file(
        out,
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{_('ideas')}-{found.ref}-{today().isoformat()}.xlsx",
        etag=False,
        max_age=0,
    )
    response.call_on_close(out.close)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _worth(values: Sequence[IdeaValue], phase: Phase, parties: dict[UUID | None, str]) -> str:
    return "\n".join(
        f"{parties.get(value.party_id, '')}: {rules.amount_words(value.amount)} {value.unit} {value.words}".strip()
        for value in values
        if value.phase is phase
    )


def _reviewed_page(found: Relationship, form: ReviewedForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Review of value and ideas"),
        back=(_("Ideas"), list_url("ideas.of_relationship", found)),
        button=_("Keep the review"),
        sections=[("", ["on", "outcome"])],
        status=status,
    )


@bp.get("/relationships/<ref>/ideas/review")
@guard(Capability.VIEW_ORGANIZATION)
def review(ref: str) -> ResponseReturnValue:
    """A form for the review of the whole register."""
    found = here(ref)
    must_manage(actor(), found.id)
    return _reviewed_page(found, ReviewedForm(formdata=None, on=today()))


@bp.post("/relationships/<ref>/ideas/review")
@guard(Capability.VIEW_ORGANIZATION)
def reviewed(ref: str) -> ResponseReturnValue:
    """The register was reviewed."""
    found, form = here(ref), ReviewedForm()
    must_manage(actor(), found.id)
    return take(
        form,
        lambda: service.review_register(
            current_session(),
            actor=actor(),
            at=clock.now(),
            relationship_id=found.id,
            on=form.on.data or today(),
            outcome=form.outcome.data or "",
        ),
        done=_("The review is kept."),
        to=lambda _done: url_for("ideas.of_relationship", ref=ref),
        again=lambda status: _reviewed_page(here(ref), form, status),
    )
