"""What Slack would show, in the site: the same blocks as HTML, one's own things only, without any Slack."""

import re
from datetime import timedelta

import pytest

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.people.rules import Role
from auditapp.relationships.actions.service import add_action
from auditapp.relationships.model import RelationshipMember, RelationshipPartner
from auditapp.relationships.rules import MemberRole, Sharing
from bots.main import mount
from bots.slack.identity.choices import choose_partners
from bots.slack.pages.rendering import html_of
from tests.factories import make_person, make_relationship
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


def given(session, count=1, whose="lead", *, allow=True):
    """Somebody of the cast who owes things (a partner's contact), and somebody who has nothing to do with them."""
    cast, at = make_cast(session), now()
    made = [
        add_action(
            session, actor=cast.manager, at=at, relationship_id=cast.relationship.id, title=f"{NASTY} {number}",
            owner_id=getattr(cast, whose).person_id, due_on=at.date() + timedelta(days=number - 1), sharing=Sharing.SHARED,
        )
        for number in range(count)
    ]  # fmt: skip
    if allow:
        admin = make_person(session, Role.SYSTEM_MANAGER)
        choose_partners(session, actor=admin, at=at, relationship_ids=[cast.relationship.id])
    session.flush()
    return getattr(cast, whose), cast.stranger, [str(one.id) for one in made]


def test_my_things_as_slack_shows_them(app, unit, client_of):
    """An owner, a manager, and a partner's contact whose relationship allows Slack."""
    mount(app)
    for whose in ("owner", "manager", "lead"):
        owner, stranger, ids = unit(lambda session, whose=whose: given(session, whose=whose))
        shown_to(client_of(owner), client_of(stranger), ids)
    assert client_of(None).get("/slack/preview").status_code == 302


def shown_to(mine, other, ids):
    """All of it is drawn for whoever owes it, and nothing of it for somebody else."""
    for show in SHOWS:
        shown = mine.get(f"/slack/preview{show}")
        assert shown.status_code == 200, show
        assert "Slack is not connected here" in shown.text
    cards = mine.get("/slack/preview").text
    assert "&lt;!channel&gt;" in cards
    assert "<b>figures" not in cards
    assert 'href="https://evil.example' not in cards
    assert "sk-button" in cards
    digest, home = (mine.get(f"/slack/preview?show={one}").text for one in ("digest", "home"))
    assert "Send" in digest
    assert "Send" in home
    window = mine.get(f"/slack/preview/joint_action/{ids[0]}")
    assert "sk-modal" in window.text
    path = next(one for one in window_links(cards) if "verb=" in one)
    form = mine.get(path).text
    assert "<textarea" in form or "<input" in form
    inert(cards, digest, home, window.text, form)
    assert "Slack is not open to you yet" in other.get("/slack/preview").text
    for gone in (
        f"/slack/preview/joint_action/{ids[0]}",
        path,
        "/slack/preview/joint_action/x",
        "/slack/preview/none/1",
    ):
        assert other.get(gone).status_code == 404, gone
    assert '/slack/preview"' in mine.get("/me/reminders").text


def inert(*pages):
    """Nothing that Slack would show can be pressed, and nothing in it runs."""
    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"\son\w+=|\sstyle=", page)
        pressed = re.findall(r'<button[^>]*class="sk-button[^>]*>', page)
        assert pressed
        assert all("disabled" in one for one in pressed)


def test_nobody_owes_anything(app, unit, client_of):
    mount(app)
    other = client_of(unit(lambda session: make_person(session, Role.VIEWER)))
    assert "No card now" in other.get("/slack/preview").text
    assert "No digest today" in other.get("/slack/preview?show=digest").text
    assert "Nothing needs you now" in other.get("/slack/preview?show=home").text


def test_what_slack_may_not_tell_is_not_shown(app, unit, client_of):
    """A partner's contact whose relationship does not allow Slack: no list, no window, no form."""
    mount(app)
    owner, _, ids = unit(lambda session: given(session, allow=False))
    mine = client_of(owner)
    for show in SHOWS:
        shown = mine.get(f"/slack/preview{show}").text
        assert "Slack is not open to you yet" in shown, show
        assert "figures" not in shown, show
    for verb in ("", "?verb=comment", "?verb=done"):
        assert mine.get(f"/slack/preview/joint_action/{ids[0]}{verb}").status_code == 404, verb


def test_one_relationship_that_does_not_allow_it_keeps_its_contacts_out(app, unit, client_of):
    """Lists, searches and windows hold what somebody sees, whichever relationship it is of."""

    def two(session):
        owner, _, ids = given(session)
        closed = make_relationship(session, name="Closed")
        session.add(RelationshipPartner(relationship_id=closed.id, partner_id=owner.partner_id))
        session.add(
            RelationshipMember(
                relationship_id=closed.id, person_id=owner.person_id, role=MemberRole.CONTACT, added_at=now()
            )
        )
        session.flush()
        return owner, ids[0]

    mount(app)
    owner, mine_id = unit(two)
    mine = client_of(owner)
    for show in SHOWS:
        assert "figures" not in mine.get(f"/slack/preview{show}").text, show
    assert mine.get(f"/slack/preview/joint_action/{mine_id}").status_code == 404


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
