"""What the verbs of obligations mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "obligation.done": Text("%(who)s did what was due: %(thing)s."),
    "obligation.extra_asked": Text("%(who)s asked for %(thing)s between its regular days."),
    "obligation.moved": Text("%(who)s moved %(thing)s to another day."),
    "obligation.rule_changed": Text("%(who)s changed the rule of what recurs: %(thing)s."),
    "obligation.skipped": Text("%(who)s skipped %(thing)s, with a reason."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"obligation": Text("Obligations")}
