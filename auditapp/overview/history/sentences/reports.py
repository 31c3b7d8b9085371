"""What the verbs of reports mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "gap.judged": Text("%(who)s judged clause %(thing)s in the gap analysis."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"gap": Text("Gap analysis")}
