"""Who may receive, who may act, and how an account comes to a person."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditapp.kit.errors import Invalid, NotAllowed, NotFound
from auditapp.kit.ids import digest
from auditapp.people.model import Account, Person, Setting
from auditapp.people.rules import Role
from auditapp.relationships.model import RelationshipMember, RelationshipPartner
from auditapp.relationships.rules import MemberRole
from auditapp.trail.model import Fact
from bots.slack.identity import queries, service
from bots.slack.identity.queries import PARTNERS
from bots.slack.identity.rules import WhyNot, profile_of, why_not_act, why_not_receive
from bots.slack.install import service as installs
from bots.slack.model import SlackAccount, SlackInvite, Sort, Standing
from tests.bots.slack.conftest import AT, VAULT, given, profile
from tests.factories import make_contact, make_person, make_relationship

S, W = Standing, WhyNot
# standing, sort, a partner's contact, allowed, active -> why it does not receive, why it does not act
CASES = [
    (S.LINKED, Sort.MEMBER, False, False, True, None, None),
    (S.MAPPED, Sort.MEMBER, False, False, True, None, W.NOT_LINKED),
    (S.SUGGESTED, Sort.MEMBER, False, False, True, None, W.NOT_LINKED),
    (S.UNMATCHED, Sort.MEMBER, False, False, True, W.NOT_LINKED, W.NOT_LINKED),
    (S.REFUSED, Sort.MEMBER, False, False, True, W.REFUSED, W.REFUSED),
    (S.LINKED, Sort.GONE, False, False, True, W.GONE, W.GONE),
    (S.LINKED, Sort.BOT, False, False, True, W.BOT, W.BOT),
    (S.LINKED, Sort.MEMBER, False, False, False, W.INACTIVE, W.INACTIVE),
    (S.LINKED, Sort.GUEST, False, False, True, None, None),
    (S.SUGGESTED, Sort.GUEST, False, False, True, W.GUEST, W.GUEST),
    (S.LINKED, Sort.EXTERNAL, False, False, True, W.EXTERNAL, W.EXTERNAL),
    (S.LINKED, Sort.EXTERNAL, True, False, True, W.PARTNER, W.PARTNER),
    (S.LINKED, Sort.EXTERNAL, True, True, True, None, None),
    (S.LINKED, Sort.MEMBER, True, False, True, W.PARTNER, W.PARTNER),
    (S.MAPPED, Sort.GUEST, True, True, True, None, W.NOT_LINKED),
]


@pytest.mark.parametrize("case", CASES)
def test_the_table_of_who_may(case):
    standing, sort, partner, allowed, active, receive, act = case
    given = {"partner": partner, "allowed": allowed, "active": active}
    assert why_not_receive(standing, sort, **given) is receive
    assert why_not_act(standing, sort, **given) is act


OWN = frozenset({"T1", "E1"})


@pytest.mark.parametrize(
    ("user", "sort"),
    [
        ({"team_id": "T1"}, Sort.MEMBER),
        ({"team_id": "T1", "deleted": True, "is_bot": True}, Sort.GONE),
        ({"team_id": "T1", "is_bot": True}, Sort.BOT),
        ({"id": "USLACKBOT", "team_id": "T1"}, Sort.BOT),
        ({"team_id": "T1", "is_restricted": True}, Sort.GUEST),
        ({"team_id": "T1", "is_ultra_restricted": True}, Sort.GUEST),
        ({"team_id": "T9"}, Sort.EXTERNAL),
        ({"team_id": "T1", "is_stranger": True}, Sort.EXTERNAL),
        ({"team_id": "T9", "enterprise_user": {"enterprise_id": "E1", "teams": ["T9"]}}, Sort.MEMBER),
    ],
)
def test_what_sort_an_account_is(user, sort):
    assert profile_of({"id": "U1"} | user, OWN).sort is sort


def test_a_hidden_mail_address_and_a_missing_name_are_no_fault():
    found = profile_of({"id": "U1", "team_id": "T1", "profile": {}}, OWN)
    assert (found.name, found.email, found.zone) == ("U1", "", "")
    assert profile_of({"name": "no id"}, OWN) is None


def acting(session, user_id="U1", **more):
    return queries.person_who_acts(session, **({"enterprise_id": None, "team_id": "T1", "user_id": user_id, "at": AT} | more))  # fmt: skip


def test_a_mail_address_lets_receive_and_only_the_link_lets_act(session, seen):
    who = make_person(session, Role.ACTION_OWNER)
    account = seen(email=who.email)
    assert queries.account_for(session, who.person_id).standing is S.SUGGESTED
    assert (acting(session).principal, acting(session).why) == (None, W.NOT_LINKED)
    secret = service.link_secret(session, at=AT, account_id=account.id)
    service.link(session, actor=who, at=AT, secret=secret)
    found = acting(session)
    assert (found.why, found.principal.person_id, found.principal.roles) == (None, who.person_id, who.roles)
    assert queries.account_for(session, who.person_id).may_act
    # The directory does not take back what somebody confirmed.
    seen(email="other@example.org")
    assert acting(session).why is None
    service.refuse(session, actor=who, at=AT, account_id=account.id)
    assert acting(session).why is W.REFUSED
    seen(email=who.email)
    assert queries.account_for(session, who.person_id) is None
    said = session.scalars(sa.select(Fact.verb).where(Fact.verb.like("slack.%")).order_by(Fact.seq)).all()
    assert said == ["slack.installed", "slack.linked", "slack.refused"]


def test_a_link_is_good_once_in_time_and_its_secret_is_not_kept(session, seen):
    who, other = make_person(session), make_person(session)
    account = seen()
    secret = service.link_secret(session, at=AT, account_id=account.id)
    assert secret not in session.scalars(sa.select(SlackInvite.digest)).all()
    assert session.get(SlackInvite, digest(secret)) is not None
    with pytest.raises(Invalid):
        service.link(session, actor=who, at=AT + timedelta(hours=1), secret=secret)
    service.link(session, actor=who, at=AT, secret=secret)
    with pytest.raises(Invalid):
        service.link(session, actor=who, at=AT, secret=secret)
    # Two persons never share an account.
    secret = service.link_secret(session, at=AT, account_id=account.id)
    with pytest.raises(Invalid, match="somebody else"):
        service.link(session, actor=other, at=AT, secret=secret)
    assert acting(session).principal.person_id == who.person_id
    with pytest.raises(NotFound):
        service.refuse(session, actor=other, at=AT, account_id=account.id)


def test_the_system_manager_chooses_and_whoever_it_is_may_receive(session, seen):
    manager, who = make_person(session, Role.SYSTEM_MANAGER), make_person(session)
    account, bot = seen(), seen("UB", sort=Sort.BOT)
    with pytest.raises(NotAllowed):
        service.map_account(session, actor=who, at=AT, account_id=account.id, person_id=who.person_id)
    with pytest.raises(Invalid):
        service.map_account(session, actor=manager, at=AT, account_id=bot.id, person_id=who.person_id)
    service.map_account(session, actor=manager, at=AT, account_id=account.id, person_id=who.person_id)
    assert queries.account_for(session, who.person_id).standing is S.MAPPED
    assert acting(session).why is W.NOT_LINKED
    service.unmap(session, actor=manager, at=AT, account_id=account.id)
    assert queries.account_for(session, who.person_id) is None
    # What its person confirmed or took back is not the manager's to choose.
    service.link(session, actor=who, at=AT, secret=service.link_secret(session, at=AT, account_id=account.id))
    with pytest.raises(Invalid):
        service.map_account(session, actor=manager, at=AT, account_id=account.id, person_id=manager.person_id)
    service.refuse(session, actor=who, at=AT, account_id=account.id)
    with pytest.raises(Invalid):
        service.map_account(session, actor=manager, at=AT, account_id=account.id, person_id=who.person_id)


def test_who_is_gone_neither_receives_nor_acts(session, seen):
    who = make_person(session)
    account = seen(email=who.email)
    service.link(session, actor=who, at=AT, secret=service.link_secret(session, at=AT, account_id=account.id))
    seen(sort=Sort.GONE)
    assert (acting(session).why, queries.account_for(session, who.person_id)) == (W.GONE, None)
    seen()
    session.get(Account, who.person_id).disabled_at = AT
    session.flush()
    assert acting(session).why is W.INACTIVE
    session.get(Person, who.person_id).active = False
    session.flush()
    assert queries.account_for(session, who.person_id) is None
    assert acting(session, "U404").why is W.UNKNOWN_ACCOUNT


def test_the_best_of_several_accounts_is_written_to(session, seen, team):
    who = make_person(session)
    other = installs.install(session, actor=None, at=AT, vault=VAULT, given=given("T2"))
    suggested = seen(email=who.email)
    service.see(session, at=AT, slack_team_id=other, profiles=[profile("U2", team_id="T2")])
    second = queries.account_of(session, slack_team_id=other, user_id="U2")
    service.link(session, actor=who, at=AT, secret=service.link_secret(session, at=AT, account_id=second.id))
    assert queries.account_for(session, who.person_id).account_id == second.id
    service.closed(session, at=AT, account_id=second.id, reason="messages_tab_disabled")
    assert queries.account_for(session, who.person_id).account_id == suggested.id
    service.opened(session, account_id=second.id, channel_id="D2")
    installs.died(session, at=AT, slack_team_id=other, code="token_revoked")
    assert queries.account_for(session, who.person_id).account_id == suggested.id
    assert acting(session, "U2", team_id="T2").why is W.UNKNOWN_TEAM


def test_partner_contacts_only_where_their_relationship_allows_it(session, seen):
    relationship = make_relationship(session)
    contact = make_contact(session, relationship)
    account = seen("UX", sort=Sort.EXTERNAL, email=contact.email, team_id="TX")
    assert account.standing is S.UNMATCHED  # no mail address alone
    service.link(
        session, actor=contact, at=AT, secret=service.link_secret(session, at=AT, account_id=account.id)
    )
    assert (acting(session, "UX").why, queries.account_for(session, contact.person_id)) == (W.PARTNER, None)
    session.add(Setting(key=PARTNERS, value=[str(relationship.id)]))
    session.flush()
    assert acting(session, "UX", team_id="TX").principal.partner_id == contact.partner_id
    assert queries.account_for(session, contact.person_id).user_id == "UX"
    other = make_relationship(session)  # lists hold things of both: one that does not allow it keeps them out
    session.add_all(
        [
            RelationshipPartner(relationship_id=other.id, partner_id=contact.partner_id),
            RelationshipMember(
                relationship_id=other.id, person_id=contact.person_id, role=MemberRole.CONTACT, added_at=AT
            ),
        ]
    )
    session.flush()
    assert (acting(session, "UX", team_id="TX").why, queries.account_for(session, contact.person_id)) == (
        W.PARTNER,
        None,
    )
    session.get(Setting, PARTNERS).value = [str(relationship.id), str(other.id)]
    session.flush()
    assert queries.account_for(session, contact.person_id).user_id == "UX"
    inside = make_person(session)
    with pytest.raises(Invalid):
        service.link(
            session, actor=inside, at=AT, secret=service.link_secret(session, at=AT, account_id=account.id)
        )


def test_after_the_whole_directory_was_read_who_is_missing_is_gone(session, seen, team):
    seen("U1")
    seen("U2")
    later = AT + timedelta(hours=6)
    service.see(session, at=later, slack_team_id=team, profiles=[profile("U2")])
    assert service.forget_missing(session, at=later, slack_team_id=team, begun_at=later) == 1
    assert dict(session.execute(sa.select(SlackAccount.user_id, SlackAccount.sort)).all()) == {
        "U1": Sort.GONE,
        "U2": Sort.MEMBER,
    }
