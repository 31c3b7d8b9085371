"""The template that the product brings: complete, plain, and a start for one's own."""

from datetime import UTC, datetime
from functools import cache

from docx.enum.text import WD_BREAK
from docx.shared import Mm, Pt

from auditapp.reports.templated.chapters import NAMES
from auditapp.reports.wordfile import ACCENT, CELL_AIR, field, finished, link, mark, new_document, ruled, soft

MADE = datetime(2026, 11, 28, tzinfo=UTC)
"""The day its content last changed: part of its bytes."""


@cache
def builtin() -> bytes:
    """The file; the same bytes on every machine."""
    made = new_document(title="Audit report", author="auditapp", at=MADE)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)
    soft(section.header.paragraphs[0], "{{ organization }} · {{ audit_number }}")
    foot = section.footer.paragraphs[0]
    soft(foot, "{{ number }} · {{ revision }} · ")
    field(foot, "PAGE")
    soft(foot, " / ")
    field(foot, "NUMPAGES")
    soft(made.add_paragraph(), "{{ organization }}")
    kind = made.add_paragraph().add_run("{{ kind }}")
    kind.bold, kind.font.size, kind.font.color.rgb = True, Pt(13), ACCENT
    made.add_heading("{{ title }}", level=0)
    made.add_paragraph("{{ audit_number }} · {{ period }}")
    table = made.add_table(rows=4, cols=2, style="Table Grid")
    ruled(table)
    for row, texts in zip(
        table.rows,
        (
            ("{%tr for each in grade_counts %}", ""),
            ("{{ each.grade }}", "{{ each.count }}"),
            ("{%tr endfor %}", ""),
            ("{{ heading.findings }}", "{{ findings|length }}"),
        ),
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            said = cell.paragraphs[0]
            said.add_run(text)
            said.paragraph_format.space_before = said.paragraph_format.space_after = CELL_AIR
    made.add_paragraph("{{ chapter.cover }}")
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for name in NAMES[1:]:
        made.add_paragraph(f"{{%p if heading.{name} %}}")
        line = made.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        link(line, f"{{{{ heading.{name} }}}}", f"chapter_{name}")
        made.add_paragraph("{%p endif %}")
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for number, name in enumerate(NAMES[1:], start=1):
        anchor = made.add_paragraph()
        anchor.paragraph_format.space_after = Pt(0)
        mark(anchor, f"chapter_{name}", number)
        made.add_paragraph(f"{{{{ chapter.{name} }}}}")
    return finished(made)
