"""Links: what they carry, that nobody makes or changes one, when they end."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer

from auditapp.kit.errors import NotFound
from auditapp.reminders.answering.rules import (
    DAYS,
    AnswerLink,
    Standing,
    read_answer,
    read_quiet,
    sign_answer,
    sign_quiet,
    standing,
)
from auditapp.reminders.rules import Answer

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SECRET = "s" * 48
LINK = AnswerLink(run_id=uuid4(), generation=7, person_id=uuid4(), answer=Answer.ACKNOWLEDGE)


@given(
    st.uuids(),
    st.uuids(),
    st.integers(0, 2**32 - 1),
    st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - hypothesis wants naive ones
)
def test_what_goes_in_comes_out(run, person, generation, made):
    at = made.replace(tzinfo=UTC)
    link = AnswerLink(run_id=run, generation=generation, person_id=person, answer=Answer.ACKNOWLEDGE)
    token = sign_answer(SECRET, link, at=at)
    assert read_answer(SECRET, token, at=at) == link
    assert len(token) < 110, "a mail breaks long lines"
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


@pytest.mark.parametrize("answer", [one for one in Answer if one is not Answer.ACKNOWLEDGE])
def test_only_safe_answers_are_given_by_a_link(answer):
    with pytest.raises(ValueError, match=answer.value):
        sign_answer(SECRET, AnswerLink(run_id=uuid4(), generation=1, person_id=uuid4(), answer=answer), at=AT)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_letter_and_it_is_no_link(where, change):
    token = bytearray(sign_answer(SECRET, LINK, at=AT).encode())
    token[where % len(token)] = (token[where % len(token)] + change) % 128
    read = None
    try:
        read = read_answer(SECRET, token.decode("latin-1"), at=AT)
    except NotFound:
        return
    assert read == LINK, "base64 has letters whose last bits say nothing"


@given(st.text(max_size=200))
def test_what_is_no_link_is_refused(token):
    for read in (read_answer, read_quiet):
        with pytest.raises(NotFound):
            read(SECRET, token, at=AT)


def test_another_key_another_purpose():
    with pytest.raises(NotFound):
        read_answer("t" * 48, sign_answer(SECRET, LINK, at=AT), at=AT)
    with pytest.raises(NotFound):
        read_answer(SECRET, sign_quiet(SECRET, LINK.person_id, at=AT), at=AT)
    with pytest.raises(NotFound):
        read_quiet(SECRET, sign_answer(SECRET, LINK, at=AT), at=AT)
    with pytest.raises(NotFound):
        read_quiet(SECRET, Signer(SECRET).sign("x" * 27).decode(), at=AT)


@pytest.mark.parametrize(
    ("after", "holds"),
    [
        (timedelta(), True),
        (timedelta(days=DAYS), True),
        (timedelta(days=DAYS, seconds=1), False),
        (timedelta(minutes=-9), True),
        (timedelta(minutes=-11), False),
    ],
)
def test_how_long_it_holds(after, holds):
    token, other = sign_answer(SECRET, LINK, at=AT), sign_quiet(SECRET, LINK.person_id, at=AT)
    if holds:
        assert read_answer(SECRET, token, at=AT + after) == LINK
        assert read_quiet(SECRET, other, at=AT + after) == LINK.person_id
        return
    with pytest.raises(NotFound):
        read_answer(SECRET, token, at=AT + after)
    with pytest.raises(NotFound):
        read_quiet(SECRET, other, at=AT + after)


ME, OTHER = LINK.person_id, UUID(int=1)
STANDINGS = [  # generation now, ended, answered by -> how it stands
    (7, False, None, Standing.OPEN),
    (7, False, OTHER, Standing.OPEN),
    (8, False, ME, Standing.SAID),
    (8, False, OTHER, Standing.MOVED_ON),
    (8, False, None, Standing.MOVED_ON),
    (9, False, ME, Standing.MOVED_ON),
    (6, False, None, Standing.MOVED_ON),
    (7, True, None, Standing.ENDED),
    (8, True, ME, Standing.ENDED),
]


@pytest.mark.parametrize(("generation", "ended", "by", "wanted"), STANDINGS)
def test_a_later_generation_overtakes(generation, ended, by, wanted):
    assert standing(LINK, generation=generation, ended=ended, answered_by=by) is wanted
