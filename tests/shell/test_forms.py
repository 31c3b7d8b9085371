"""The base of all forms: what every text and every day is held to."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel
from wtforms import DateField, StringField, TimeField
from wtforms.validators import Optional

from auditapp.shell.forms import LONGEST, BaseForm


class Sample(BaseForm):
    """A text, a day, a time."""

    words = StringField("Words")
    day = DateField("Day", [Optional()])
    time = TimeField("Time", validators=[Optional()])


@pytest.fixture
def sent():
    """A form as it came from a browser."""
    site = Flask(__name__)
    site.config.update(SECRET_KEY="k" * 48, WTF_CSRF_ENABLED=False)
    Babel(site)

    def fill(**data):
        with site.test_request_context(method="POST", data=data):
            form = Sample()
            return form.validate(), form

    return fill


def test_a_field_is_not_given_its_checks_again_with_every_form(sent):
    counts = set()
    for _ in range(5):
        _, form = sent()
        counts.add(
            (
                len(form.words.filters),
                len(form.words.validators),
                len(form.day.validators),
                len(form.time.validators),
            )
        )
    assert counts == {(1, 1, 2, 1)}


@pytest.mark.parametrize(
    ("day", "sound"),
    [
        (date(1, 1, 1), False),
        (date(202, 11, 3), False),
        (date(1899, 12, 31), False),
        (date(1900, 1, 1), True),
        (date(2026, 11, 23), True),
        (date(2199, 12, 31), True),
        (date(2200, 1, 1), False),
        (date(9999, 12, 31), False),
    ],
)
def test_days_are_days_that_somebody_means(sent, day, sound):
    taken, form = sent(day=day.isoformat())
    assert taken is sound
    assert bool(form.day.errors) is not sound


@pytest.mark.parametrize(
    ("words", "sound"),
    [
        ("two\nlines\tand a tab", True),
        ("\x00", False),
        ("\x1b[2J", False),
        ("x" * LONGEST, True),
        ("x" * (LONGEST + 1), False),
    ],
)
def test_texts_can_be_kept(sent, words, sound):
    assert sent(words=words)[0] is sound
