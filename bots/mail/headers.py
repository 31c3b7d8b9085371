"""How the lines above a mail are written: encoded by RFC 2047, folded by RFC 5322, and nothing slips in.

The standard library's own folding breaks long tokens apart (an address in List-Unsubscribe, an identifier) and can
lose the quotes of a long name; what we write ourselves is folded here, at its spaces only.
"""

from email.charset import QP, Charset
from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any

OURS = frozenset(
    {
        "from", "to", "reply-to", "subject", "message-id", "in-reply-to", "references", "list-unsubscribe",
        "list-unsubscribe-post", "auto-submitted", "x-auto-response-suppress", "date", "content-language",
    }
)  # fmt: skip
ADDRESSES = frozenset({"from", "to", "reply-to"})
LINE = 76
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = QP


class MailPolicy(EmailPolicy):
    """Lines end in CRLF, bodies are 7-bit, and our headers are folded by us."""

    def fold(self, name: str, value: Any) -> str:
        """One header with its line ends."""
        if name.lower() not in OURS:
            return str(super().fold(name, value))
        if name.lower() in ADDRESSES:
            words = ", ".join(address(one) for one in value.addresses)
        else:
            words = encoded(str(value))
        return folded(f"{name}: {words}", self.linesep)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes; UTF-8 only where a mail address itself needs it (RFC 6532)."""
        if name.lower() not in OURS:
            return bytes(super().fold_binary(name, value))
        return self.fold(name, value).encode()


POLICY = MailPolicy(linesep="\r\n", cte_type="7bit", max_line_length=78)


def encoded(text: str) -> str:
    """Plain ASCII as it is; all else in encoded words of at most 75 characters."""
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, charset=_best(text), maxlinelen=75).encode(linesep="\n").replace("\n", "")


def _best(text: str) -> Charset:
    """Quoted-printable where it stays readable, base64 for other scripts."""
    return _UTF8 if sum(char.isascii() for char in text) * 4 > len(text) * 3 else Charset("utf-8")


def address(one: Address) -> str:
    """``Name <local@domain>`` with the name quoted or encoded."""
    spec = f"{one.username}@{one.domain}"
    if not one.display_name:
        return spec
    name = one.display_name
    safe = name.isascii() and "=?" not in name
    return f'"{quote(name)}" <{spec}>' if safe else f"{encoded(name)} <{spec}>"


def folded(line: str, linesep: str) -> str:
    """Broken at spaces where a line would be longer than 76 characters. Raises ValueError for a line end within."""
    if "\n" in line or "\r" in line:
        message = "a header holds a line end"
        raise ValueError(message)
    lines = [""]
    for word in line.split(" "):
        if lines[-1].strip() and len(lines[-1]) + 1 + len(word) > LINE and not lines[-1].endswith(":"):
            lines.append("")
            lines[-1] = f" {word}"
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] or len(lines) > 1 else word
    return linesep.join(lines) + linesep
