"""One person's language and zone where there is no page: for mails and whatever else is written for one reader.

Pages read through `shell/i18n.py`, which asks the request whose eyes read. Here nobody asks: the reader is given.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations

from auditapp.config import ROOT
from auditapp.kit.text import Text

FOLDER = ROOT / "auditapp" / "translations"  # where Flask-Babel looks too
YESTERDAY, TODAY, TOMORROW = Text("yesterday"), Text("today"), Text("tomorrow")
NEAR = {-1: YESTERDAY, 0: TODAY, 1: TOMORROW}


@lru_cache(maxsize=32)
def _catalog(folder: Path, locale: str) -> NullTranslations:
    return Translations.load(str(folder), [locale])


class Reader:
    """Says texts, days and moments as one person reads them; an unknown language or zone is English, is UTC."""

    def __init__(self, *, locale: str, zone: str, folder: Path = FOLDER) -> None:
        """``locale`` as the person has it (``en``, ``pt_BR``), ``zone`` an IANA name."""
        try:
            self.locale = Locale.parse(locale.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            self.locale = Locale("en")
        try:
            self.zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            self.zone = ZoneInfo("UTC")
        self.catalog = _catalog(folder, str(self.locale))

    @property
    def language(self) -> str:
        """The language tag for ``lang`` and ``Content-Language``."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return self.locale.text_direction

    def say(self, text: Text | str) -> str:
        """A text of the rules in this language; what people wrote stays as it is."""
        return text.translate(self.catalog.gettext) if isinstance(text, Text) else text

    def gettext(self, msgid: str, /, **params: Any) -> str:
        """A text of our own, with its placeholders filled."""
        said = self.catalog.gettext(msgid)
        return said % params if params else said

    def ngettext(self, one: str, many: str, count: int, /, **params: Any) -> str:
        """The form that goes with a number; ``%(count)s`` is filled."""
        return self.catalog.ngettext(one, many, count) % {"count": count, **params}

    def day_of(self, at: datetime) -> date:
        """The calendar day a moment falls on for this person."""
        return at.astimezone(self.zone).date()

    def day(self, day: date, *, today: date) -> str:
        """A day as people say it: “today”, “Friday 4 December”, with the year when it is another one."""
        near = NEAR.get((day - today) // timedelta(days=1))
        if near is not None:
            return self.say(near)
        return format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y", self.locale)

    def moment(self, at: datetime, *, today: date) -> str:
        """A moment in this person's zone: “tomorrow, 14:00”."""
        local = at.astimezone(self.zone)
        return self.gettext(
            "%(day)s, %(time)s",
            day=self.day(local.date(), today=today),
            time=format_datetime(local, "HH:mm", locale=self.locale),
        )
