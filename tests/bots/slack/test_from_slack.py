"""What people write in Slack is kept as they wrote it."""

import pytest

from bots.slack.text import from_slack


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Half of it &lt;&amp;&gt;.", "Half of it <&>."),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("see <https://example.org|the page>", "see the page (https://example.org)"),
        ("<mailto:a@example.org|a@example.org>", "a@example.org (mailto:a@example.org)"),
        ("ask <@U123|ada>, <@U456>", "ask @ada, @U456"),
        ("<!channel> look, <!subteam^S1|@crew> too, in <#C1|site>", "@channel look, @crew too, in #site"),
        ("&amp;lt; is not <", "&lt; is not <"),
        ("", ""),
    ],
)
def test_marks_are_read(given, kept):
    assert from_slack(given) == kept
