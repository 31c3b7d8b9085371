"""What the verbs of documents mean, in sentences. Pure."""

from collections.abc import Mapping

from auditapp.kit.text import Text

SENTENCES: Mapping[str, Text] = {}
# Kinds of things that the history can be narrowed to.
KINDS: Mapping[str, Text] = {}
