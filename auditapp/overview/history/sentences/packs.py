"""What the verbs of evidence packs mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "evidence_pack.ordered": Text("%(who)s asked for the evidence pack %(thing)s."),
    "evidence_pack.made": Text("%(who)s made the evidence pack %(thing)s."),
    "evidence_pack.failed": Text("%(who)s could not make the evidence pack %(thing)s."),
    "evidence_pack.retried": Text("%(who)s had the evidence pack %(thing)s tried once more."),
    "evidence_pack.fetched": Text("%(who)s fetched the evidence pack %(thing)s."),
    "evidence_pack.removed": Text("%(who)s removed the evidence pack %(thing)s."),
    "evidence_pack.expired": Text("%(who)s removed the evidence pack %(thing)s, whose days were over."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"evidence_pack": Text("Evidence packs")}
