"""The first cell of each row as the head of its row, in the structure of a PDF: typst tags heads of columns alone.

ISO 32000-1, 14.8.5.7: a head has a Scope and an ID, and the cells of its row name the ID among their Headers.
"""

import io
import re
import tempfile
from typing import Any, Final

import pikepdf

_HEAD, _CELL = pikepdf.Name.TH, pikepdf.Name.TD
_ROW_BEGINS: Final = b" 0 obj\n<</Type/StructElem/S/TR/"
"""How typst writes a row."""
_NUMBER: Final = re.compile(rb"[0-9]+\Z")


def with_row_heads(pdf: bytes) -> bytes:
    """The document with heads of rows; the same document always gives the same bytes."""
    with tempfile.NamedTemporaryFile(prefix="auditapp-report-") as held, _opened(held, pdf) as document:
        heads = [
            made
            for number, row in enumerate(_rows(document, pdf))
            if (made := _headed(row, f"row-{number:07}")) is not None
        ]
        if not heads:
            return pdf
        _named(document, heads)
        out = io.BytesIO()
        document.save(
            out,
            deterministic_id=True,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return out.getvalue()


def _opened(held: Any, pdf: bytes) -> pikepdf.Pdf:
    """The document in a file: of bytes in memory each object would be read through Python, which takes twice as long."""
    held.write(pdf)
    held.flush()
    return pikepdf.open(held.name)


def _rows(document: pikepdf.Pdf, pdf: bytes) -> list[Any]:
    """The rows of tables, in order. They are looked up by how they begin: asking thousands of objects what they are takes ten times as long."""
    *before, _after = pdf.split(_ROW_BEGINS)
    numbers = [int(found[0]) for piece in before if (found := _NUMBER.search(piece[-12:]))]
    return [row for row in (document.get_object(number, 0) for number in numbers) if "/K" in row]


def _headed(row: Any, name: str) -> tuple[str, Any] | None:
    """Make the first cell of a row its head; nothing happens to a row of heads, or of one cell."""
    cells = list(row.K) if isinstance(row.K, pikepdf.Array) else []
    if len(cells) < 2 or any(cell.get("/S") != _CELL for cell in cells):  # noqa: PLR2004 - a head and what it heads
        return None
    first, *others = cells
    first.S = _HEAD
    first.ID = pikepdf.String(name)
    first.A = pikepdf.Array(
        [*_attributes(first), pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)]
    )
    for cell in others:
        for attribute in _attributes(cell):
            if "/Headers" in attribute:
                attribute.Headers.append(pikepdf.String(name))
    return name, first


def _attributes(cell: Any) -> list[Any]:
    held = cell.get("/A")
    if held is None:
        return []
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def _named(document: pikepdf.Pdf, heads: list[tuple[str, Any]]) -> None:
    """Make the IDs known: the tree of them, anew and flat, in order."""
    root = document.Root.StructTreeRoot
    known = dict(pikepdf.NameTree(root.IDTree).items()) if "/IDTree" in root else {}
    known |= dict(heads)
    names = pikepdf.Array([part for name in sorted(known) for part in (pikepdf.String(name), known[name])])
    limits = pikepdf.Array([pikepdf.String(min(known)), pikepdf.String(max(known))])
    leaf = document.make_indirect(pikepdf.Dictionary(Names=names, Limits=limits))
    root.IDTree = document.make_indirect(pikepdf.Dictionary(Kids=pikepdf.Array([leaf])))
