"""The table of what happens to a message, and what is done about each fault."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.errors import Refusal
from auditapp.reminders.outbox.rules import (
    BACKOFF,
    BURST,
    MOST_TRIES,
    NOTICE_LABELS,
    OUTCOME_LABELS,
    PATIENCE,
    STATE_LABELS,
    STATE_TONES,
    STEPS,
    Fault,
    MessageKind,
    Next,
    NoticeKind,
    Outcome,
    State,
    Verb,
    next_state,
    order_of,
    slot,
    verdict,
)  # fmt: skip

NOW = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_every_step_is_in_the_table_and_no_other_is_taken(state, verb):
    if (state, verb) in STEPS:
        assert next_state(state, verb) is STEPS[state, verb]
    else:
        with pytest.raises(Refusal):
            next_state(state, verb)


def test_from_every_state_but_the_last_ones_a_way_leads_to_an_end():
    ends = {State.SENT, State.FAILED, State.CANCELLED}
    for state in set(State) - ends:
        reached, border = {state}, {state}
        while border:
            border = {after for (before, _), after in STEPS.items() if before in border} - reached
            reached |= border
        assert {State.SENT, State.FAILED} <= reached


def test_everything_has_a_word():
    assert set(STATE_LABELS) == set(STATE_TONES) == set(State)
    assert set(OUTCOME_LABELS) == {"", *Outcome, *Fault}
    assert set(NOTICE_LABELS) == set(NoticeKind)


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fault", "tries", "waited", "retry_after", "expected"),
    [
        # What may pass is tried again, each time later, then by the next channel.
        *((Fault.RETRY, n + 1, MINUTE, None, (Next.AGAIN, wait)) for n, wait in enumerate(BACKOFF)),
        (Fault.RETRY, MOST_TRIES, MINUTE, None, (Next.ONWARD, timedelta())),
        # A channel that says when is believed, for a day.
        (Fault.RETRY, 1, MINUTE, 7.5, (Next.AGAIN, timedelta(seconds=7.5))),
        (Fault.RETRY, 1, MINUTE, 0.0, (Next.AGAIN, timedelta(seconds=1))),
        (Fault.RETRY, MOST_TRIES, PATIENCE, 7.5, (Next.ONWARD, timedelta())),
        # What may have arrived is asked about.
        (Fault.UNKNOWN, 1, MINUTE, None, (Next.ASK, timedelta(seconds=90))),
        # What will not get better goes onward at once.
        (Fault.PERSON_GONE, 1, MINUTE, None, (Next.ONWARD, timedelta())),
        (Fault.CHANNEL_DEAD, 1, MINUTE, None, (Next.ONWARD, timedelta())),
        (Fault.CONTENT, 1, MINUTE, None, (Next.ONWARD, timedelta())),
    ],
)
def test_what_is_done_about_a_fault(fault, tries, waited, retry_after, expected):
    assert verdict(fault, tries=tries, waited=waited, retry_after=retry_after) == expected


@pytest.mark.parametrize(
    ("wanted", "passed", "kind", "expected"),
    [
        (("slack", "mail", "in_app"), (), MessageKind.DIGEST, ["slack", "mail", "in_app"]),
        (("mail",), (), MessageKind.DIGEST, ["mail", "in_app"]),
        (("in_app", "mail"), (), MessageKind.NOW, ["in_app", "mail"]),
        (("slack", "mail"), ("slack",), MessageKind.NOW, ["mail", "in_app"]),
        (("slack", "mail"), ("mail", "slack", "in_app"), MessageKind.NOW, []),
        (("slack", "mail"), (), MessageKind.INVITATION, ["mail"]),
        (("slack",), (), MessageKind.INVITATION, []),
    ],
)
def test_the_order_of_channels(wanted, passed, kind, expected):
    assert order_of(wanted, passed, kind) == expected


@given(st.lists(st.floats(min_value=0, max_value=30), min_size=1, max_size=80), st.integers(1, 120))
def test_no_minute_sees_more_than_the_rate_and_its_burst(gaps, per_minute):
    free_at, at, taken = None, NOW, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        free, next_at = slot(free_at, at, per_minute)
        if free:
            taken.append(at)
            free_at = next_at
        else:
            assert next_at > at
    for first in taken:
        in_a_minute = sum(first <= one < first + MINUTE for one in taken)
        assert in_a_minute <= per_minute * (1 + BURST / MINUTE) + 1
