"""Days are spelled as RFC 3339 spells them, in bodies and in addresses."""

from datetime import date

import pytest
from pydantic import ValidationError

from auditapp.api.shapes import Asked, Day


class Dated(Asked):
    on: Day


@pytest.mark.parametrize("text", ["0", "20260501", "2026-02-30", "0001-01-01", "2026-05-01T00:00:00", ""])
def test_what_is_no_day(text):
    with pytest.raises(ValidationError):
        Dated.model_validate_strings({"on": text}, strict=True)
    with pytest.raises(ValidationError):
        Dated.model_validate_json(f'{{"on": "{text}"}}', strict=True)


def test_a_day():
    assert Dated.model_validate_strings({"on": "2026-05-01"}, strict=True).on == date(2026, 5, 1)
    assert Dated.model_validate_json('{"on": "2026-05-01"}', strict=True).on == date(2026, 5, 1)
