"""What the verbs of external auditors' visits mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {
    "pack_visitor.invited": Text("%(who)s invited the external auditor %(thing)s to an evidence pack."),
    "pack_visitor.revoked": Text("%(who)s ended the invitation of the external auditor %(thing)s."),
    "pack_visitor.entered": Text(
        "%(who)s let the external auditor %(thing)s in, who had opened the link and given a name."
    ),
    "pack_visitor.opened": Text(
        "%(who)s showed the external auditor %(thing)s the list of their evidence pack."
    ),
    "pack_visitor.read": Text("%(who)s showed the external auditor %(thing)s a file of their evidence pack."),
    "pack_visitor.fetched": Text("%(who)s handed the whole evidence pack to the external auditor %(thing)s."),
    "pack_visitor.left": Text("%(who)s signed the external auditor %(thing)s out."),
}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {"pack_visitor": Text("External auditors")}
