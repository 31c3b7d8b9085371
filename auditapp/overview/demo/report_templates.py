"""A template of the organization's own: the first try had a slip, the second works; one audit's report is made with it."""

import io
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from docx.shared import Mm

from auditapp.audits.model import Audit
from auditapp.audits.plan.queries import PLAN, audit_by_ref
from auditapp.audits.report.labels import in_english
from auditapp.overview.demo.story import Story
from auditapp.reports.templated import service
from auditapp.reports.templated.checker import check
from auditapp.reports.templated.queries import template_by_id, version_of
from auditapp.reports.wordfile import field, finished, new_document, repeat_head, ruled, soft

NAME = "Letter to the board"
UPLOADED, CORRECTED, CHOSEN = 60, 59, 3  # days ago


def load_templates(story: Story, at: datetime) -> None:
    """Tell it when its days come."""
    del at
    story.tell(story.moment(-UPLOADED, 10), partial(_first, story))


def _first(story: Story, at: datetime) -> None:
    made = service.add_template(
        story.session, actor=story.people["ada"], at=at, name=NAME, note="", sent=_sent(story, at, "findngs")
    )
    later = max(story.moment(-CORRECTED, 9), at + timedelta(hours=1))  # a weekend may move both to one Friday
    story.tell(later, partial(_corrected, story, made.id))


def _corrected(story: Story, template_id: object, at: datetime) -> None:
    template = template_by_id(story.session, template_id)  # type: ignore[arg-type] # a UUID
    service.add_version(
        story.session, actor=story.people["ada"], at=at, template=template, note="The findings are spelled right.",
        sent=_sent(story, at, "findings"),
    )  # fmt: skip
    story.tell(max(story.moment(-CHOSEN, 14), at + timedelta(hours=1)), partial(_choose, story, template_id))


def _choose(story: Story, template_id: object, at: datetime) -> None:
    ref = story.session.scalar(
        sa.select(Audit.ref).where(Audit.issued_at.is_not(None)).order_by(Audit.issued_at.desc()).limit(1)
    )
    if ref is None:
        return
    cora = story.people["cora"]
    version = version_of(template_by_id(story.session, template_id))  # type: ignore[arg-type] # a UUID
    audit = audit_by_ref(story.session, cora, ref, load=PLAN)
    service.choose(story.session, actor=cora, at=at, audit=audit, version_id=version.id)


def _sent(story: Story, at: datetime, findings: str) -> service.Sent:
    data = letter(at, findings)
    sha256, size = story.store.put(io.BytesIO(data))
    return service.Sent(
        sha256=sha256, size=size, file_name="letter-to-the-board.docx", verdict=check(data, in_english())
    )


def letter(at: datetime, findings: str = "findings") -> bytes:
    """Findings by a loop of its own; annexes and the rest are not in it, so they come at the end of the report."""
    made = new_document(title="Letter to the board", author="", at=at)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    soft(section.header.paragraphs[0], "{{ organization }}")
    foot = section.footer.paragraphs[0]
    soft(foot, "{{ number }}, {{ issued_at }} · ")
    field(foot, "PAGE")
    made.add_heading("{{ title }}", level=1)
    made.add_paragraph("{{ number }} · {{ period }} · {{ leader }}")
    made.add_paragraph("{{ conclusion.text }}")
    table = made.add_table(rows=4, cols=3, style="Table Grid")
    table.autofit = False
    ruled(table)
    rows = (
        ("Number", "Grade", "What was found"),
        (f"{{%tr for finding in {findings} %}}", "", ""),
        ("{{ finding.number }}", "{{ finding.grade }}", "{{ finding.statement }}"),
        ("{%tr endfor %}", "", ""),
    )
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text, wide in zip(row.cells, texts, (34, 36, 90), strict=True):
            cell.paragraphs[0].add_run(text)
            cell.width = Mm(wide)
    for column, wide in zip(table.columns, (34, 36, 90), strict=True):
        column.width = Mm(wide)
    repeat_head(table.rows[0])
    made.add_paragraph()
    made.add_paragraph("{%p for photo in photos %}")
    made.add_paragraph("{{ photo.picture }}")
    made.add_paragraph("{{ photo.ref }} {{ photo.caption }}")
    made.add_paragraph("{%p endfor %}")
    for chapter in ("good_practices", "diverging", "sampling", "after"):
        made.add_paragraph(f"{{{{ chapter.{chapter} }}}}")
    return finished(made)
