"""The project's own files, for the tests that read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> list[Path]:
    """Every file that is in the repository or about to be, relative to its root; what is ignored is not here."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [Path(name) for name in listed.stdout.decode().splitlines()]
    return [name for name in names if (ROOT / name).is_file() and "vendor" not in name.parts]


def python(*tops: str) -> list[Path]:
    """The Python files below the given top-level names."""
    return [name for name in tracked() if name.suffix == ".py" and name.parts[0] in tops]


@cache
def tree(name: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), filename=str(name))


def calls(name: Path) -> Iterator[tuple[int, str]]:
    """Every call in a file as (line, dotted text of what is called)."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def attributes(name: Path) -> Iterator[tuple[int, str]]:
    """Every dotted name in a file as (line, text)."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Attribute):
            yield node.lineno, ast.unparse(node)
