"""What the verbs of reminders mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "reminder.acknowledged": Text("%(who)s said that %(thing)s is in hand."),
    "reminder.blocked": Text("%(who)s said that %(thing)s waits for somebody else."),
    "reminder.not_mine": Text("%(who)s said that %(thing)s belongs to somebody else."),
    "reminder.restarted": Text("%(who)s let the reminders of %(thing)s begin anew."),
    "reminder.snoozed": Text("%(who)s put the reminder of %(thing)s off."),
}
KINDS: Mapping[str, Text] = {"reminder": Text("Reminders")}
