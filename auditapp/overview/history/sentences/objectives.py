"""What the verbs of objectives mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "measure.added": Text("%(who)s added the measure %(thing)s."),
    "measure.changed": Text("%(who)s changed the measure %(thing)s."),
    "measure.corrected": Text("%(who)s corrected a reading of %(thing)s."),
    "measure.ended": Text("%(who)s ended the measure %(thing)s."),
    "measure.read": Text("%(who)s added a reading to %(thing)s."),
    "measure.reading_taken_back": Text("%(who)s took back a reading of %(thing)s."),
    "measure.resumed": Text("%(who)s went on with the measure %(thing)s."),
    "objective.added": Text("%(who)s proposed the objective %(thing)s."),
    "objective.agreed": Text("%(who)s agreed to the objective %(thing)s."),
    "objective.changed": Text("%(who)s changed the objective %(thing)s."),
    "objective.dropped": Text("%(who)s dropped the objective %(thing)s."),
    "objective.reached": Text("%(who)s declared the objective %(thing)s reached."),
    "objective.taken_up": Text("%(who)s took the objective %(thing)s up again."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"objective": Text("Objectives"), "measure": Text("Measures")}
