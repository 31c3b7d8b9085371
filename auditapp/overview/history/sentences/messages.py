"""What the verbs of messages and their channels mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "channel.reopened": Text("%(who)s had the channel %(thing)s used again."),
    "message.resent": Text("%(who)s sent the message %(thing)s again, which no channel had taken."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"message": Text("Messages"), "channel": Text("Channels")}
