"""Keeps addresses that are secrets out of every log: whoever reads one could read the feed, or follow the link."""

import logging
import re
from collections.abc import Callable
from typing import Any

_ADDRESS = re.compile(
    r"((?:feeds|visit(?:/|%2[fF])enter|slack(?:/|%2[fF])link)(?:/|%2[fF])|slack/oauth_redirect\?)[^\s\"'<>/?]{6,}"
)

_WORDS = ("feeds", "slack", "visit")


def hide(text: str) -> str:
    """The text without tokens."""
    return _ADDRESS.sub(r"\1(hidden)", text) if any(word in text for word in _WORDS) else text


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, tuple):
        return tuple(_hidden(one) for one in value)
    if isinstance(value, dict):
        return type(value)({key: _hidden(one) for key, one in value.items()})
    return value


class _Factory:
    """Makes log records as before, with tokens hidden in what they say."""

    def __init__(self, before: Callable[..., logging.LogRecord]) -> None:
        self.before = before

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self.before(*args, **kwargs)
        record.msg = _hidden(record.msg)
        if record.args:
            record.args = _hidden(record.args)
            try:
                said = record.getMessage()
            except (TypeError, ValueError, KeyError):
                return record
            if (
                clean := hide(said)
            ) != said:  # it stood in something that is no text, or came together only now
                record.msg, record.args = clean, None
        return record


def install() -> None:
    """From now on, in this process, whatever server runs it."""
    if not isinstance(logging.getLogRecordFactory(), _Factory):
        logging.setLogRecordFactory(_Factory(logging.getLogRecordFactory()))
