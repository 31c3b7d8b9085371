"""A Word file that somebody sends: opened with bounds, and nothing in it that runs, fetches or hides. Pure."""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from lxml import etree

from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.reports.zips import steady_zip

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
LARGEST_PART = 4 * MEGABYTE
"""Bytes of an XML part when it is unpacked: what a template is made of has a few hundred kilobytes."""
LARGEST_WHOLE = 40 * MEGABYTE
MOST_PARTS = 400
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

# Fields that neither fetch nor run anything (ECMA-376 part 1, 17.16.5); any other is refused.
_FIELDS = frozenset(
    [
        "=",
        "AUTHOR",
        "COMMENTS",
        "CREATEDATE",
        "DATE",
        "DOCPROPERTY",
        "EDITTIME",
        "FILENAME",
        "HYPERLINK",
        "IF",
        "INDEX",
        "KEYWORDS",
        "LASTSAVEDBY",
        "LISTNUM",
        "NOTEREF",
        "NUMCHARS",
        "NUMPAGES",
        "NUMWORDS",
        "PAGE",
        "PAGEREF",
        "PRINTDATE",
        "QUOTE",
        "REF",
        "REVNUM",
        "SAVEDATE",
        "SECTION",
        "SECTIONPAGES",
        "SEQ",
        "STYLEREF",
        "SUBJECT",
        "SYMBOL",
        "TA",
        "TC",
        "TIME",
        "TITLE",
        "TOA",
        "TOC",
        "XE",
    ]
)
_FIRST_WORD = re.compile(r"=|[^\s\\\"]+")
_HARMLESS_OUTSIDE = ("hyperlink",)
_DROPPED_OUTSIDE = ("attachedTemplate", "mailMergeSource", "mailMergeHeaderSource", "mailMergeRecipientData")


@dataclass(frozen=True)
class Opened:
    """A file that may be used: its bytes without what leads outside, and what was taken out."""

    data: bytes
    taken_out: tuple[Text, ...]


def opened(data: bytes, *, largest: int = LARGEST_FILE, largest_part: int = LARGEST_PART) -> Opened:
    """Look a file through. Raises Invalid, naming the field ``file``, with what is wrong in plain words."""
    parts = _unpacked(data, largest, largest_part)
    types = parts.get("[Content_Types].xml")
    if types is None:
        raise _wrong(
            Text("This is no Word file. Save it in Word as “Word document (*.docx)” and choose it again.")
        )
    trees = {
        name: _parsed(name, content)
        for name, content in parts.items()
        if name.lower().endswith((".xml", ".rels"))
    }
    _must_be_document(trees["[Content_Types].xml"], parts)
    taken: list[Text] = []
    for name, tree in trees.items():
        if name.endswith(".rels"):
            if _without_outside(tree, taken):
                parts[name] = _bytes(tree)
        elif name.startswith("word/"):
            _must_not_fetch(name, tree)
    settings = trees.get("word/settings.xml")
    if settings is not None and _without(settings, ("attachedTemplate", "mailMerge")):
        parts["word/settings.xml"] = _bytes(settings)
    return Opened(steady_zip(parts.items()), tuple(taken))


def _wrong(text: Text) -> Invalid:
    return Invalid(text, field="file")


def _unpacked(data: bytes, largest: int, largest_part: int) -> dict[str, bytes]:
    if len(data) > largest:
        raise _wrong(
            Text(
                "This file has more than %(most)s MB. Make the pictures in it smaller.",
                most=largest // MEGABYTE,
            )
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _wrong(
            Text(
                "This file is an old Word file or is locked with a password. Save it as .docx without a password."
            )
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            infos = found.infolist()
            if len(infos) > MOST_PARTS or len({info.filename.lower() for info in infos}) != len(infos):
                raise _wrong(
                    Text("This file is not as Word makes them: it has too many parts, or two of one name.")
                )
            parts: dict[str, bytes] = {}
            whole = 0
            for info in infos:
                if info.is_dir():
                    continue
                xml = info.filename.lower().endswith((".xml", ".rels"))
                most = min(largest_part if xml else LARGEST_WHOLE, LARGEST_WHOLE - whole)
                with found.open(info) as source:
                    content = source.read(
                        most + 1
                    )  # what the directory of the zip says of its size is not believed
                if len(content) > most:
                    raise _wrong(
                        Text(
                            "Unpacked, this file is far too large (%(part)s). It was refused.",
                            part=info.filename,
                        )
                    )
                whole += len(content)
                parts[info.filename] = content
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise _wrong(
            Text(
                "This is no Word file, or a damaged one. Save it in Word as “Word document (*.docx)” and choose it again."
            )
        ) from error
    return parts


def _parsed(name: str, content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _wrong(
            Text("The part %(part)s of this file is damaged. Open it in Word and save it anew.", part=name)
        ) from error
    if tree.getroottree().docinfo.doctype:
        raise _wrong(
            Text("The part %(part)s of this file defines entities of its own. It was refused.", part=name)
        )
    return tree


def _must_be_document(types: Any, parts: dict[str, bytes]) -> None:
    said = {each.get("ContentType", "") for each in types}
    if any("macroenabled" in one.lower() or "vbaproject" in one.lower() for one in said) or any(
        "vbaproject" in name.lower() for name in parts
    ):
        raise _wrong(
            Text("This file holds macros. Save it in Word as “Word document (*.docx)”, which holds none.")
        )
    if any("wordprocessingml.template" in one for one in said):
        raise _wrong(Text("This is a Word template (.dotx). Save it in Word as “Word document (*.docx)”."))
    if MAIN not in said:
        raise _wrong(
            Text("This is no Word file. Save it in Word as “Word document (*.docx)” and choose it again.")
        )
    hidden = next(
        (n for n in parts if n.lower().startswith(("word/embeddings/", "word/activex/", "word/afchunk"))),
        None,
    )
    if hidden:
        raise _wrong(
            Text(
                "This file holds another file or a control (%(part)s). Take it out of the template.",
                part=hidden,
            )
        )


def _without_outside(tree: Any, taken: list[Text]) -> bool:
    changed = False
    for one in list(tree.iter(RELATIONS)):
        kind = one.get("Type", "").rsplit("/", 1)[-1]
        target = one.get("Target", "")
        if kind in {"aFChunk", "oleObject", "control", "frame", "subDocument"}:
            raise _wrong(
                Text(
                    "This file draws in another one (%(what)s). Take it out of the template.",
                    what=target[:100] or kind,
                )
            )
        if one.get("TargetMode") != "External":
            continue
        if kind in _DROPPED_OUTSIDE:
            tree.remove(one)
            taken.append(
                Text(
                    "The link to %(what)s was taken out: it would be fetched when the report is opened.",
                    what=target[:100],
                )
            )
            changed = True
        elif kind not in _HARMLESS_OUTSIDE or not target.lower().startswith(
            ("https://", "http://", "mailto:")
        ):
            raise _wrong(
                Text(
                    "This file fetches %(what)s from elsewhere. Put the picture itself into the template.",
                    what=target[:100] or kind,
                )
            )
    return changed


def _must_not_fetch(name: str, tree: Any) -> None:
    if next(tree.iter(f"{W}altChunk", f"{W}object", f"{W}control"), None) is not None:
        raise _wrong(
            Text("The part %(part)s holds another file or a control. Take it out of the template.", part=name)
        )
    codes: list[str] = []
    for each in tree.iter(f"{W}fldChar", f"{W}instrText", f"{W}fldSimple"):
        if each.tag == f"{W}fldSimple":
            codes.append(each.get(f"{W}instr", ""))
        elif each.tag == f"{W}instrText":
            codes[-1:] = [(codes[-1] if codes else "") + (each.text or "")]
        elif each.get(f"{W}fldCharType") == "begin":
            codes.append("")
    for code in codes:
        first = _FIRST_WORD.search(code)
        if first is not None and first[0].upper() not in _FIELDS:
            raise _wrong(
                Text(
                    "The field %(field)s may fetch or run something. Take it out of the template.",
                    field=first[0][:40],
                )
            )
        if "{{" in code or "{%" in code:
            raise _wrong(
                Text(
                    "A tag stands in a field of Word (%(field)s). Put it into the text.",
                    field=code.strip()[:60],
                )
            )


def _without(tree: Any, names: tuple[str, ...]) -> bool:
    found = [each for name in names for each in tree.iter(f"{W}{name}")]
    for each in found:
        each.getparent().remove(each)
    return bool(found)


def _bytes(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
