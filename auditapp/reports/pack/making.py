"""A pack is written: contents rendered one after the other, kept files streamed, then the index and the manifest."""

import hashlib
import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from flask_babel import force_locale, gettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from auditapp.audits.report.labels import in_language
from auditapp.kit.storage import Store
from auditapp.kit.text import Text, day_words
from auditapp.reports.audit_report.pdf import render as render_audit
from auditapp.reports.pack.gathering import GONE, Gathered, Piece
from auditapp.reports.pack.manifest import NAME, Entry, Manifest, Withheld
from auditapp.reports.pack.zipping import Packer, require_room
from auditapp.reports.paper.files import file_of
from auditapp.reports.paper.model import Cell, Chapter, Column, Pair, Para, Report, Row, Table
from auditapp.reports.rmp_document.content import PlanDocument
from auditapp.reports.rmp_document.pdf import render as render_plan

GROUPS: tuple[tuple[str, Text], ...] = (
    ("reports", Text("Reports")),
    ("audits", Text("Reports of audits, as they were issued")),
    ("evidence", Text("Evidence of audits")),
    ("plans", Text("Relationship management plans in force")),
    ("documents", Text("Controlled documents, approved versions")),
)
Tell = Callable[[int, int], None]
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Shelf(NamedTuple):
    """Where kept files are: the store, and the folder in which issued reports are kept once they were made."""

    store: Store
    reports: Path


def write(
    target: IO[bytes],
    found: Gathered,
    *,
    ref: str,
    title: str,
    locale: str,
    base: str,
    shelf: Shelf,
    tell: Tell,
) -> Manifest:
    """Write the pack into an open, empty file. The same ``found`` always gives the same bytes. Raises OSError."""
    entries, withheld, total = [], list(found.withheld), len(found.pieces) + 3
    with closing(Packer(target)) as packer:
        for done, piece in enumerate(found.pieces):
            tell(done, total)
            entry = _add(packer, piece, shelf, base)
            if entry is None:
                withheld.append(Withheld(title=piece.title, why=_say(GONE, locale)))
            else:
                entries.append(entry)
        made = Manifest(
            ref=ref, title=title, organization=found.organization, standard=found.standard, as_of=found.as_of,
            trail=found.trail, entries=tuple(entries), withheld=tuple(withheld),
        )  # fmt: skip
        name = _say(Text("What is in this pack"), locale)
        tell(total - 3, total)
        pdf = _whole(packer, "index.pdf", name, file_of(index_report(made, locale), "pdf"))
        tell(total - 2, total)
        html = _whole(packer, "index.html", name, index_page(made, locale))
        made = replace(made, entries=(*entries, pdf, html))
        data = made.to_bytes()
        packer.add(NAME, io.BytesIO(data), len(data))
    tell(total, total)
    return made


def _say(text: Text, locale: str) -> str:
    with force_locale(locale):
        return str(text)


def _add(packer: Packer, piece: Piece, shelf: Shelf, base: str) -> Entry | None:
    if piece.content is None:
        if not shelf.store.whole(piece.sha256):
            return None
        path = shelf.store.path(piece.sha256)
        size = path.stat().st_size
        require_room(shelf.reports.parent, size)
        with path.open("rb") as opened:
            sha256 = packer.add(piece.path, opened, size)
        return Entry(path=piece.path, title=piece.title, group=piece.group, source=piece.source, size=size, sha256=sha256)  # fmt: skip
    return _whole(
        packer, piece.path, piece.title, _rendered(piece, shelf, base), group=piece.group, source=piece.source
    )


def _whole(
    packer: Packer, path: str, title: str, data: bytes, *, group: str = "index", source: str = "index"
) -> Entry:
    packer.add(path, io.BytesIO(data), len(data))
    return Entry(
        path=path, title=title, group=group, source=source, size=len(data), sha256=hashlib.sha256(data).hexdigest()
    )  # fmt: skip


def _rendered(piece: Piece, shelf: Shelf, base: str) -> bytes:
    if isinstance(piece.content, Report):
        with force_locale(piece.content.language):
            return file_of(piece.content, "pdf", base=base)
    if isinstance(piece.content, PlanDocument):
        return render_plan(piece.content)
    assert piece.content is not None  # noqa: S101 - told by the type: kept files never come here
    content, digest = piece.content
    kept = shelf.reports / f"{digest}.pdf"  # as it was handed out before
    if kept.is_file():
        return kept.read_bytes()
    with force_locale(content.document.language):
        labels = in_language(gettext)
    return render_audit(
        content, lambda sha256: shelf.store.read(sha256) if shelf.store.has(sha256) else None, labels=labels
    )


def index_report(made: Manifest, locale: str) -> Report:
    """The contents as a report, for paper."""
    with force_locale(locale):
        chapters = [
            Chapter(
                title=str(label),
                anchor=key,
                blocks=(
                    Table(
                        caption=str(label),
                        columns=(
                            Column(str(Text("Document")), wide=True),
                            Column(str(Text("File")), wide=True),
                            Column(str(Text("Bytes")), "number"),
                            Column("SHA-256", wide=True),
                        ),
                        rows=tuple(
                            Row(
                                (
                                    Cell(one.title),
                                    Cell(one.path),
                                    Cell(str(one.size), value=one.size),
                                    Cell(one.sha256),
                                )
                            )
                            for one in those
                        ),
                    ),
                ),
            )
            for key, label in GROUPS
            if (those := [one for one in made.entries if one.group == key])
        ]
        if made.withheld:
            chapters.append(
                Chapter(
                    title=str(Text("What is not in it")),
                    anchor="withheld",
                    blocks=(
                        Table(
                            caption=str(Text("What is not in it")),
                            columns=(Column(str(Text("Document")), wide=True), Column(str(Text("Why")), wide=True)),
                            rows=tuple(Row((Cell(one.title), Cell(one.why))) for one in made.withheld),
                        ),
                    ),
                )
            )  # fmt: skip
        chapters.append(Chapter(title=str(Text("How to check it")), anchor="check", blocks=(Para(_how()),)))
        return Report(
            kind=str(Text("Evidence pack")),
            title=made.title,
            ref=made.ref,
            organization=made.organization,
            as_of=made.as_of,
            language=locale[:2],
            facts=(
                Pair(str(Text("Standard")), made.standard),
                Pair(str(Text("Files")), str(len(made.entries))),
                Pair(str(Text("Newest fact of the history")), f"{made.trail[0]} · {made.trail[1]}"),
            ),
            chapters=tuple(chapters),
            confidential=True,
        )


def _how() -> str:
    return str(
        Text("manifest.json lists every file with its SHA-256. “auditapp pack verify FILE.zip” proves the whole pack without the site and without a network; with --manifest-hash it is held against the hash that the site shows.")
    )  # fmt: skip


def index_page(made: Manifest, locale: str) -> bytes:
    """The contents as a page that is read from the disk: no script, nothing fetched."""
    with force_locale(locale):
        page = _pages.get_template("pack/index.html").render(
            made=made,
            lang=locale[:2],
            groups=[
                (str(label), [one for one in made.entries if one.group == key])
                for key, label in GROUPS
                if any(one.group == key for one in made.entries)
            ],
            stamp=_stamp(made.as_of),
            how=_how(),
            _=gettext,
        )
    return page.encode()


def _stamp(at: datetime) -> str:
    return str(Text("As of %(day)s, %(time)s UTC", day=day_words(at.date()), time=at.strftime("%H:%M")))
