"""What the verbs of lifecycle mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "relationship.declined": Text("%(who)s recorded the decision not to collaborate in %(thing)s."),
    "relationship.stage_moved": Text("%(who)s moved %(thing)s to another stage."),
    "relationship.stage_reopened": Text("%(who)s took back the decision not to collaborate in %(thing)s."),
    "stage_output.changed": Text("%(who)s changed where an output stands: %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"stage_output": Text("Outputs of stages")}
