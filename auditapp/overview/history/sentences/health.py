"""What the verbs of health mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "health.answered": Text("%(who)s answered all questions of %(thing)s."),
    "health.called_off": Text("%(who)s called off the health check %(thing)s."),
    "health.changed": Text("%(who)s changed the health check %(thing)s."),
    "health.closed": Text("%(who)s closed the health check %(thing)s."),
    "health.followed_up": Text("%(who)s noted what came of the health check %(thing)s."),
    "health.invited": Text("%(who)s asked one more person in %(thing)s."),
    "health.opened": Text("%(who)s opened the health check %(thing)s."),
    "health.questions_worded": Text("%(who)s worded edition %(thing)s of the health questions."),
    "health.uninvited": Text("%(who)s took somebody off the list of %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {
    "health_check": Text("Health checks"),
    "health_edition": Text("Questions of health checks"),
}
