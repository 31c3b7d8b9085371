"""Language and zone of the reader: translations, and dates as people say them."""

from collections.abc import Callable
from datetime import date, datetime

from flask import Flask, has_request_context
from flask_babel import Babel, format_date, format_datetime, gettext

from auditapp.kit.text import install_translator

babel = Babel()
LANGUAGES = {"en": "English"}


def _translate(msgid: str) -> str:
    return str(gettext(msgid)) if has_request_context() else msgid


def day(value: date | datetime | None, style: str = "d MMMM y") -> str:
    """A calendar day, as in “4 December 2026”; an empty string for no day."""
    return "" if value is None else str(format_date(value, style))


def weekday(value: date | datetime | None) -> str:
    """A day with its weekday, as in “Friday 4 December”."""
    return day(value, "EEEE d MMMM")


def moment(value: datetime | None) -> str:
    """A moment in the reader's zone, as in “4 December 2026, 14:02”."""
    return "" if value is None else str(format_datetime(value, "d MMMM y, HH:mm"))


def clock_time(value: datetime | None) -> str:
    """The time of day in the reader's zone, as in “14:02”."""
    return "" if value is None else str(format_datetime(value, "HH:mm"))


def init_app(app: Flask, *, locale: Callable[[], str | None], zone: Callable[[], str | None]) -> None:
    """Hang translations and date filters on the app; ``locale`` and ``zone`` say whose eyes read."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    babel.init_app(app, locale_selector=locale, timezone_selector=zone)
    install_translator(_translate)
    app.jinja_env.filters.update(day=day, weekday=weekday, moment=moment, clock_time=clock_time)
