"""The ways to reach people that this installation has, and the one it always has: the site itself."""

from uuid import UUID

from auditapp.kit.text import Text
from auditapp.reminders.outbox.rules import LAST_RESORT, Channel, Message, Recipient


class InApp:
    """The notification centre. What is recorded as sent stands there; so there is nothing outside that could fail."""

    name = LAST_RESORT
    label = Text("In the site")
    askable = True
    per_minute = 0

    def reaches(self, to: Recipient) -> bool:
        """Everybody; whether they can sign in at all is asked where messages are claimed."""
        del to
        return True

    def send(self, message: Message) -> str:
        """Nothing leaves the house."""
        return str(message.id)

    def find(self, message_id: UUID) -> str | None:
        """What was not recorded did not happen."""
        del message_id
        return None


_channels: dict[str, Channel] = {LAST_RESORT: InApp()}


def register(channel: Channel) -> None:
    """Make a channel known; one of the same name is replaced."""
    _channels[channel.name] = channel


def forget(name: str) -> None:
    """Make a channel unknown again; the site itself stays."""
    if name != LAST_RESORT:
        _channels.pop(name, None)


def registered() -> tuple[Channel, ...]:
    """Every channel, the site itself first."""
    return tuple(_channels.values())


def by_name(name: str) -> Channel | None:
    """A channel, if this installation has it."""
    return _channels.get(name)


def label_of(name: str) -> Text:
    """A channel as people call it; one that is not here any more by its name."""
    found = _channels.get(name)
    return found.label if found is not None else Text(name)
