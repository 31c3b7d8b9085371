"""The ways to reach people that are there. Each registers itself when it is set up."""

from auditapp.reminders.outbox.rules import Channel

_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Take a channel in; one of the same name is replaced."""
    _channels[channel.name] = channel


def registered() -> tuple[Channel, ...]:
    """Every channel there is, in the order they came."""
    return tuple(_channels.values())


def by_name(name: str) -> Channel | None:
    """A channel by its name, or ``None``."""
    return _channels.get(name)
