"""Pages of lessons."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.people.guards import actor, guard
from auditapp.people.queries import names_of, relationship_names
from auditapp.people.rules import Capability
from auditapp.relationships.links.queries import links_of
from auditapp.relationships.model import Relationship
from auditapp.relationships.registers.lessons import queries, service
from auditapp.relationships.registers.lessons.forms import ApplyForm, LessonForm
from auditapp.relationships.registers.lessons.model import Lesson
from auditapp.relationships.registers.lessons.rules import (
    APPLIED,
    FROM,
    THEME_LABELS,
    LessonVerb,
    Theme,
)
from auditapp.relationships.registers.pages import (
    asked,
    form_page,
    here,
    id_from,
    inside,
    list_url,
    page_number,
    register_page,
    take,
    today,
    words,
)
from auditapp.relationships.registers.queries import party_names
from auditapp.relationships.registers.service import must_change
from auditapp.relationships.rules import SHARING_LABELS, STAGE_LABELS, STAGES, Sharing, Stage
from auditapp.shell.forms import options

bp = Blueprint("lessons", __name__, template_folder="../templates")
LABELS: dict[str, Any] = {
    "theme_labels": THEME_LABELS,
    "stage_labels": {stage: STAGE_LABELS[stage] for stage in STAGES},
    "slot_from": FROM,
    "slot_applied": APPLIED,
}


def _wanted(relationship_id: UUID | None) -> queries.Wanted:
    return queries.Wanted(
        words=words(),
        theme=asked("theme", Theme),
        stage=asked("stage", Stage),
        applied=request.args.get("applied", ""),
        withdrawn=request.args.get("show") == "withdrawn",
        relationship_id=relationship_id,
    )


def _rows(wanted: queries.Wanted) -> dict[str, Any]:
    session = current_session()
    page = queries.list_lessons(session, actor(), wanted, page=page_number())
    ids = [row[0].id for row in page.rows]
    return {
        "page": page,
        "wanted": wanted,
        "themes": queries.themes_of(session, ids),
        "applied": queries.applied_counts(session, actor(), ids),
        "any_filter": any(
            request.args.get(name) for name in ("q", "theme", "stage", "applied", "relationship")
        ),
    }


@bp.get("/lessons/")
@guard(Capability.VIEW_ORGANIZATION)
def index() -> str:
    """The lessons of all relationships."""
    names = relationship_names(current_session())
    chosen = next((one for one, ref, _name in names if ref == request.args.get("relationship")), None)
    return render_template(
        "lessons/index.html",
        relationships=names,
        sharing_labels=SHARING_LABELS,
        inside=True,
        **_rows(_wanted(chosen)),
        **LABELS,
    )


@bp.get("/relationships/<ref>/lessons")
@guard(Capability.SIGNED_IN)
def of_relationship(ref: str) -> str:
    """The lessons of one relationship."""
    found = here(ref)
    return register_page(
        "lessons/list.html",
        found,
        parties=party_names(current_session(), found.id),
        **_rows(_wanted(found.id)),
        **LABELS,
    )


def _form(**more: Any) -> LessonForm:
    form = LessonForm(**more)
    if not inside():
        del form.sharing
    return form


def _content(form: LessonForm) -> service.Content:
    return service.Content(
        title=form.title.data or "",
        happened=form.happened.data or "",
        learned=form.learned.data or "",
        recommendation=form.recommendation.data or "",
        learned_on=form.learned_on.data,
        themes=[Theme(one) for one in form.themes.data or ()],
        stage=Stage(form.stage.data) if form.stage.data else None,
        sharing=Sharing(form.sharing.data) if "sharing" in form else Sharing.SHARED,
    )


def _lesson_page(
    found: Relationship, form: LessonForm, lesson: Lesson | None = None, status: int = 200
) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("Change %(ref)s", ref=lesson.ref) if lesson else _("Write down a lesson"),
        back=(lesson.title, url_for("lessons.show", ref=found.ref, lesson_ref=lesson.ref))
        if lesson
        else (_("Lessons"), list_url("lessons.of_relationship", found)),
        button=_("Keep the changes") if lesson else _("Keep the lesson"),
        sections=[
            ("", ["title", "happened", "learned", "recommendation"]),
            (
                _("So that others find it"),
                [one for one in ("themes", "stage", "learned_on", "sharing") if one in form],
            ),
        ],
        status=status,
        version=(form.version.data or lesson.version) if lesson else None,
    )


@bp.get("/relationships/<ref>/lessons/new")
@guard(Capability.SIGNED_IN)
def new(ref: str) -> ResponseReturnValue:
    """A form for a new lesson."""
    found = here(ref)
    return _lesson_page(
        found, _form(formdata=None, learned_on=today(), stage=found.stage.value, sharing="shared")
    )


@bp.post("/relationships/<ref>/lessons/new")
@guard(Capability.SIGNED_IN)
def add(ref: str) -> ResponseReturnValue:
    """Keep one."""
    found, form = here(ref), _form()
    return take(
        form,
        lambda: service.write_lesson(
            current_session(), actor=actor(), at=clock.now(), relationship_id=found.id, content=_content(form)
        ),
        done=_("The lesson is kept. Link where it came from."),
        to=lambda made: url_for("lessons.show", ref=ref, lesson_ref=made.ref),
        again=lambda status: _lesson_page(here(ref), form, None, status),
    )


def _one_of(ref: str, lesson_ref: str) -> tuple[Relationship, Lesson]:
    found = here(ref)
    return found, queries.lesson_by_ref(current_session(), actor(), found.id, lesson_ref)


@bp.get("/relationships/<ref>/lessons/<lesson_ref>")
@guard(Capability.SIGNED_IN)
def show(ref: str, lesson_ref: str) -> str:
    """One lesson: what happened, what was learned, where it came from and where it is applied."""
    found, lesson = _one_of(ref, lesson_ref)
    session = current_session()
    return register_page(
        "lessons/show.html",
        found,
        lesson=lesson,
        themes=queries.themes_of(session, [lesson.id])[lesson.id],
        marks=queries.applied(session, actor(), lesson.id),
        names=names_of(session, [lesson.written_by_id]),
        parties=party_names(session, found.id),
        links=links_of(session, actor(), "lesson", [lesson.id])[lesson.id],
        writes=service.may_write(actor(), lesson),
        **LABELS,
    )


def _must_write(lesson: Lesson) -> None:
    must_change(actor(), lesson.relationship_id, lesson.party_id, (lesson.written_by_id,))


@bp.get("/relationships/<ref>/lessons/<lesson_ref>/edit")
@guard(Capability.SIGNED_IN)
def edit(ref: str, lesson_ref: str) -> ResponseReturnValue:
    """A form with the lesson as it is."""
    found, lesson = _one_of(ref, lesson_ref)
    _must_write(lesson)
    form = _form(formdata=None, obj=lesson)
    form.themes.data = [theme.value for theme in queries.themes_of(current_session(), [lesson.id])[lesson.id]]
    form.stage.data = lesson.stage.value if lesson.stage else ""
    if "sharing" in form:
        form.sharing.data = lesson.sharing.value
    return _lesson_page(found, form, lesson)


@bp.post("/relationships/<ref>/lessons/<lesson_ref>/edit")
@guard(Capability.SIGNED_IN)
def save(ref: str, lesson_ref: str) -> ResponseReturnValue:
    """Change it."""
    _found, lesson = _one_of(ref, lesson_ref)
    _must_write(lesson)
    form = _form()

    def again(status: int) -> ResponseReturnValue:
        found, lesson = _one_of(ref, lesson_ref)
        return _lesson_page(found, form, lesson, status)

    return take(
        form,
        lambda: service.edit_lesson(
            current_session(),
            actor=actor(),
            at=clock.now(),
            lesson_id=lesson.id,
            version=form.version.data or 0,
            content=_content(form),
        ),
        done=_("The changes are kept."),
        to=lambda made: url_for("lessons.show", ref=ref, lesson_ref=made.ref),
        again=again,
    )


@bp.post("/relationships/<ref>/lessons/<lesson_ref>/<any(withdraw, restore):verb>")
@guard(Capability.SIGNED_IN)
def move(ref: str, lesson_ref: str, verb: str) -> ResponseReturnValue:
    """Withdraw it, or bring it back."""
    _found, lesson = _one_of(ref, lesson_ref)
    service.move_lesson(
        current_session(),
        actor=actor(),
        at=clock.now(),
        lesson_id=lesson.id,
        version=request.form.get("version", 0, type=int),
        verb=LessonVerb(verb),
    )
    flash(
        _("The lesson is withdrawn. It can be brought back.")
        if verb == "withdraw"
        else _("The lesson is back."),
        "success",
    )
    return redirect(url_for("lessons.show", ref=ref, lesson_ref=lesson_ref))


def _apply_form(found: Relationship, **more: Any) -> ApplyForm:
    form = ApplyForm(**more)
    if inside():
        form.relationship.choices = options(
            (str(one), f"{ref} {name}") for one, ref, name in relationship_names(current_session())
        )
        if form.relationship.data is None:
            form.relationship.data = str(found.id)
    else:
        del form.relationship
        del form.sharing
    return form


def _apply_page(
    found: Relationship, lesson: Lesson, form: ApplyForm, status: int = 200
) -> ResponseReturnValue:
    return form_page(
        form,
        found,
        title=_("%(ref)s was applied", ref=lesson.ref),
        back=(lesson.title, url_for("lessons.show", ref=found.ref, lesson_ref=lesson.ref)),
        button=_("Keep it"),
        sections=[("", [one for one in ("what", "on", "relationship", "sharing") if one in form])],
        status=status,
        lead=lesson.title,
    )


@bp.get("/relationships/<ref>/lessons/<lesson_ref>/apply")
@guard(Capability.SIGNED_IN)
def apply(ref: str, lesson_ref: str) -> ResponseReturnValue:
    """Asks where it was applied."""
    found, lesson = _one_of(ref, lesson_ref)
    return _apply_page(found, lesson, _apply_form(found, formdata=None, on=today()))


@bp.post("/relationships/<ref>/lessons/<lesson_ref>/apply")
@guard(Capability.SIGNED_IN)
def applied(ref: str, lesson_ref: str) -> ResponseReturnValue:
    """It was applied."""
    found, lesson = _one_of(ref, lesson_ref)
    form = _apply_form(found)
    return take(
        form,
        lambda: service.apply_lesson(
            current_session(),
            actor=actor(),
            at=clock.now(),
            lesson_id=lesson.id,
            what=form.what.data or "",
            on=form.on.data or today(),
            relationship_id=id_from(form.relationship.data) if "relationship" in form else None,
            sharing=Sharing(form.sharing.data) if "sharing" in form else Sharing.SHARED,
        ),
        done=_("Kept: the lesson was applied."),
        to=lambda _made: url_for("lessons.show", ref=ref, lesson_ref=lesson_ref),
        again=lambda status: _apply_page(*_one_of(ref, lesson_ref), form, status),
    )


@bp.post("/relationships/<ref>/lessons/<lesson_ref>/applied/<uuid:mark_id>/<any(back, again):way>")
@guard(Capability.SIGNED_IN)
def take_back(ref: str, lesson_ref: str, mark_id: UUID, way: str) -> ResponseReturnValue:
    """Take back that it was applied, or count it again."""
    _found, lesson = _one_of(ref, lesson_ref)
    service.take_back_mark(
        current_session(),
        actor=actor(),
        at=clock.now(),
        lesson_id=lesson.id,
        mark_id=mark_id,
        back=way == "back",
    )
    flash(_("Taken back.") if way == "back" else _("It counts again."), "success")
    return redirect(url_for("lessons.show", ref=ref, lesson_ref=lesson_ref))
