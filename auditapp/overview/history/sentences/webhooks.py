"""Sentences of webhooks. Pure."""

from auditapp.kit.text import Text

SENTENCES: dict[str, Text] = {
    "webhook.made": Text("%(who)s added the webhook %(thing)s."),
    "webhook.changed": Text("%(who)s changed the webhook %(thing)s."),
    "webhook.paused": Text("%(who)s paused the webhook %(thing)s."),
    "webhook.resumed": Text("%(who)s went on with the webhook %(thing)s."),
    "webhook.stopped": Text("%(who)s paused the webhook %(thing)s by itself and told the system managers."),
    "webhook.secret_rotated": Text("%(who)s made a new secret for the webhook %(thing)s."),
    "webhook.sent_again": Text("%(who)s had a message to the webhook %(thing)s sent again."),
    "webhook.failed_sent_again": Text(
        "%(who)s had everything sent again that the webhook %(thing)s had not taken."
    ),
    "webhook.deleted": Text("%(who)s deleted the webhook %(thing)s."),
}
KINDS: dict[str, Text] = {"webhook": Text("Webhooks")}
