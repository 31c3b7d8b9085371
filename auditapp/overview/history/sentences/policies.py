"""What the verbs of policies mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "reminder_policy.changed": Text(
        "%(who)s changed when people are reminded, and who comes next: %(thing)s."
    ),
    "reminder_policy.reset": Text("%(who)s went back to the suggested policy of reminders: %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"reminder_policy": Text("Policies of reminders")}
