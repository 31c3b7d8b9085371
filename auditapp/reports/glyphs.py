"""What of a text a document can show, and what stands in for the rest.

Which characters the typefaces have is not listed here: typst says it of each document, and what it refused once is
remembered, so that the next document is set at the first try.
"""

import re
import unicodedata

STAND_IN = "\N{WHITE SQUARE}"
BREAK = "\N{ZERO WIDTH SPACE}"

# Invisible and harmless: byte order marks, variation selectors, marks of direction, soft hyphens, tags of flags.
_DROPPED = frozenset(
    {0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD, *range(0xFE00, 0xFE10), *range(0xE0000, 0xE0200)}
)
_JOINERS = frozenset({0x200C, 0x200D})
"""They shape Arabic, Indic scripts and emoji; among Latin letters they are noise."""
_LINE_ENDS = frozenset({0x85, 0x2028, 0x2029})
_SIGNS_OVER_FIGURES = frozenset({*range(0x600, 0x606), 0x6DD, 0x8E2})
"""Of the category of invisible characters, yet drawn."""
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_FIRST_SHAPED = 0x590
"""From here on scripts are written from right to left, in clusters, or without spaces."""
_LONG_RUN = re.compile(r"[!-\u058f]{24,}")  # a run of this many characters gets places to break at
_PIECE = re.compile(r"[^\W_]{1,12}[\W_]?|[\W_]")

_lacking: set[str] = set()


def clean(text: str) -> str:
    r"""The text as a document can show it; inert, with nothing dropped that a reader would miss.

    Line ends become ``\n``. A control character or one that turns the direction of reading becomes a white square.
    What the typefaces lack is still there: :func:`without_lacking` takes it away when all is laid out, as typst's refusal
    does, so that the first document that holds a character is like the ones after it.
    """
    flat = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if not (flat.isascii() and flat.replace("\n", "").isprintable()):
        flat = unicodedata.normalize("NFC", flat)
        flat = "".join(_shown(each, at, flat) for at, each in enumerate(flat))
    return _LONG_RUN.sub(_breakable, flat)


def without_lacking(text: str) -> str:
    """The text without what the typefaces are known to lack; for a text that is ready to be set."""
    return (
        text
        if _lacking.isdisjoint(text)
        else "".join(_named(each) if each in _lacking else each for each in text)
    )


def lack(text: str) -> None:
    """Remember that the typefaces lack a character; one that joins another may be there beside a third."""
    if len(text) == 1 and not unicodedata.category(text).startswith("M"):
        _lacking.add(text)


def instead(text: str) -> str:
    """What stands for characters that the typefaces lack: the name of a pictograph in brackets, or white squares."""
    return "".join(_named(each) for each in text)


def plain_latin(text: str) -> str:
    """The last resort when a cluster of characters still cannot be set: ASCII and white squares."""
    kept = {"\n", STAND_IN, BREAK}
    return "".join(each if each in kept or " " <= each <= "~" else STAND_IN for each in text)


def _shown(each: str, at: int, text: str) -> str:
    code = ord(each)
    if code in _DROPPED:
        return ""
    if each == "\n" or code in _LINE_ENDS:
        return "\n"
    if code in _JOINERS:
        between = 0 < at < len(text) - 1
        return each if between and min(ord(text[at - 1]), ord(text[at + 1])) >= _FIRST_SHAPED else ""
    if unicodedata.category(each) in _NOT_SHOWN and code not in _SIGNS_OVER_FIGURES:
        return STAND_IN
    return each


def _named(each: str) -> str:
    name = unicodedata.name(each, "") if unicodedata.category(each) in {"So", "Sk"} else ""
    return f"[{name.lower()}]" if name else STAND_IN


def _breakable(run: re.Match[str]) -> str:
    return BREAK.join(_PIECE.findall(run[0]))
