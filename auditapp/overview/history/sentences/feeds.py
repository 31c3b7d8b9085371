"""Sentences of calendar feeds. Pure."""

from auditapp.kit.text import Text

SENTENCES: dict[str, Text] = {
    "feed.made": Text("%(who)s made the calendar feed %(thing)s."),
    "feed.renamed": Text("%(who)s renamed the calendar feed %(thing)s."),
    "feed.revoked": Text("%(who)s revoked the calendar feed %(thing)s."),
    "feed.rotated": Text("%(who)s gave the calendar feed %(thing)s a new address."),
    "invitations.ended": Text("%(who)s ended the invitations to audits by mail."),
    "invitations.wanted": Text("%(who)s asked for invitations by mail to the audits of their own."),
}
KINDS: dict[str, Text] = {"feed": Text("Calendar feeds")}
