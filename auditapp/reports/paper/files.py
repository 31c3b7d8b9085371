"""A report as a file in any of its forms."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from auditapp.reports.paper import excel, pdf, word
from auditapp.reports.paper.model import Report, with_addresses


class Form(NamedTuple):
    """A form: its media type, and what makes it."""

    mimetype: str
    render: Callable[[Report], bytes]


FORMS: Final[dict[str, Form]] = {
    "pdf": Form("application/pdf", pdf.render),
    "docx": Form("application/vnd.openxmlformats-officedocument.wordprocessingml.document", word.render),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", excel.render),
}
"""By the ending of the file's name."""


def file_of(report: Report, suffix: str, *, base: str = "", sheet: Path | None = None) -> bytes:
    """The report as a file; with ``base`` (the address of the site) its links to the site are whole addresses, without it they are none.

    ``sheet``: a layout of its own for the PDF.
    """
    told = with_addresses(report, base) if base else report
    return pdf.render(told, sheet) if sheet is not None and suffix == "pdf" else FORMS[suffix].render(told)
