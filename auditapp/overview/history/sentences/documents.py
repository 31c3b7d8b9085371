"""What the verbs of documents mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "document.added": Text("%(who)s added the document %(thing)s."),
    "document.approved": Text("%(who)s approved a version of the document %(thing)s."),
    "document.brought_back": Text("%(who)s brought the document %(thing)s back into use."),
    "document.changed": Text("%(who)s changed the document %(thing)s."),
    "document.read": Text("%(who)s read the document %(thing)s."),
    "document.returned": Text("%(who)s returned a version of the document %(thing)s."),
    "document.reviewed": Text("%(who)s reviewed the document %(thing)s."),
    "document.submitted": Text("%(who)s put a version of the document %(thing)s up for approval."),
    "document.version_added": Text("%(who)s added a version of the document %(thing)s."),
    "document.version_withdrawn": Text("%(who)s withdrew a version of the document %(thing)s."),
    "document.withdrawn": Text("%(who)s took the document %(thing)s out of use."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"document": Text("Documents")}
