"""Texts that a person will read, written where there is no web (rules, services) and translated where they are shown."""

from collections.abc import Callable
from datetime import date
from typing import Any

_translators: list[Callable[[str], str]] = []


def install_translator(gettext: Callable[[str], str]) -> None:
    """From now on ``str(text)`` reads in the language of whoever looks (the web installs this at start)."""
    _translators[:] = [gettext]


class Text:
    """A translatable sentence with named placeholders.

    ``Text("%(count)s questions are open", count=3)``: the first argument is the gettext message id, the
    others fill its placeholders. ``str()`` gives the sentence in the reader's language when a page is being
    made and in English elsewhere. A placeholder may itself be a ``Text``.
    """

    __slots__ = ("msgid", "params")

    def __init__(self, msgid: str, /, **params: Any) -> None:
        """Keep the message id and what fills its placeholders."""
        self.msgid = msgid
        self.params = params

    def translate(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the reader's language; ``gettext`` maps a message id to its translation."""
        if not self.params:
            return gettext(self.msgid)
        filled = {
            key: value.translate(gettext) if isinstance(value, Text) else value
            for key, value in self.params.items()
        }
        return gettext(self.msgid) % filled

    def __str__(self) -> str:
        """The sentence in the reader's language, or in English outside a page."""
        return self.translate(_translators[0] if _translators else lambda msgid: msgid)

    def to_json(self) -> dict[str, Any]:
        """A JSON value that :meth:`from_json` reads back: kept with a row, read in the reader's language later."""
        return {
            "msgid": self.msgid,
            "params": {
                key: value.to_json() if isinstance(value, Text) else value
                for key, value in self.params.items()
            },
        }

    @classmethod
    def from_json(cls, kept: Any) -> "Text":
        """The text that :meth:`to_json` kept."""
        return cls(
            kept["msgid"],
            **{
                key: cls.from_json(value) if isinstance(value, dict) else value
                for key, value in kept["params"].items()
            },
        )

    def __repr__(self) -> str:
        """A form for tests and logs."""
        return f"Text({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        """Texts are equal when they would always read the same."""
        return isinstance(other, Text) and (self.msgid, self.params) == (other.msgid, other.params)

    def __hash__(self) -> int:
        """Hash by message id; equal texts share it."""
        return hash(self.msgid)


MONTHS = (
    Text("January"),
    Text("February"),
    Text("March"),
    Text("April"),
    Text("May"),
    Text("June"),
    Text("July"),
    Text("August"),
    Text("September"),
    Text("October"),
    Text("November"),
    Text("December"),
)


def day_words(day: date) -> Text:
    """A day inside a sentence of the rules, as people say it: “4 December 2026”."""
    return Text("%(day)s %(month)s %(year)s", day=day.day, month=MONTHS[day.month - 1], year=day.year)
