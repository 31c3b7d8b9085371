"""Pages of the walk: the questions, one saved answer, and the answers that met."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from auditapp.audits.execution.blueprint import bp, standing
from auditapp.audits.execution.evidence.queries import evidence_of_questions
from auditapp.audits.execution.model import Evidence
from auditapp.audits.execution.queries import Access, access, question_of
from auditapp.audits.execution.rules import (
    FIELD_LABELS,
    GRADE_LABELS,
    RESULT_LABELS,
    AnswerField,
    Grade,
    Result,
)
from auditapp.audits.execution.walk.cards import (
    CSRF_MARK,
    Card,
    came_from,
    cards,
    extras,
    mark,
    opened,
    put_in,
    questions_of,
)
from auditapp.audits.execution.walk.queries import (
    Asked,
    State,
    coming_questions,
    device_names,
    open_conflicts,
    origins_of,
    person_names,
    settled_conflicts,
    states,
)
from auditapp.audits.execution.walk.rules import Progress, read_tokens
from auditapp.audits.execution.walk.service import Saved, save_answer, settle_conflict
from auditapp.audits.execution.walk.words import words
from auditapp.audits.plan.queries import audit_by_ref
from auditapp.audits.rules import MemberRole
from auditapp.kit import clock
from auditapp.kit.contents import PICTURES
from auditapp.kit.db import current_session
from auditapp.kit.errors import Invalid
from auditapp.kit.strokes import INKS
from auditapp.kit.text import Text
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.shell.assets import own_address

AT_ONCE = 6  # cards whose form is in the page from the start
SHOWS = ("all", "unanswered", "flagged", "mine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A chapter of the walk, for one relationship or for all: its heading, how far it is, and the cards shown."""

    anchor: str
    number: str
    title: str
    relationship: str
    progress: Progress
    bodies: Markup  # marks: the cards are put in when the page is drawn
    lines: Markup
    assigned: str


@bp.get("/audits/<ref>/walk")
@guard(Capability.VIEW_ORGANIZATION)
def walk(ref: str) -> ResponseReturnValue:
    """The page that must be loved: every question of the audit, by section."""
    session = current_session()
    who = access(session, actor(), ref)
    if who.audit.opened_at is None and not who.may_prepare:
        return render_template("execution/not_open.html", **standing(who))
    if who.audit.opened_at is None:  # to be taken along: the opening meeting may be held where no network is
        asked = coming_questions(session, who.audit)
        state = [State(one.id, 0, Result.NOT_ASKED, False, False, None) for one in asked]
    else:
        asked = questions_of(session, who.audit.id)
        state = states(session, who.audit.id)
    pairs = list(zip(asked, state, strict=True))
    shown = _narrowed(pairs)
    drawn = dict(zip((pair[0].id for pair in shown), cards(session, who, shown), strict=True))
    filling: dict[str, list[bytes]] = {}
    page = render_template(
        "execution/walk.html",
        parts=_parts(pairs, drawn, who, filling),
        total=Progress(sum(one.answered for one in state), len(state)),
        count=len(shown),
        filters=_filters(pairs),
        words=words(),
        grades=[(grade.value, GRADE_LABELS[grade]) for grade in Grade],
        paper_limit=current_app.extensions["auditapp"].max_upload_mb,
        paper_types=sorted(PICTURES),
        inks=INKS,
        auditees=[member for member in who.members if member.role is MemberRole.AUDITEE],
        **standing(who),
    )
    return Response(put_in(page, filling, generate_csrf()), mimetype="text/html")


@bp.post("/audits/<ref>/walk/<uuid:question_id>/answer")
@guard(Capability.VIEW_ORGANIZATION)
def answer(ref: str, question_id: UUID) -> ResponseReturnValue:
    """Save what was sent of one answer: a field from our script, or the whole card from a plain form."""
    session = current_session()
    values = {
        name: request.form.getlist(name)[-1]
        for name in (field.value for field in AnswerField)
        if name in request.form
    }
    if not values:
        raise Invalid(Text("Nothing was sent. Reload the page and answer again."))
    saved = save_answer(
        session,
        actor=actor(),
        at=clock.now(),
        ref=ref,
        question_id=question_id,
        values=values,
        known=read_tokens(request.form.get("known", "")),
    )
    if request.headers.get("X-Requested-With") == "fetch":
        return _told(ref, question_id, saved)
    return _back_to_card(ref, question_id, saved)


@bp.get("/audits/<ref>/conflicts")
@guard(Capability.VIEW_ORGANIZATION)
def conflicts(ref: str) -> ResponseReturnValue:
    """Every question where two answers met, side by side; and what was chosen before."""
    session = current_session()
    who = access(session, actor(), ref)
    page = open_conflicts(session, who.audit.id, page=request.args.get("page", 1, type=int))
    settled = settled_conflicts(session, who.audit.id)
    people = {row[0].other_by_id for row in [*page.rows, *settled]}
    people |= {row[0].settled_by_id for row in settled if row[0].settled_by_id}
    people |= {UUID(row[2].stamps[row[0].field][0]) for row in page.rows if row[0].field in row[2].stamps}
    names = person_names(session, list(people))
    devices = device_names(session, origins_of((row[0], row[2]) for row in page.rows))
    seen: dict[UUID | None, list[Evidence]] = {}
    for one in evidence_of_questions(session, [row[1].id for row in page.rows]):
        seen.setdefault(one.question_id, []).append(one)
    return render_template(
        "execution/conflicts.html",
        page=page,
        settled=settled,
        names=names,
        origins={
            row[0].id: [came_from(one, names, devices) for one in origins_of([(row[0], row[2])])]
            for row in page.rows
        },
        seen=seen,
        fields=FIELD_LABELS,
        results=RESULT_LABELS,
        Result=Result,
        **standing(who),
    )


@bp.post("/audits/<ref>/conflicts/<uuid:conflict_id>")
@guard(Capability.VIEW_ORGANIZATION)
def settle(ref: str, conflict_id: UUID) -> ResponseReturnValue:
    """Choose one of two answers."""
    session = current_session()
    who = access(session, actor(), ref)
    settled = settle_conflict(
        session,
        actor=actor(),
        at=clock.now(),
        audit=who.audit,
        conflict_id=conflict_id,
        other=request.form.get("other") == "1",
        seen=request.form.get("seen", -1, type=int),
    )
    question, _ = question_of(session, who.audit.id, settled.question_id)
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(reload=True, anchor=f"q{question.position}")
    flash(gettext("Chosen. The other answer stays on record."), "success")
    return redirect(_referring_walk(ref) + f"#q{question.position}")


def _narrowed(pairs: list[tuple[Asked, State]]) -> list[tuple[Asked, State]]:
    """What the filters in the address leave."""
    show = request.args.get("show", "all")
    relationship = request.args.get("relationship", "")
    words = request.args.get("q", "").casefold().split()
    me = actor().person_id
    if show == "unanswered":
        pairs = [pair for pair in pairs if not pair[1].answered]
    elif show == "flagged":
        pairs = [pair for pair in pairs if pair[1].flagged]
    elif show == "mine":
        pairs = [pair for pair in pairs if pair[1].assigned_to == me]
    if relationship == "system":
        pairs = [pair for pair in pairs if pair[0].relationship_id is None]
    elif relationship:
        pairs = [pair for pair in pairs if pair[0].relationship_ref == relationship]
    if words:
        pairs = [pair for pair in pairs if all(word in _searched(pair[0]) for word in words)]
    return pairs


def _searched(asked: Asked) -> str:
    return f"{asked.text} {asked.section} {asked.section_title} {asked.chapter_title} {asked.relationship_name}".casefold()


def _filters(pairs: list[tuple[Asked, State]]) -> dict[str, Any]:
    me = actor().person_id
    chosen = {
        "show": show if (show := request.args.get("show", "all")) in SHOWS else "all",
        "relationship": request.args.get("relationship", ""),
        "q": request.args.get("q", "")[:200],
    }

    def link(**change: str) -> str:
        wanted = {key: value for key, value in {**chosen, **change}.items() if value and value != "all"}
        return url_for("execution.walk", ref=request.view_args["ref"] if request.view_args else "", **wanted)  # type: ignore[arg-type] # url_for takes any further values

    labels = {
        "all": (gettext("All"), len(pairs)),
        "unanswered": (gettext("Unanswered"), sum(not pair[1].answered for pair in pairs)),
        "flagged": (gettext("Flagged"), sum(pair[1].flagged for pair in pairs)),
        "mine": (gettext("Mine"), sum(pair[1].assigned_to == me for pair in pairs)),
    }
    relationships = {
        pair[0].relationship_ref: pair[0].relationship_name for pair in pairs if pair[0].relationship_id
    }
    return {
        **chosen,
        "narrowed": any(value not in {"", "all"} for value in chosen.values()),
        "clear": url_for("execution.walk", ref=request.view_args["ref"]) if request.view_args else "",
        "shows": [
            {
                "label": label,
                "count": count,
                "url": link(show=name),
                "current": chosen["show"] == name,
                "name": name,
            }
            for name, (label, count) in labels.items()
        ],
        "relationships": [
            {"label": gettext("Whole system"), "value": "system"},
            *({"label": f"{ref} {name}", "value": ref} for ref, name in relationships.items()),
        ]
        if relationships
        else [],
    }


def _parts(
    pairs: list[tuple[Asked, State]],
    drawn: dict[UUID, Card],
    who: Access,
    filling: dict[str, list[bytes]],
) -> list[Part]:
    """The chapters that have something to show, with the progress of all their questions.

    ``filling`` takes the cards for the marks.
    """
    names = {member.person_id: member.name for member in who.members}
    groups: dict[tuple[UUID | None, str], list[tuple[Asked, State]]] = {}
    for pair in pairs:
        groups.setdefault((pair[0].relationship_id, pair[0].chapter), []).append(pair)
    found: list[Part] = []
    seen = 0
    for number, members in enumerate(groups.values(), start=1):
        here = [drawn[asked.id] for asked, _ in members if asked.id in drawn]
        if not here:
            continue
        filling[f"cards-{number}"] = [
            opened(card.body) if index < AT_ONCE else card.body for index, card in enumerate(here, start=seen)
        ]
        seen += len(here)
        filling[f"lines-{number}"] = [card.line for card in here]
        first = members[0][0]
        given = {state.assigned_to for _, state in members if state.assigned_to}
        found.append(
            Part(
                anchor=f"s{number}",
                number=first.chapter,
                title=first.chapter_title,
                relationship=f"{first.relationship_ref} {first.relationship_name}".strip(),
                progress=Progress(sum(state.answered for _, state in members), len(members)),
                bodies=mark(f"cards-{number}"),
                lines=mark(f"lines-{number}"),
                assigned=", ".join(sorted(names.get(person, "") for person in given)),
            )
        )
    return found


def _told(ref: str, question_id: UUID, saved: Saved) -> ResponseReturnValue:
    """The answer to our script: what stands now, and both values where two met."""
    body: dict[str, Any] = {
        "saved_at": saved.at.isoformat(),
        "words": gettext("Saved %(when)s", when=format_datetime(saved.at, "HH:mm")),
        "tokens": saved.tokens,
        "values": saved.values,
        "result": saved.result.value,
        "answered": saved.answered,
        "flagged": saved.flagged,
        "revision": saved.revision,
        "conflicts": [
            {"id": str(one.id), "field": one.field, "kept": one.kept, "other": one.other}
            for one in saved.conflicts
        ],
    }
    if saved.conflicts:
        body["extras"] = _extras(ref, question_id)
    return jsonify(body), 409 if saved.conflicts else 200


def _extras(ref: str, question_id: UUID) -> str:
    session = current_session()
    who = access(session, actor(), ref)
    asked = next(one for one in questions_of(session, who.audit.id) if one.id == question_id)
    return extras(session, who, asked).replace(CSRF_MARK, generate_csrf())


def _back_to_card(ref: str, question_id: UUID, saved: Saved) -> ResponseReturnValue:
    session = current_session()
    audit = audit_by_ref(session, actor(), ref)
    question, _ = question_of(session, audit.id, question_id)
    if saved.conflicts:
        flash(
            gettext(
                "Question %(n)s: somebody else of the team answered it meanwhile. Both are kept: choose at the question.",
                n=question.position,
            ),
            "warning",
        )
    else:
        flash(gettext("Question %(n)s is saved.", n=question.position), "success")
    return redirect(f"{_referring_walk(ref)}#q{question.position}")


def _referring_walk(ref: str) -> str:
    """The walk as it was filtered on the page the form stood on."""
    plain = url_for("execution.walk", ref=ref)
    came = request.referrer or ""
    if own_address(came):
        parts = urlsplit(came)
        if parts.path == plain and parts.query:
            return f"{plain}?{parts.query}"
    return plain
