"""The life of a review and of its actions, as tables; a paper as JSON and back."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from auditapp.kit.errors import Refusal
from auditapp.reports.management_review.codec import dumps, loads
from auditapp.reports.management_review.rules import (
    REFUSALS,
    STATUS_LABELS,
    STATUS_TONES,
    STEPS,
    TOPIC_LABELS,
    ActionStatus,
    Status,
    Topic,
    Verb,
    lacks,
    standing,
)
from auditapp.reports.paper.model import (
    Bullets,
    Cell,
    Chapter,
    Chart,
    ChartSpec,
    Column,
    Facts,
    Pair,
    Para,
    Report,
    Row,
    Table,
)


def test_a_review_goes_forward_and_only_issued_minutes_are_opened_again():
    assert {pair for pair in product(Status, Verb) if pair in STEPS} == {
        ("planned", "change"), ("planned", "prepare"), ("planned", "hold"), ("planned", "cancel"),
        ("held", "write"), ("held", "issue"), ("issued", "correct"),
    }  # fmt: skip
    assert set(REFUSALS) == set(Verb)
    assert set(STATUS_LABELS) == set(STATUS_TONES) == set(Status)
    assert list(TOPIC_LABELS) == list(Topic)


def test_what_stands_in_the_way_of_issuing():
    assert len(lacks(attended=[], conclusion=" ", silent={Topic.BODY, Topic.RISKS})) == 4
    assert lacks(attended=["x"], conclusion="It works.", silent=set()) == []


@pytest.mark.parametrize(
    ("status", "due", "word"),
    [("open", 1, "Overdue"), ("open", 9, "Due soon"), ("open", 20, "Open"), ("done", 1, "Done")],
)
def test_how_an_action_stands(status, due, word):
    assert str(standing(ActionStatus(status), date(2026, 3, due), date(2026, 3, 2))[0]) == word


def whole():
    table = Table(
        "T",
        (Column("A"), Column("B", "number", wide=True)),
        (Row((Cell("x", "/x", "done"), Cell("2", value=2)), "r"),),
    )
    day = Table("D", (Column("On", "date"),), (Row((Cell("1 March", value=date(2026, 3, 1)),)),), "none")
    return Report(
        kind="K", title="Ü 漢", ref="MR-1", organization="O", as_of=datetime(2026, 3, 1, 9, tzinfo=UTC), facts=(Pair("a", "b", "/c", "done"),),
        chapters=(
            Chapter("One", (Para("p", "attention"), Facts((Pair("a", "1"),)), Bullets(("x", "y")), table, day), "one", note="n"),
            Chapter("Two", (Chart(ChartSpec(sentence="s", alt="a", table=table, picture=b"<svg/>", marks=((0, "m"),))),), level=2),
        ),
        confidential=True,
    )  # fmt: skip


def test_a_paper_comes_back_as_it_was_and_a_changed_one_is_refused():
    report = whole()
    assert loads(dumps(report), report.fingerprint()) == report
    with pytest.raises(Refusal):
        loads(dumps(report).replace('"none"', '"nobody"'), report.fingerprint())
