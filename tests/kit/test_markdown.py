"""Markdown: what people write is laid out, what could do harm is not there any more."""

from xml.etree import ElementTree as ET

import pytest

from auditapp.kit.markdown import html


def test_headings_begin_below_the_page():
    assert str(html("# One\n\n## Two")) == "<h3>One</h3>\n<h4>Two</h4>\n"


def test_tables_lists_and_links_are_laid_out():
    made = str(html("- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n[there](https://example.org)"))
    assert "<li>a</li>" in made
    assert "<td>2</td>" in made
    assert '<a href="https://example.org" rel="noopener noreferrer nofollow">there</a>' in made


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/track.png)",
        '<img src=x onerror="alert(1)">',
        '<a href="data:text/html,x">x</a>',
        "[x](vbscript:x)",
        "<style>*{display:none}</style>",
        '[x](https://example.org "onmouseover=alert(1)")',
    ],
)
def test_nothing_that_acts_comes_through(hostile):
    made = ET.fromstring(f"<div>{html(hostile)}</div>")  # noqa: S314 - made by us a moment ago
    for element in made.iter():
        assert element.tag in {"div", "p", "a"}
        assert set(element.attrib) <= {"href", "title", "rel"}
        assert element.get("href", "https://").startswith("https://")
