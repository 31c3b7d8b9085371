"""Templates of any kind, made in a line."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from auditapp.reports.wordfile import finished, new_document

Make = Callable[..., bytes]


@pytest.fixture(scope="session")
def template() -> Make:
    """A template with these paragraphs; a tuple of tuples becomes a table."""

    def make(*blocks: str | tuple[tuple[str, ...], ...], header: str = "") -> bytes:
        made = new_document(title="", author="", at=datetime(2026, 11, 1, tzinfo=UTC))
        made.sections[0].header.paragraphs[0].add_run(header)
        for block in blocks:
            if isinstance(block, str):
                made.add_paragraph(block)
                continue
            table = made.add_table(rows=0, cols=len(block[0]), style="Table Grid")
            for row in block:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.paragraphs[0].add_run(text)
        return finished(made)

    return make


@pytest.fixture(scope="session")
def altered() -> Callable[[bytes, Mapping[str, Callable[[bytes], bytes]]], bytes]:
    """A file with some of its parts changed, or added."""

    def make(data: bytes, parts: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in dict.fromkeys([*old.namelist(), *parts]):
                content = old.read(name) if name in old.namelist() else b""
                new.writestr(name, parts[name](content) if name in parts else content)
        return out.getvalue()

    return make
