"""Texts, ids, days, states and settings."""

import datetime as dt
import uuid
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from auditapp.config import WrongSettingsError, load_settings, unknown_settings
from auditapp.kit.clock import day_in
from auditapp.kit.errors import Refusal
from auditapp.kit.ids import new_id
from auditapp.kit.orm import UTCDateTime, canonical
from auditapp.kit.states import step
from auditapp.kit.text import Text


def test_a_text_is_filled_after_it_is_translated():
    inner = Text("Planned")
    text = Text("The audit is “%(status)s”, %(count)s open", status=inner, count=2)
    german = {
        "Planned": "Geplant",
        "The audit is “%(status)s”, %(count)s open": "%(count)s offen bei „%(status)s“",
    }
    assert text.translate(german.__getitem__) == "2 offen bei „Geplant“"


def test_a_text_without_parameters_may_hold_a_percent_sign():
    assert Text("100 %").translate(str) == "100 %"


def test_ids_are_version_7_and_sort_by_time():
    ids = [new_id() for _ in range(2000)]
    assert {value.version for value in ids} == {7}
    assert {value.variant for value in ids} == {uuid.RFC_4122}
    assert len(set(ids)) == 2000
    assert [value.int >> 80 for value in ids] == sorted(value.int >> 80 for value in ids)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Auckland", 24), ("Europe/London", 23), ("America/Los_Angeles", 23)],
)
def test_the_day_depends_on_where_one_stands(zone, day):
    assert day_in(zone, dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)) == dt.date(2026, 11, day)


def test_a_naive_moment_is_refused():
    naive = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - this is the fault looked for
    with pytest.raises(ValueError, match="naive"):
        UTCDateTime().process_bind_param(naive, sqlite.dialect())


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_comes_back_as_it_went_in(moment):
    kind, dialect = UTCDateTime(), sqlite.dialect()
    try:
        stored = kind.process_bind_param(moment, dialect)
    except OverflowError:  # a zone at the very ends of the calendar
        return
    assert kind.process_result_value(stored, dialect) == moment.astimezone(dt.UTC)


def test_canonical_json_does_not_depend_on_order():
    assert canonical({"b": 1, "a": [1, {"d": None, "c": "é"}]}) == '{"a":[1,{"c":"é","d":null}],"b":1}'


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


def test_a_step_that_is_not_in_the_table_is_refused_with_the_given_sentence():
    steps = {(Light.RED, Light.GREEN): Light.GREEN}
    assert step(steps, Light.RED, Light.GREEN, Text("no")) is Light.GREEN
    with pytest.raises(Refusal, match="not while it is green"):
        step(steps, Light.GREEN, Light.GREEN, Text("not while it is green"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "short", "at least 32"),
        ("DATABASE_URL", "mysql://x", "must start with"),
        ("PUBLIC_URL", "http://x/", "slash"),
        ("SESSION_DAYS", "0", "greater than or equal"),
        ("EXPIRED_COMPETENCE", "maybe", "'refuse' or 'warn'"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_should_be(monkeypatch, name, value, said):
    monkeypatch.setenv("AUDITAPP_SECRET_KEY", "k" * 40)
    monkeypatch.setenv(f"AUDITAPP_{name}", value)
    with pytest.raises(WrongSettingsError) as caught:
        load_settings()
    assert f"AUDITAPP_{name}: " in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_secret_and_a_misspelled_name_are_told(monkeypatch):
    monkeypatch.delenv("AUDITAPP_SECRET_KEY", raising=False)
    monkeypatch.setenv("AUDITAPP_DATA_DIRR", "x")
    with pytest.raises(WrongSettingsError, match="AUDITAPP_SECRET_KEY: is missing"):
        load_settings()
    assert "AUDITAPP_DATA_DIRR" in unknown_settings()
