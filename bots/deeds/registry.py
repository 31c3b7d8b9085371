"""The trades that there are, by the kind of thing."""

from bots.deeds.rules import Trade

_trades: dict[str, Trade] = {}


def register(*trades: Trade) -> None:
    """Make trades known; one of the same kind is replaced."""
    _trades.update({one.kind: one for one in trades})


def trade_of(kind: str) -> Trade | None:
    """Who knows that kind of thing; ``None``: it can be read in a conversation, and done in the site only."""
    return _trades.get(kind)


def kinds() -> tuple[str, ...]:
    """Every kind that something can be done to."""
    return tuple(_trades)
