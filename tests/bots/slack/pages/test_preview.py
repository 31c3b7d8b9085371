"""What Slack would show, in the site: the same blocks as HTML, one's own things only, without any Slack."""

from datetime import timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.model import Setting
from auditapp.relationships.actions.service import add_action
from auditapp.relationships.rules import Sharing
from bots.main import mount
from bots.slack.identity.queries import PARTNERS
from bots.slack.pages.rendering import html_of
from tests.relationships.issues.conftest import make_cast
from tests.statements import counted

SHOWS = [
    "",
    "?show=digest",
    "?show=home",
    "?show=home&list=coming",
    "?show=home&page=99",
    "?page=99",
    "?show=nonsense",
]
NASTY = "<!channel> *Send* <b>figures</b> & <https://evil.example|more>"
MOST_STATEMENTS = 120


def given(session, count=1):
    """Somebody who owes things."""
    cast, at = make_cast(session), now()
    session.add(
        Setting(key=PARTNERS, value=[str(cast.relationship.id)])
    )  # a partner's contact, who may use Slack
    made = [
        add_action(
            session, actor=cast.manager, at=at, relationship_id=cast.relationship.id, title=f"{NASTY} {number}",
            owner_id=cast.lead.person_id, due_on=at.date() + timedelta(days=number - 1), sharing=Sharing.SHARED,
        )
        for number in range(count)
    ]  # fmt: skip
    session.flush()
    return cast.lead, cast.stranger, [str(one.id) for one in made]


def test_my_things_as_slack_shows_them(app, unit, client_of):
    mount(app)
    owner, stranger, ids = unit(given)
    mine, other = client_of(owner), client_of(stranger)
    for show in SHOWS:
        shown = mine.get(f"/slack/preview{show}")
        assert shown.status_code == 200, show
        assert "Slack is not connected here" in shown.text
    cards = mine.get("/slack/preview").text
    assert "&lt;!channel&gt;" in cards
    assert "<b>figures" not in cards
    assert 'href="https://evil.example' not in cards
    assert "sk-button" in cards
    assert "Send" in mine.get("/slack/preview?show=digest").text
    assert "Send" in mine.get("/slack/preview?show=home").text
    window = mine.get(f"/slack/preview/joint_action/{ids[0]}")
    assert "sk-modal" in window.text
    form = next(one for one in window_links(cards) if "verb=" in one)
    assert "<textarea" in (text := mine.get(form).text) or "<input" in text
    assert "No card now" in other.get("/slack/preview").text
    assert "No digest today" in other.get("/slack/preview?show=digest").text
    for path in (
        f"/slack/preview/joint_action/{ids[0]}",
        form,
        "/slack/preview/joint_action/x",
        "/slack/preview/none/1",
    ):
        assert other.get(path).status_code == 404, path
    assert client_of(None).get("/slack/preview").status_code == 302
    assert '/slack/preview"' in mine.get("/me/reminders").text


def window_links(text):
    """The links to windows on a page."""
    return [
        part.split('"')[0].replace("&amp;", "&")
        for part in text.split('href="')
        if part.startswith("/slack/preview/")
    ]


def test_as_many_statements_for_many_as_for_a_page(app, unit, client_of):
    mount(app)
    owner, _, _ = unit(lambda session: given(session, 12))
    mine = client_of(owner)
    mine.get("/slack/preview")
    with app.app_context():
        engine = db.engine
    for show in SHOWS[:4]:
        with counted(engine) as said:
            mine.get(f"/slack/preview{show}")
        assert len(said) <= MOST_STATEMENTS, (show, len(said))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* &lt;b&gt; &amp;amp; <c>", "<strong>a</strong> &lt;b&gt; &amp;amp; &lt;c&gt;"),
        ("<https://x.example/?a=1&amp;b=2|Open &lt;it&gt;>", '<a href="https://x.example/?a=1&amp;b=2">Open &lt;it&gt;</a>'),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("<!date^1^{date_short_pretty} {time}|today, 09:00>", '<span class="sk-moment">today, 09:00</span>'),
        (":red_circle: :tada:", '<span class="sk-mark sk-red_circle" aria-hidden="true">●</span> :tada:'),
        ("`/audit mine` a\nb 2*3*4", "<code>/audit mine</code> a<br>b 2*3*4"),
    ],
)  # fmt: skip
def test_text_reads_as_in_slack(text, html):
    assert html_of(text) == html
