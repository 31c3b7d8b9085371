"""What the verbs of contacts mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "access.ended": Text("%(who)s ended the access of %(thing)s."),
    "access.link_made": Text("%(who)s made a one-time link that lets %(thing)s in."),
    "access.link_revoked": Text("%(who)s took back a link that would let %(thing)s in."),
    "access.link_used": Text("%(who)s came in by a one-time link."),
    "relationship.criteria_changed": Text("%(who)s changed the criteria of priority."),
    "relationship.interdependency_ended": Text("%(who)s took an interdependency away from %(thing)s."),
    "relationship.interdependency_set": Text("%(who)s wrote down what %(thing)s leans on."),
    "relationship.member_added": Text("%(who)s named somebody in %(thing)s."),
    "relationship.member_removed": Text("%(who)s ended somebody's part in %(thing)s."),
    "relationship.prioritized": Text("%(who)s scored %(thing)s and set its priority."),
    "relationship.terms_changed": Text("%(who)s changed contract dates or break points of %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {}
