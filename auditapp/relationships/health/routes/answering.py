"""Answering: one question at a time, each kept by itself."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from auditapp.kit import clock
from auditapp.kit.db import current_session
from auditapp.kit.errors import NotFound
from auditapp.people.guards import actor, guard
from auditapp.people.rules import Capability
from auditapp.relationships.health import queries, service
from auditapp.relationships.health.forms import NOT_KNOWN, AnswerForm
from auditapp.relationships.health.model import HealthAnswer, HealthCheck, HealthInvite
from auditapp.relationships.health.routes.base import WORDS, bp, find, today
from auditapp.relationships.health.rules.life import CheckState
from auditapp.relationships.model import Relationship
from auditapp.relationships.rules import Sharing


def _mine(check_ref: str) -> tuple[HealthCheck, Relationship, HealthInvite, dict[str, HealthAnswer]]:
    """The check and what the reader answered. Raises NotFound for who is not asked."""
    session = current_session()
    check, place = find(check_ref)
    invite = queries.own_invite(session, actor(), check)
    if invite is None:
        raise NotFound
    return check, place, invite, queries.answers_by_question(session, invite.id)


def _sides(check: HealthCheck, invite: HealthInvite) -> int:
    """How many people are asked on the reader's side."""
    return sum(one.invite.party_id == invite.party_id for one in queries.invites_of(current_session(), check))


def answerable(check: HealthCheck) -> bool:
    """Whether answers are taken now."""
    return check.state is CheckState.OPEN and today() <= check.closes_on


@bp.get("/health/<check_ref>/answer")
@guard(Capability.SIGNED_IN)
def answers(check_ref: str) -> str:
    """All questions with one's own answers."""
    check, place, invite, given = _mine(check_ref)
    questions = queries.questions_of(check)
    return render_template(
        "health/answers.html",
        check=check,
        place=place,
        questions=questions,
        given=given,
        next_key=next((one.key for _dimension, one in questions.questions if one.key not in given), None),
        on_my_side=_sides(check, invite),
        answerable=answerable(check),
        **WORDS,
    )


@bp.route("/health/<check_ref>/answer/<question>", methods=["GET", "POST"])
@guard(Capability.SIGNED_IN)
def answer(check_ref: str, question: str) -> ResponseReturnValue:
    """One question; works with one hand, and without JavaScript."""
    check, place, _invite, given = _mine(check_ref)
    asked = queries.questions_of(check).questions
    at = next((number for number, (_dimension, one) in enumerate(asked) if one.key == question), None)
    if at is None:
        raise NotFound
    dimension, found = asked[at]
    there = given.get(question)
    status = 200
    if request.method == "GET":
        form = AnswerForm(
            formdata=None,
            score=None if there is None else str(there.score or NOT_KNOWN),
            comment=there.comment if there else "",
            sharing=there.sharing.value if there else Sharing.INTERNAL.value,
        )
    else:
        form = AnswerForm()
        status = 422
        if form.validate():
            with form.taking_refusals() as outcome:
                service.answer(
                    current_session(),
                    actor=actor(),
                    at=clock.now(),
                    check=check,
                    question=question,
                    score=form.chosen,
                    comment=form.comment.data or "",
                    sharing=Sharing(form.sharing.data),
                )
            if outcome.ok:
                after = [
                    one.key for _dimension, one in (*asked[at + 1 :], *asked[:at]) if one.key not in given
                ]
                if after:
                    return redirect(url_for("health.answer", check_ref=check_ref, question=after[0]))
                flash(
                    _("Everything is answered. You can change your answers until the check closes."),
                    "success",
                )
                return redirect(url_for("health.answers", check_ref=check_ref))
            status = outcome.status
            check, place, _invite, given = _mine(check_ref)
    return render_template(
        "health/answer.html",
        check=check,
        place=place,
        dimension=dimension,
        question=found,
        number=at + 1,
        count=len(asked),
        done=len(given),
        before=asked[at - 1][1].key if at else None,
        form=form,
        kept=there is not None,
        answerable=answerable(check),
        **WORDS,
    ), status
