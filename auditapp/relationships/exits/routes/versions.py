"""Pages of one version: its text, its difference to another, on paper; writing it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.exits import service
from auditapp.relationships.exits.forms.base import people, picked
from auditapp.relationships.exits.forms.strategy import (
    DiscussionForm,
    InitiatorsForm,
    NewVersionForm,
    SectionForm,
)
from auditapp.relationships.exits.queries.base import people_of
from auditapp.relationships.exits.queries.strategy import sections_of
from auditapp.relationships.exits.queries.version import VersionPage, difference_of, version_page
from auditapp.relationships.exits.routes.base import (
    blank,
    bp,
    form_page,
    home,
    need,
    strategy_here,
    version_here,
)
from auditapp.relationships.exits.routes.overview import WORDS
from auditapp.relationships.exits.rules.content import (
    COUNTED_LABELS,
    SECTION_HINTS,
    SECTION_LABELS,
    InitiatorRole,
    Section,
)
from auditapp.relationships.exits.rules.versions import OPEN, VersionKind, kind_for
from auditapp.relationships.rules import SHARING_LABELS, Sharing

MORE = {
    "section_labels": SECTION_LABELS,
    "section_hints": SECTION_HINTS,
    "counted": COUNTED_LABELS,
    "sharing_labels": SHARING_LABELS,
}


def _page(ref: str, number: int) -> VersionPage:
    reader, strategy, found = version_here(ref, number)
    return version_page(current_session(), reader, strategy, found)


@bp.get("/versions/<int:number>")
@guard(Capability.SIGNED_IN)
def version(ref: str, number: int) -> str:
    """One version: sections, steps, triggers, who agreed."""
    shown = _page(ref, number)
    return render_template(
        "exits/version.html",
        shown=shown,
        reader=shown.reader,
        found=shown.reader.relationship,
        open_statuses=OPEN,
        **WORDS,
        **MORE,
    )


@bp.get("/versions/<int:number>/print")
@guard(Capability.SIGNED_IN)
def print_version(ref: str, number: int) -> str:
    """The same for paper."""
    shown = _page(ref, number)
    return render_template(
        "exits/print.html", shown=shown, reader=shown.reader, found=shown.reader.relationship, **WORDS, **MORE
    )


@bp.get("/versions/<int:number>/difference")
@guard(Capability.SIGNED_IN)
def difference(ref: str, number: int) -> str:
    """What a version says otherwise than an earlier one: the one before it, or the one asked for."""
    reader, strategy, newer = version_here(ref, number)
    shown = difference_of(current_session(), reader, strategy, newer, request.args.get("from", type=int))
    return render_template(
        "exits/difference.html", shown=shown, reader=reader, found=reader.relationship, **WORDS
    )


@bp.route("/versions/new", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def new_version(ref: str) -> ResponseReturnValue:
    """Begin another version."""
    reader, strategy = strategy_here(ref)
    need(reader.manages)
    form = blank(NewVersionForm, kind=kind_for(reader.relationship.stage).value)
    made: list[int] = []

    def do() -> None:
        found = service.begin_version(
            current_session(),
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            kind=VersionKind(form.kind.data),
            changes=form.changes.data or "",
        )
        made.append(found.number)

    return form_page(
        reader,
        form,
        do,
        title=_("Begin a new version"),
        submit=_("Begin it"),
        done=_("The new version is a copy of the one before. Change what has to change."),
        back=home(reader),
        back_label=_("Exit strategy"),
        leads=[_("What is in force stays so until the new version is agreed and put in its place.")],
        to=lambda: url_for("exits.version", ref=ref, number=made[0]),
    )


@bp.route("/versions/<int:number>/sections/<key>", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def section(ref: str, number: int, key: str) -> ResponseReturnValue:
    """Write a section."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    if key not in set(Section):
        raise NotFound
    session = current_session()
    which = Section(key)
    there = sections_of(session, reader, found).get(which)
    form = blank(
        SectionForm,
        text=there.text if there else "",
        sharing=(there.sharing if there else Sharing.INTERNAL).value,
        owner=str(there.owner_id or "") if there else str(reader.relationship.manager_id or ""),
        seen=str(there.version if there else 0),
    )
    form.owner.choices = people(reader, people_of(session, reader.relationship), own_only=True)

    def do() -> None:
        service.write_section(
            session,
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            key=which,
            text=form.text.data or "",
            sharing=Sharing(form.sharing.data),
            owner_id=form.owner.data,
            seen=form.version,
        )

    leads: list[object] = [SECTION_HINTS[which]]
    if found.status in OPEN[1:]:
        leads.append(_("If this changes, agreements to this version lapse and it is a draft again."))
    return form_page(
        reader,
        form,
        do,
        title=str(SECTION_LABELS[which]),
        submit=_("Keep the section"),
        done=_("“%(section)s” is kept.", section=SECTION_LABELS[which]),
        back=url_for("exits.version", ref=ref, number=number, _anchor=which.value),
        back_label=_("Version %(number)s", number=number),
        leads=leads,
        rows=14,
    )


@bp.route("/versions/<int:number>/initiators", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def initiators(ref: str, number: int) -> ResponseReturnValue:
    """Say which roles may start an exit."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    form = blank(InitiatorsForm, roles=list(found.initiators), seen=str(found.version))
    return form_page(
        reader,
        form,
        lambda: service.name_initiators(
            current_session(),
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            roles=[InitiatorRole(one) for one in picked(form.roles.data)],
            seen=form.version,
        ),
        title=_("Who may start an exit"),
        submit=_("Keep it"),
        done=_("It is kept. An exit can be started by these roles only."),
        back=url_for("exits.version", ref=ref, number=number),
        back_label=_("Version %(number)s", number=number),
    )


@bp.route("/versions/<int:number>/discussion", methods=["GET", "POST"])
@guard(Capability.VIEW_ORGANIZATION)
def discussion(ref: str, number: int) -> ResponseReturnValue:
    """Record that the position was discussed with the candidate."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    form = blank(DiscussionForm, on=found.discussed_on or reader.today, note=found.discussed_note)
    form.seen.data = form.seen.data or str(found.version)

    def do() -> None:
        assert form.on.data is not None  # noqa: S101 - InputRequired
        service.record_discussion(
            current_session(),
            actor=actor(),
            at=clock.now(),
            strategy=strategy,
            version=found,
            on=form.on.data,
            note=form.note.data or "",
            seen=form.version,
        )

    return form_page(
        reader,
        form,
        do,
        title=_("Record the discussion"),
        submit=_("Record it"),
        done=_("The discussion is recorded."),
        back=url_for("exits.version", ref=ref, number=number),
        back_label=_("Version %(number)s", number=number),
    )


@bp.post("/versions/<int:number>/share")
@guard(Capability.VIEW_ORGANIZATION)
def share(ref: str, number: int) -> ResponseReturnValue:
    """Share what a joint strategy cannot be agreed without."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    count = service.share_sections(
        current_session(), actor=actor(), at=clock.now(), strategy=strategy, version=found
    )
    flash(_("Sections shared with the partner: %(count)s.", count=count), "success")
    return redirect(url_for("exits.version", ref=ref, number=number))


@bp.post("/versions/<int:number>/submit")
@guard(Capability.VIEW_ORGANIZATION)
def submit(ref: str, number: int) -> ResponseReturnValue:
    """Ask the parties to agree."""
    reader, strategy, found = version_here(ref, number)
    need(reader.manages)
    service.submit(current_session(), actor=actor(), at=clock.now(), strategy=strategy, version=found)
    flash(_("Version %(number)s is submitted for agreement.", number=number), "success")
    return redirect(url_for("exits.version", ref=ref, number=number))
