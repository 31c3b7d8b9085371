"""What each verb of the trail means, in a sentence; one file per room. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text
from auditapp.overview.history.sentences import (
    actions,
    api,
    archive,
    base,
    certification,
    contacts,
    documents,
    exits,
    feeds,
    health,
    issues,
    lifecycle,
    meetings,
    messages,
    objectives,
    obligations,
    packs,
    policies,
    quiet,
    registers,
    reminders,
    reports,
    rmp,
    schedule,
    slack,
    visitors,
    webhooks,
)

ROOMS = (
    actions,
    api,
    archive,
    certification,
    contacts,
    documents,
    exits,
    feeds,
    health,
    issues,
    lifecycle,
    meetings,
    messages,
    objectives,
    obligations,
    packs,
    quiet,
    policies,
    registers,
    reminders,
    reports,
    rmp,
    schedule,
    slack,
    visitors,
    webhooks,
)
SENTENCES: Mapping[str, Text] = base.SENTENCES | {
    verb: text for room in ROOMS for verb, text in room.SENTENCES.items()
}
KINDS: Mapping[str, Text] = {kind: text for room in ROOMS for kind, text in room.KINDS.items()}
