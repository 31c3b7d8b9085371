"""The verbs of the walk on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditapp.audits.execution.model import Answer, AnswerConflict, AuditQuestion, Finding, FindingQuestion
from auditapp.audits.execution.rules import FindingStatus, Grade, Result
from auditapp.audits.execution.service import (
    assign_chapter,
    edit_finding,
    open_audit,
    raise_finding,
    save_answer,
    set_support,
    settle_conflict,
    withdraw_finding,
)
from auditapp.audits.execution.walk.rules import read_tokens
from auditapp.audits.model import Audit
from auditapp.audits.rules import AuditStatus
from auditapp.kit.clock import now
from auditapp.kit.errors import Invalid, NotAllowed, NotFound, Refusal, Stale
from auditapp.trail.model import Fact
from auditapp.trail.service import verify


def save(session, cast, who, values, *, known="", question=0, at=None):
    return save_answer(
        session,
        actor=who,
        at=at or now(),
        ref=cast.ref,
        question_id=cast.questions[question],
        values=values,
        known=read_tokens(known),
    )


def tokens(saved):
    return ",".join(f"{name}={token}" for name, token in saved.tokens.items())


def answer_of(session, cast, question=0):
    return session.get(Answer, cast.questions[question])


class TestOpening:
    def test_questions_are_frozen_once_and_per_relationship(self, session, make):
        cast = make(session, libraries=("iso44001-2017", "bs11000-1-2010"))
        rows = session.scalars(sa.select(AuditQuestion).where(AuditQuestion.audit_id == cast.audit_id)).all()
        assert len(rows) == 148
        assert {row.relationship_id for row in rows if row.scope == "system"} == {None}
        assert {row.relationship_id for row in rows if row.scope == "relationship"} == {cast.relationship_id}
        combined = next(row for row in rows if len({place["standard"] for place in row.counts_for}) == 2)
        assert {"library", "standard", "ref", "number", "title", "confirmed", "question"} == set(
            combined.counts_for[0]
        )
        assert session.scalar(sa.select(sa.func.count()).select_from(Answer)) == 148
        assert cast.audit(session).status is AuditStatus.IN_PROGRESS
        assert list(verify(session)) == []

    def test_only_the_stages_in_scope_are_asked(self, session, make):
        cast = make(session, libraries=("bs11000-1-2010",), stages=["exit_strategy"])
        stages = session.scalars(
            sa.select(AuditQuestion.stage).where(AuditQuestion.audit_id == cast.audit_id)
        )
        assert set(stages) == {"exit_strategy"}

    def test_only_the_leader_opens_and_only_a_scheduled_audit(self, session, make):
        cast = make(session, opened=False)
        at = now()
        with pytest.raises(NotAllowed):
            open_audit(session, actor=cast.auditor, at=at, audit=cast.audit(session), held_at=at)
        with pytest.raises(Invalid):
            open_audit(
                session, actor=cast.leader, at=at, audit=cast.audit(session), held_at=at + timedelta(hours=1)
            )
        open_audit(session, actor=cast.leader, at=at, audit=cast.audit(session), held_at=at)
        with pytest.raises(Refusal):
            open_audit(session, actor=cast.leader, at=at, audit=cast.audit(session), held_at=at)

    def test_nothing_to_ask_is_refused(self, session, make):
        cast = make(session, opened=False, libraries=("relationship-health",), stages=["no_such_stage"])
        with pytest.raises(Refusal):
            open_audit(session, actor=cast.leader, at=now(), audit=cast.audit(session), held_at=now())

    def test_chapters_are_given_and_taken_back(self, session, make):
        cast = make(session)
        first = session.get(AuditQuestion, cast.questions[0])
        given = {"chapter": first.chapter, "relationship_id": first.relationship_id}
        for person in (cast.auditor.person_id, None):
            assign_chapter(
                session, actor=cast.leader, at=now(), audit=cast.audit(session), person_id=person, **given
            )
            session.refresh(first)
            assert first.assigned_to_id == person
        with pytest.raises(Invalid):
            assign_chapter(
                session, actor=cast.leader, at=now(), audit=cast.audit(session),
                person_id=cast.auditee.person_id, **given,
            )  # fmt: skip


class TestAnswers:
    def test_fields_are_saved_one_by_one_and_told(self, session, make):
        cast = make(session)
        first = save(session, cast, cast.auditor, {"result": "conforms"})
        second = save(session, cast, cast.auditor, {"note": " seen\r\nit "})
        assert (first.answered, second.tokens["note"].split(".")[0]) == (True, "1")
        answer = answer_of(session, cast)
        assert (answer.result, answer.note, answer.versions) == (
            Result.CONFORMS,
            "seen\nit",
            {"result": 1, "note": 1},
        )
        assert answer.answered_by_id == cast.auditor.person_id
        facts = session.scalars(sa.select(Fact).where(Fact.verb == "answer.changed").order_by(Fact.seq)).all()
        assert [(fact.before, fact.after) for fact in facts] == [
            ('{"field":"result","value":"not_asked"}', '{"field":"result","value":"conforms"}'),
            ('{"field":"note","value":""}', '{"field":"note","value":"seen\\nit"}'),
        ]
        assert {fact.context_id for fact in facts} == {cast.audit_id}

    def test_the_same_again_is_a_silent_success(self, session, make):
        cast = make(session)
        save(session, cast, cast.auditor, {"note": "a"})
        count = session.scalar(sa.select(sa.func.count()).select_from(Fact))
        again = save(session, cast, cast.leader, {"note": "a"})
        assert (again.changed, again.conflicts) == ((), ())
        assert session.scalar(sa.select(sa.func.count()).select_from(Fact)) == count

    def test_different_fields_merge(self, session, make):
        cast = make(session)
        save(session, cast, cast.auditor, {"note": "a"})
        save(session, cast, cast.leader, {"evidence": "b"})
        assert (answer_of(session, cast).note, answer_of(session, cast).evidence) == ("a", "b")

    def test_two_values_are_both_kept_until_one_is_chosen(self, session, make):
        cast = make(session)
        save(session, cast, cast.auditor, {"note": "mine"})
        met = save(session, cast, cast.leader, {"note": "theirs"})
        assert met.conflicts[0].kept == "mine"
        assert met.conflicts[0].other == "theirs"
        assert met.conflicts[0].kept_by_id == cast.auditor.person_id
        repeated = save(session, cast, cast.leader, {"note": "theirs"})
        assert repeated.conflicts[0].id == met.conflicts[0].id
        answer = answer_of(session, cast)
        assert answer.conflicted == ["note"]
        settle = {
            "actor": cast.auditor,
            "at": now(),
            "audit": cast.audit(session),
            "conflict_id": met.conflicts[0].id,
        }
        with pytest.raises(Stale):
            settle_conflict(session, other=True, seen=7, **settle)
        settle_conflict(session, other=True, seen=1, **settle)
        assert (answer.note, answer.versions["note"], answer.conflicted) == ("theirs", 2, [])
        settle_conflict(session, other=True, seen=2, **settle)  # once more: it holds already
        with pytest.raises(Refusal):
            settle_conflict(session, other=False, seen=2, **settle)

    def test_more_words_on_the_same_old_value_are_one_conflict(self, session, make):
        cast = make(session)
        save(session, cast, cast.auditor, {"note": "mine"})
        first = save(session, cast, cast.leader, {"note": "the"})
        second = save(session, cast, cast.leader, {"note": "theirs"})
        assert first.conflicts[0].id == second.conflicts[0].id
        assert second.conflicts[0].other == "theirs"
        assert answer_of(session, cast).note == "mine"
        told = session.scalars(
            sa.select(Fact.after).where(Fact.verb == "answer.conflicted").order_by(Fact.seq)
        ).all()
        assert ["the" in one for one in told] == [True, True]  # both are on record

    def test_who_knew_what_stood_there_may_change_it(self, session, make):
        cast = make(session)
        first = save(session, cast, cast.auditor, {"note": "a"})
        assert save(session, cast, cast.leader, {"note": "b"}, known=tokens(first)).conflicts == ()
        assert answer_of(session, cast).note == "b"

    def test_a_plain_form_sends_untouched_fields_back_without_harm(self, session, make):
        cast = make(session)
        shown = save(session, cast, cast.auditor, {"note": "a", "result": "conforms"})
        save(session, cast, cast.leader, {"note": "changed meanwhile"}, known=tokens(shown))
        sent = {"note": "a", "result": "observation", "evidence": "", "flagged": "0"}
        late = save(session, cast, cast.auditor, sent, known=tokens(shown))
        answer = answer_of(session, cast)
        assert late.conflicts == ()
        assert (answer.note, answer.result) == ("changed meanwhile", Result.OBSERVATION)

    def test_a_reason_is_missing_until_it_is_there(self, session, make):
        cast = make(session)
        assert not save(session, cast, cast.auditor, {"result": "not_applicable"}).answered
        assert save(session, cast, cast.auditor, {"reason": "no such stage"}).answered

    def test_clearing_an_answer_clears_who_gave_it(self, session, make):
        cast = make(session)
        given = save(session, cast, cast.auditor, {"result": "conforms"})
        save(session, cast, cast.auditor, {"result": "not_asked"}, known=tokens(given))
        assert answer_of(session, cast).answered_by_id is None

    @pytest.mark.parametrize(
        "values", [{"result": "yes"}, {"note": "a\x00b"}, {"note": "x" * 20_001}, {"note": "\ud800"}]
    )
    def test_what_cannot_be_kept_is_refused(self, session, make, values):
        cast = make(session)
        with pytest.raises(Invalid):
            save(session, cast, cast.auditor, values)

    def test_only_the_team_writes_and_only_while_it_is_time(self, session, make):
        cast = make(session)
        for who, refusal in (
            (cast.auditee, NotAllowed),
            (cast.reader, NotAllowed),
            (cast.outsider, NotFound),
        ):
            with pytest.raises(refusal):
                save(session, cast, who, {"note": "x"})
        for status in AuditStatus:
            if status is AuditStatus.IN_PROGRESS:
                continue
            session.get(Audit, cast.audit_id).status = status
            session.flush()
            with pytest.raises(Refusal) as refused:
                save(session, cast, cast.auditor, {"note": "x"})
            assert str(refused.value.text)
        assert answer_of(session, cast).note == ""

    def test_interviewees_stand_in_the_personal_part_of_the_trail(self, session, make):
        cast = make(session)
        save(session, cast, cast.auditor, {"interviewees": "Pat Person"})
        fact = session.scalar(sa.select(Fact).where(Fact.verb == "answer.changed"))
        assert "Pat" not in fact.before + fact.after
        assert fact.personal_digest


class TestFindings:
    def test_two_taps_fill_in_the_rest(self, session, make):
        cast = make(session)
        save(
            session, cast, cast.auditor, {"result": "nonconforming", "note": "No plan.", "evidence": "RMP v2"}
        )
        found = raise_finding(
            session, actor=cast.auditor, at=now(), audit=cast.audit(session), grade=Grade.MINOR,
            question_ids=[cast.questions[0]],
        )  # fmt: skip
        question = session.get(AuditQuestion, cast.questions[0])
        assert found.ref == f"{cast.ref}-F1"
        assert (found.statement, found.objective_evidence) == ("No plan.", "RMP v2")
        assert found.relationship_id == question.relationship_id
        assert [one["ref"] for one in found.requirements] == [
            place["number"] or place["ref"] for place in question.counts_for
        ]

    def test_several_answers_support_one_finding(self, session, make):
        cast = make(session)
        found = raise_finding(
            session, actor=cast.auditor, at=now(), audit=cast.audit(session), grade=Grade.MAJOR,
            statement="S", question_ids=cast.questions[:2],
        )  # fmt: skip
        before = answer_of(session, cast, 2).revision
        set_support(
            session, actor=cast.leader, at=now(), audit=cast.audit(session), finding=found,
            question_ids=cast.questions[1:4],
        )  # fmt: skip
        rows = session.scalars(sa.select(FindingQuestion.question_id)).all()
        assert set(rows) == set(cast.questions[1:4])
        assert answer_of(session, cast, 2).revision == before + 1

    def test_edit_knows_its_version_and_withdrawal_its_reason(self, session, make):
        cast = make(session)
        audit = cast.audit(session)
        found = raise_finding(
            session, actor=cast.auditor, at=now(), audit=audit, grade=Grade.MINOR, statement="First"
        )
        values = {
            "grade": Grade.MAJOR, "statement": "Second", "objective_evidence": "", "requirements": (),
            "relationship_id": cast.relationship_id, "auditee_id": cast.auditee.person_id,
        }  # fmt: skip
        common = {"actor": cast.leader, "at": now(), "audit": audit, "finding": found}
        edit_finding(session, version=1, **common, **values)
        session.flush()
        with pytest.raises(Stale):
            edit_finding(session, version=1, **common, **values)
        with pytest.raises(Invalid):
            edit_finding(session, version=2, **common, **(values | {"auditee_id": cast.outsider.person_id}))
        with pytest.raises(Invalid):
            withdraw_finding(session, reason=" ", **common)
        withdraw_finding(session, reason="A misreading.", **common)
        assert found.status is FindingStatus.WITHDRAWN
        with pytest.raises(Refusal):
            edit_finding(session, version=found.version, **common, **values)
        assert list(verify(session)) == []

    def test_numbers_have_no_gaps_and_belong_to_their_audit(self, session, make):
        first, second = make(session), make(session, ref="IA-2026-002")
        refs = [
            raise_finding(
                session,
                actor=cast.auditor,
                at=now(),
                audit=cast.audit(session),
                grade=Grade.MINOR,
                statement="S",
            ).ref
            for cast in (first, second, first)
        ]
        assert refs == ["IA-2026-001-F1", "IA-2026-002-F1", "IA-2026-001-F2"]
        with pytest.raises(NotFound):
            raise_finding(
                session, actor=first.auditor, at=now(), audit=first.audit(session), grade=Grade.MINOR,
                statement="S", question_ids=second.questions[:1],
            )  # fmt: skip

    def test_nothing_changes_after_the_closing_meeting(self, session, make):
        cast = make(session)
        audit = cast.audit(session)
        found = raise_finding(
            session, actor=cast.auditor, at=now(), audit=audit, grade=Grade.MINOR, statement="S"
        )
        audit.status = AuditStatus.REPORTING
        session.flush()
        with pytest.raises(Refusal):
            withdraw_finding(session, actor=cast.leader, at=now(), audit=audit, finding=found, reason="x")
        with pytest.raises(Refusal):
            raise_finding(
                session, actor=cast.auditor, at=now(), audit=audit, grade=Grade.MINOR, statement="S"
            )
        assert session.scalar(sa.select(sa.func.count()).select_from(Finding)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(AnswerConflict)) == 0


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["note", "result"]),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nothing_that_was_acknowledged_is_lost(session, make, steps):
    """Replayed from the database: every value is the answer, or kept as a conflict, or was known to whoever replaced it."""
    if "cast" not in session.info:
        session.info["cast"] = make(session)
        session.info["next"] = 0
    cast = session.info["cast"]
    number = session.info["next"] = (session.info["next"] + 1) % len(cast.questions)
    question = cast.questions[number]
    options = {
        "note": ["", "a", "b", "c"],
        "result": ["not_asked", "conforms", "observation", "good_practice"],
    }
    answer = session.get(Answer, question)
    stood = {name: {answer.versions.get(name, 0): getattr(answer, name)} for name in options}
    pages = [{}, {}]
    for who, name, option, reads in steps:
        value = options[name][option]
        known = ",".join(f"{key}={known}" for key, known in pages[who].items())
        before = answer.versions.get(name, 0)
        if not pages[who].get(name) and before and not reads:
            base = 0
        else:
            base = int(pages[who].get(name, "0.").split(".")[0])
        told = save(
            session, cast, (cast.leader, cast.auditor)[who], {name: value}, known=known, question=number
        )
        if name in told.changed:
            assert base == before  # whoever replaced it knew it
            stood[name][before + 1] = value
        elif told.conflicts:
            assert told.conflicts[0].other == value
        else:
            assert value in {getattr(answer, name), stood[name].get(base, options[name][0])}
        if reads:
            pages[who].update(told.tokens)
    kept = {
        (one.field, one.other)
        for one in session.scalars(sa.select(AnswerConflict).where(AnswerConflict.question_id == question))
    }
    assert sorted({field for field, _ in kept}) == answer.conflicted
