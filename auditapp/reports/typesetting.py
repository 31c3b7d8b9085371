"""Setting documents as PDF/A, through typst.

The content goes in as JSON that a template reads as data, so that nothing a person wrote is ever run; typst is
jailed in a folder of its own with the template and the pictures, and has no network.
"""

import json
import re
import warnings
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from auditapp.reports.glyphs import STAND_IN, plain_latin

STANDARD: Final = "a-2b"
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
    """Set the template ``main`` in ``root`` as PDF/A-2b, tagged; the same data always give the same bytes.

    Characters that turn out to have no shape in this company become white squares.
    """
    for attempt in range(_TRIES):
        data["stand_ins"] = has_stand_ins(data)
        try:
            return _typst(root, main, data, timestamp)
        except typst.TypstError as error:
            lacking = {
                _unescaped(found) for found in _LACKING.findall(f"{error.message}\n{error.diagnostic}")
            }
            if not lacking and attempt:
                raise
            data = _without(data, lacking if attempt < _TRIES // 2 else set())
    return _typst(root, main, data, timestamp)


def _typst(root: Path, main: str, data: dict[str, Any], timestamp: int) -> bytes:
    compiler = typst.Compiler(
        str(root / main),
        root=str(root),
        font_paths=fonts(),
        ignore_system_fonts=True,
        package_path=str(root / "packages"),
        package_cache_path=str(root / "packages"),
        sys_inputs={"data": json.dumps(data, ensure_ascii=True)},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)
        made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=timestamp, pdf_tags=True)
    if not isinstance(made, bytes):  # pragma: no cover - typst gives bytes when no output is named
        message = "typst gave no document"
        raise TypeError(message)
    return made


def _without(value: Any, lacking: set[str]) -> Any:
    """The data with each lacking text as white squares; with nothing named, every text in plain Latin."""
    if isinstance(value, str):
        if not lacking:
            return plain_latin(value)
        for text in lacking:
            value = value.replace(text, STAND_IN * len(text))
        return value
    if isinstance(value, dict):
        return {key: each if key == "pictures" else _without(each, lacking) for key, each in value.items()}
    return [_without(each, lacking) for each in value] if isinstance(value, list | tuple) else value


def _unescaped(found: str) -> str:
    plain = re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: chr(int(match[1], 16)), found)
    return plain.replace('\\"', '"').replace("\\\\", "\\")


@cache
def fonts() -> typst.Fonts:
    """The typefaces that the typst wheel brings, and no others."""
    return typst.Fonts(include_system_fonts=False)
