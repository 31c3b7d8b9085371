"""What people wrote reads as they wrote it, and does nothing."""

import pytest

from bots.slack.text import JOINER, STAR, bold, cut, escape, link, mrkdwn, plain, seen, units


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Pump & valve <A>", "Pump &amp; valve &lt;A&gt;"),
        ("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;"),
        ("&amp;", "&amp;amp;"),
        ("snake_case 2*3", "snake_case 2*3"),
        ("*bold* `x`", f"{JOINER}*bold* {JOINER}`x`"),
        ("> said\n> so", f"{JOINER}&gt; said\n{JOINER}&gt; so"),
        ("a\u202eb\x00\ud800\r\nc", "ab\nc"),
    ],
)
def test_escaped(text, kept):
    assert escape(text) == kept


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("a" * 10, 10, "a" * 10),
        ("a" * 11, 10, "a" * 9 + "…"),
        ("a&&&", 8, "a&amp;…"),  # no half of an escaped character
        ("😀😀😀", 5, "😀😀…"),
    ],
)
def test_cut_where_nothing_breaks(text, limit, kept):
    assert escape(text, limit) == kept
    assert units(kept) <= limit


def test_a_link_is_cut_as_a_whole():
    text = "x" * 10 + link("https://audits.example/p?a=1&b=2", "Open | <it>")
    assert mrkdwn(text, 30)["text"] == "x" * 10 + "…"
    assert mrkdwn(text)["text"].endswith("<https://audits.example/p?a=1&amp;b=2|Open | &lt;it&gt;>")


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u2060\u00ad", "\n", "\x00"])
def test_what_cannot_be_seen_is_a_dash(text):
    assert not seen(text)
    assert plain(text, 75)["text"] == mrkdwn(text)["text"] == "–"
    assert bold(text) == ""


def test_a_star_does_not_end_what_is_bold():
    assert bold("a* b") == f"*a{STAR} b*"
    assert cut("abc", 2) == "a…"
