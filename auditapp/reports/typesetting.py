"""Setting documents as PDF/A, through typst.

The content goes in as JSON that a template reads as data, so that nothing a person wrote is ever run; typst is
jailed in a folder of its own with the template and the pictures, and has no network. The JSON is a file beside the
template and not an input of the compiler: what is put into the compiler is part of everything that typst remembers,
and the words, rows and heads that stand in every report would be set anew for each.
"""

import json
import re
import warnings
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

import typst

from auditapp.reports.glyphs import STAND_IN, instead, lack, plain_latin, without_lacking
from auditapp.reports.tags import with_row_heads

Standards = tuple[Literal["a-2a", "a-2b", "ua-1"], ...]
STANDARDS: Final[Standards] = ("a-2a", "ua-1")
"""An archive document whose structure can be read aloud: ISO 19005-2 level A, and ISO 14289-1."""
LEAST: Final[Standards] = ("a-2b",)
"""What is asked for when a text makes a document that typst cannot vouch for as the above."""
TYPEFACES: Final = ("fontpkg_ibm_plex_sans_arabic", "manimgx_fonts", "manimgx_fonts_cjk")
"""Packages that bring Plex for Arabic (Noto's draws a letter and its dots apart, so that copied text holds it twice), and Noto:
the scripts of India and South-East Asia, emoji; Chinese, Japanese, Korean."""
DATA: Final = "data.json"
"""What a template reads."""
_LACKING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_TRIES = 6
STYLE = Path(__file__).parent / "audit_report" / "style.typ"


def has_stand_ins(value: Any) -> bool:
    """Whether a white square stands anywhere in the texts."""
    if isinstance(value, str):
        return STAND_IN in value
    if isinstance(value, dict):
        return any(has_stand_ins(each) for each in value.values())
    return isinstance(value, list) and any(has_stand_ins(each) for each in value)


def typeset(root: Path, main: str, data: dict[str, Any], timestamp: int) -> bytes:
    """Set the template ``main`` in ``root`` as PDF/A-2a and PDF/UA-1; the same data always give the same bytes.

    Characters that turn out to have no shape in this company become white squares.
    """
    asked: Standards = STANDARDS
    latin = False
    data = _each(data, without_lacking)
    for _attempt in range(_TRIES):
        data["stand_ins"] = has_stand_ins(data)
        try:
            return with_row_heads(_typst(root, main, data, timestamp, asked))
        except typst.TypstError as error:
            lacking = {
                _unescaped(found) for found in _LACKING.findall(f"{error.message}\n{error.diagnostic}")
            }
            if lacking and not latin:
                for each in sorted(lacking, key=lambda one: (-len(one), one)):
                    lack(each)
                before, data = data, _without(data, lacking)
                latin = before == data
            elif asked == STANDARDS:
                asked = LEAST
            elif not latin:
                latin = True
            else:
                raise
            if latin:
                data = _without(data, set())
    return with_row_heads(_typst(root, main, _without(data, set()), timestamp, LEAST))


def _typst(root: Path, main: str, data: dict[str, Any], timestamp: int, asked: Standards) -> bytes:
    (root / DATA).write_text(json.dumps(data, ensure_ascii=True), encoding="ascii")
    compiler = typst.Compiler(
        str(root / main),
        root=str(root),
        font_paths=fonts(),
        ignore_system_fonts=True,
        package_path=str(root / "packages"),
        package_cache_path=str(root / "packages"),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)
        made = compiler.compile(format="pdf", pdf_standards=list(asked), timestamp=timestamp, pdf_tags=True)
    if not isinstance(made, bytes):  # pragma: no cover - typst gives bytes when no output is named
        message = "typst gave no document"
        raise TypeError(message)
    return made


def _without(value: Any, lacking: set[str]) -> Any:
    """The data without each lacking text; with nothing named, every text in plain Latin."""

    def shown(text: str) -> str:
        for each in sorted(lacking, key=lambda one: (-len(one), one)):
            text = text.replace(each, instead(each))
        return text

    return _each(value, shown if lacking else plain_latin)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """The data with every text changed that is not plain Latin already; names of files are none of them."""
    if isinstance(value, str):
        return value if value.isascii() else change(value)
    if isinstance(value, dict):
        return {key: each if key == "pictures" else _each(each, change) for key, each in value.items()}
    return [_each(each, change) for each in value] if isinstance(value, list | tuple) else value


def _unescaped(found: str) -> str:
    plain = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: chr(int(match[1], 16)), found)
    return plain.replace('\\"', '"').replace("\\\\", "\\")


@cache
def fonts() -> typst.Fonts:
    """The typefaces that the typst wheel brings and those of the packages named above, and no others: the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(files(name)) for name in TYPEFACES])
