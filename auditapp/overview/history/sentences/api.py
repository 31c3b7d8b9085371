"""Sentences of tokens for programs. Pure."""

from auditapp.kit.text import Text

SENTENCES: dict[str, Text] = {
    "api_token.made": Text("%(who)s made the token %(thing)s for a program."),
    "api_token.revoked": Text("%(who)s revoked the token %(thing)s of a program."),
}
KINDS: dict[str, Text] = {"api_token": Text("Tokens for programs")}
