"""A template filled with a report: bounded, escaped, complete, and always the same bytes for the same report."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError, TemplateSyntaxError
from lxml import etree

from auditapp.audits.report.content import AuditReport
from auditapp.kit.errors import Invalid
from auditapp.kit.text import Text
from auditapp.reports.audit_report.view import view
from auditapp.reports.templated.blocks import MARK, Chapter
from auditapp.reports.templated.chapters import chapters
from auditapp.reports.templated.package import W, opened
from auditapp.reports.templated.pictures import Photos, Picture, pictures
from auditapp.reports.templated.reading import Fault, paragraphs, placed, read_through
from auditapp.reports.templated.sandbox import MOST_OUT, Refused, Sandbox, parsed
from auditapp.reports.templated.spelling import misspelt
from auditapp.reports.templated.values import values
from auditapp.reports.templated.writing import Writer
from auditapp.reports.wordfile import finished, plain

_MARKED = re.compile(f"{MARK}([a-z_]+){MARK}")
_RED = RGBColor(0x9C, 0x14, 0x20)
_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"^\s*[-•] ")


class Faulty(Exception):
    """The template cannot be filled; ``faults`` say where and why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """All that was found."""
        super().__init__("; ".join(str(each.text) for each in faults))
        self.faults = faults


@dataclass(frozen=True)
class Filled:
    """The Word file, and the chapters that the template did not show: they stand at its end."""

    data: bytes
    lacks: tuple[str, ...]


def words(text: str) -> str:
    """A text as a Word file can hold it, with nothing that would mean something to the filling."""
    flat = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
        .replace("\x85", "\n")
    )
    return plain(flat).replace(MARK, "").replace("\x0b", "")


class _Drawn(InlineImage):  # type: ignore[misc] # docxtpl brings no types
    """A picture with a text for who cannot see it."""

    def __init__(self, template: Any, picture: Picture, wide: int, high: int, alt: str) -> None:
        width, height = picture.size(wide, high)
        super().__init__(template, io.BytesIO(picture.data), width=Mm(width), height=Mm(height))
        self.alt = alt

    def _insert_image(self) -> str:
        self.image_descriptor.seek(0)
        inline = self.tpl.current_rendering_part.new_pic_inline(
            self.image_descriptor, self.width, self.height
        )
        inline.docPr.set("descr", plain(self.alt))
        return f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


class _Template(DocxTemplate):  # type: ignore[misc] # docxtpl brings no types
    """docxtpl with our bounds around it: every part is looked through first and must come out as whole XML."""

    def part_name(self, part: Any) -> str:
        name = str(getattr(part, "partname", ""))
        return next((kind for kind in ("header", "footer", "footnotes") if kind in name), "body")

    def patch_xml(self, src_xml: str) -> str:
        tree = etree.fromstring(_declared(src_xml))
        self.found = paragraphs(tree)
        where = {"hdr": "header", "ftr": "footer", "footnotes": "footnotes"}.get(
            etree.QName(tree).localname, "body"
        )
        faults = read_through(tree, where)
        if faults:
            raise Faulty(tuple(faults))
        return str(super().patch_xml(src_xml))

    def render_xml_part(
        self, src_xml: str, part: Any, context: Mapping[str, Any], jinja_env: Any = None
    ) -> str:
        where = self.part_name(part)
        source = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)
        lines = source.splitlines()

        def fault(text: Text, line: int) -> Fault:
            return placed(self.found, lines[max(line - 1, 0) : line + 2], where, text)

        try:
            tree = parsed(source)
        except TemplateSyntaxError as error:
            raise Faulty(
                (
                    fault(
                        Text("Word cannot be told what this means: %(why)s", why=error.message or ""),
                        error.lineno,
                    ),
                )
            ) from error
        except Refused as error:
            raise Faulty((fault(error.text, error.line),)) from error
        wrong = misspelt(tree)
        if wrong:
            raise Faulty(tuple(dict.fromkeys(fault(text, line) for line, text in wrong)))
        self.current_rendering_part = part
        try:
            made = self._bounded(jinja_env.from_string(source), context)
        except Refused as error:
            raise Faulty((Fault(error.text, where),)) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise Faulty(
                (Fault(Text("It cannot be filled: %(why)s", why=str(error)[:200]), where),)
            ) from error
        made = self.resolve_listing(re.sub(r"\n<w:p([ >])", r"<w:p\1", made))
        try:
            etree.fromstring(_declared(made), etree.XMLParser(resolve_entities=False, huge_tree=True))
        except etree.XMLSyntaxError as error:
            raise Faulty((self._torn(where),)) from error
        return str(made)

    @staticmethod
    def _bounded(template: Any, context: Mapping[str, Any]) -> str:
        pieces, room = [], MOST_OUT
        for piece in template.generate(context):
            room -= len(piece)
            if room < 0:
                raise Refused(Text("What it makes is far too long."))
            pieces.append(piece)
        return "".join(pieces)

    def _torn(self, where: str) -> Fault:
        looped = next((p for p in self.found if "{%" in p.text), None)
        return Fault(
            Text(
                "What it makes is no whole document: a loop or condition begins within one thing and ends within another. "
                "Write {%%p … %%} around paragraphs and {%%tr … %%} around rows, each in a paragraph or row of its own."
            ),
            where,
            looped.number if looped else 0,
            looped.text[:160] if looped else "",
        )

    def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
        """What stands in the file's properties is ours to say."""


def _declared(xml: str) -> bytes:
    return re.sub(r"^<\?xml[^>]*\?>", "", xml).encode()


def fill(
    template: bytes, report: AuditReport, photos: Photos, *, labels: Mapping[str, str], made_with: str = ""
) -> Filled:
    """Fill a template. ``made_with`` names it in the file's properties.

    Raises Invalid for a file that may not be used, Faulty for a template that cannot be filled.
    """
    data = view(report, labels, words)
    whole = chapters(data)
    drawn = pictures(report, photos)
    filled = _Template(io.BytesIO(opened(template).data))

    def draw(key: str, wide: int, high: int, alt: str) -> Any:
        return _Drawn(filled, drawn[key], wide, high, alt) if key in drawn else ""

    try:
        filled.render(values(data, whole, draw), Sandbox())
    except (OpcError, KeyError, etree.XMLSyntaxError, AttributeError) as error:
        text = Text("This file is not as Word makes them. Open it in Word and save it anew.")
        raise Invalid(text, field="file") from error
    rendered = io.BytesIO()
    filled.docx.save(rendered)  # docxtpl swaps headers behind python-docx's back: read anew
    made = Document(rendered)
    writer = Writer(made, drawn)
    _put_chapters(made, writer, whole)
    lacks = _lacking(made, whole, drawn)
    if lacks:
        made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for chapter in lacks:
            writer.chapter(chapter)
    if report.document.signature is None:
        _mark_draft(made, data["labels"]["draft_long"])
    _describe(made, report, data, made_with)
    return Filled(finished(made), tuple(each.name for each in lacks))


def _put_chapters(made: Any, writer: Writer, whole: tuple[Chapter, ...]) -> None:
    """Put each ready-made chapter where its name stands; a second time nothing is put."""
    there = {chapter.name: chapter for chapter in whole}
    for paragraph in [p for p in made.element.body.iter(f"{W}p") if MARK in _own(p)]:
        for name in _MARKED.findall(_own(paragraph)):
            chapter = there.pop(name, None)
            for element in writer.chapter(chapter) if chapter else ():
                paragraph.addprevious(element)
        if _MARKED.sub("", _own(paragraph)).strip():
            for each in paragraph.iter(f"{W}t"):
                each.text = _MARKED.sub("", each.text or "")
        elif paragraph.getnext() is not None and paragraph.getparent().tag != f"{W}tc":
            paragraph.getparent().remove(paragraph)
        else:  # a cell, and a document, ends with a paragraph
            for each in list(paragraph.iter(f"{W}t")):
                each.text = ""


def _own(paragraph: Any) -> str:
    return "".join(each.text or "" for each in paragraph.iter(f"{W}t"))


def _lacking(made: Any, whole: tuple[Chapter, ...], drawn: Mapping[str, Picture]) -> tuple[Chapter, ...]:
    """The chapters of which a text or a picture is missing."""
    heads = [
        head
        for section in made.sections
        for head in (section.header, section.footer)
        if not head.is_linked_to_previous
    ]
    parts = [made.element, *(head._element for head in heads)]  # noqa: SLF001 - python-docx shows no texts of boxes
    text = _SPACE.sub("", "".join(each.text or "" for part in parts for each in part.iter(f"{W}t")))
    shown = {
        made.part.related_parts[embed].blob
        for blip in made.element.iter(qn("a:blip"))
        if (embed := blip.get(qn("r:embed"))) in made.part.related_parts
    }
    return tuple(
        chapter
        for chapter in whole
        if any(line not in text for said in chapter.saids() for atom in said.atoms for line in _lines(atom))
        or any(key in drawn and drawn[key].data not in shown for key in chapter.pictures())
    )


def _lines(text: str) -> list[str]:
    return [_SPACE.sub("", _BULLET.sub("", line)) for line in text.splitlines()]


def _mark_draft(made: Any, words_of_it: str) -> None:
    """A draft says so at its beginning and at the top of every page."""
    for section in made.sections:
        heads = [section.header]
        heads += [section.first_page_header] if section.different_first_page_header_footer else []
        heads += [section.even_page_header] if made.settings.odd_and_even_pages_header_footer else []
        for head in (one for one in heads if section is made.sections[0] or not one.is_linked_to_previous):
            paragraph = (
                head.paragraphs[0].insert_paragraph_before() if head.paragraphs else head.add_paragraph()
            )
            _red(paragraph, words_of_it)
    first = OxmlElement("w:p")
    made.element.body.insert(0, first)
    _red(made.paragraphs[0], words_of_it)


def _red(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(text)
    run.bold, run.font.color.rgb = True, _RED


def _describe(made: Any, report: AuditReport, data: Mapping[str, Any], made_with: str) -> None:
    """The file's properties: whose, of when, from which content and which template."""
    doc, about = report.document, made.core_properties
    about.title = words(f"{doc.number} · {report.title}".strip(" ·"))[:250]
    about.author = words(doc.signature.name if doc.signature else doc.organization)[:250]
    about.created = about.modified = doc.issued_at.astimezone(UTC).replace(tzinfo=None)
    about.last_modified_by, about.revision, about.language = "", 1, str(data["language"])
    about.comments = made_with[:250]
    about.keywords = f"{data['sha256']}"
