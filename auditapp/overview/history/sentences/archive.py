"""What the verbs of archives mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "archive.ordered": Text("%(who)s asked for an archive of the whole organization: %(thing)s."),
    "archive.made": Text("%(who)s made the archive %(thing)s of the whole organization."),
    "archive.failed": Text("%(who)s could not make the archive %(thing)s."),
    "archive.fetched": Text("%(who)s fetched the archive %(thing)s of the whole organization."),
    "archive.removed": Text("%(who)s removed the archive %(thing)s."),
    "archive.expired": Text("%(who)s removed the archive %(thing)s, which had lain here long enough."),
    "archive.exported": Text("%(who)s exported the whole organization on the command line: %(thing)s."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"archive": Text("Archives")}
