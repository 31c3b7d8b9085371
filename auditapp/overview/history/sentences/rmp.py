"""What the verbs of rmp mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "rmp.agreed": Text("%(who)s agreed to a version of %(thing)s."),
    "rmp.begun": Text("%(who)s began the plan %(thing)s."),
    "rmp.comment_removed": Text("%(who)s took back a comment on %(thing)s."),
    "rmp.commented": Text("%(who)s commented on a section of %(thing)s."),
    "rmp.in_force": Text("%(who)s brought a version of %(thing)s into force."),
    "rmp.returned": Text("%(who)s returned a version of %(thing)s to be changed."),
    "rmp.reviewed": Text("%(who)s logged a review of %(thing)s."),
    "rmp.section_written": Text("%(who)s wrote a section of %(thing)s."),
    "rmp.set": Text("%(who)s changed the settings of %(thing)s."),
    "rmp.submitted": Text("%(who)s submitted a version of %(thing)s."),
    "rmp.updated_for_stage": Text("%(who)s updated %(thing)s for a stage."),
    "rmp.version_begun": Text("%(who)s began a new version of %(thing)s."),
    "rmp.withdrawn": Text("%(who)s withdrew a version of %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"rmp": Text("Relationship management plans")}
