"""What people wrote, made fit for one line of a message: nothing in it moves what stands around it. Pure."""

import unicodedata

SENTENCE = 2000  # characters
# Marks that turn the direction of all that follows. A right-to-left title needs none of them.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def tidy(text: str, longest: int = SENTENCE) -> str:
    """One line of a text that people wrote: no line ends, no control characters, nothing that turns directions."""
    kept = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or (char not in TURNING and unicodedata.category(char) not in {"Cc", "Cs"})
    )
    whole = " ".join(kept.split())
    return whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…"
