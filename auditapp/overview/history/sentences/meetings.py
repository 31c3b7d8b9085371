"""What the verbs of meetings mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "meeting.cancelled": Text("%(who)s cancelled the meeting %(thing)s."),
    "meeting.changed": Text("%(who)s changed the meeting %(thing)s."),
    "meeting.decided": Text("%(who)s wrote down a decision of the meeting %(thing)s."),
    "meeting.decision_removed": Text("%(who)s took a decision out of the meeting %(thing)s."),
    "meeting.held": Text("%(who)s said that the meeting %(thing)s was held."),
    "meeting.minutes_agreed": Text("%(who)s agreed to the minutes of %(thing)s."),
    "meeting.minutes_objected": Text("%(who)s objected to the minutes of %(thing)s."),
    "meeting.minutes_submitted": Text("%(who)s submitted the minutes of %(thing)s."),
    "meeting.minutes_written": Text("%(who)s wrote the minutes of %(thing)s."),
    "meeting.planned": Text("%(who)s planned the meeting %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"meeting": Text("Meetings")}
