"""The texts of a PDF and of a Word file, to be compared."""

import io
import re
from collections.abc import Iterable

from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader


def squeezed(text: str) -> str:
    """Without what line breaking adds or takes, and without the bullets of lists."""
    return re.sub(r"[\s\u200b\u00ad•-]+", "", text)


def word_text(data: bytes) -> str:
    """Everything that stands in the body, squeezed."""
    return squeezed("".join(t.text or "" for t in Document(io.BytesIO(data)).element.body.iter(qn("w:t"))))


def pdf_pieces(data: bytes) -> Iterable[str]:
    """Every run of words that the PDF sets, page by page, without its running head and foot and its contents."""
    for number, page in enumerate(PdfReader(io.BytesIO(data)).pages):
        if number == 1:  # the contents
            continue
        yield from page.extract_text().splitlines()[2 if number else 0 :]


_FOOT = re.compile(r"Page\d+of\d+$")


def missing(pdf: bytes, word: bytes) -> list[str]:
    """What the PDF says and the Word file does not. Page numbers, which Word counts itself, are left out."""
    said = word_text(word).replace("·", "")
    lost = []
    for piece in pdf_pieces(pdf):
        plain = squeezed(piece).replace("·", "")
        if _FOOT.search(plain) or plain in said:
            continue
        if re.sub(r"(\d+|Page)$", "", plain) not in said:
            lost.append(piece)
    return lost
