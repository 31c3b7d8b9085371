"""What the verbs of being told mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "absence.added": Text("%(who)s said when %(thing)s is away, and who is told meanwhile."),
    "absence.ended": Text("%(who)s took back or ended an absence of %(thing)s."),
    "rhythm.chosen": Text("%(who)s chose when and how %(thing)s is told."),
}
KINDS: Mapping[str, Text] = {}
