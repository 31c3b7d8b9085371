"""What the verbs of actions mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "joint_action.added": Text("%(who)s asked for the joint action %(thing)s."),
    "joint_action.changed": Text("%(who)s changed the joint action %(thing)s."),
    "joint_action.commented": Text("%(who)s said something about the joint action %(thing)s."),
    "joint_action.done": Text("%(who)s said that the joint action %(thing)s is done."),
    "joint_action.dropped": Text("%(who)s said that the joint action %(thing)s is not needed."),
    "joint_action.reopened": Text("%(who)s opened the joint action %(thing)s again."),
    "joint_action.time_answered": Text("%(who)s answered about more time for the joint action %(thing)s."),
    "joint_action.time_asked": Text("%(who)s asked for more time for the joint action %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"joint_action": Text("Joint actions")}
