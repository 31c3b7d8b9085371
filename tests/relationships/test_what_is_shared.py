"""A partner's contact tries every address that exists, and presses every button: nothing internal, nothing of others, comes back.

Everything internal and everything of other relationships is marked in the demonstration's own database, in every text
column there is, so a room that is added later is covered without a line here. The system manager's way through the
site gives the addresses and the forms, with real numbers in them.
"""

import io
import re
import shutil
import zipfile
from collections import Counter

import pypdf
import pytest
import sqlalchemy as sa

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, mode, run_unit
from auditapp.kit.orm import Base
from auditapp.people.guards import cookie_name
from auditapp.people.model import Person
from auditapp.people.queries import principal_of_person
from auditapp.people.service import begin_sign_in
from auditapp.relationships.model import Relationship
from auditapp.relationships.queries import visible_relationships
from auditapp.relationships.rules import Sharing
from tests.conftest import build, settings_for
from tests.crawl import crawl

INNER, FOREIGN = "⟪inner⟫", "⟪foreign⟫"
LEFT_ALONE = {"trail_fact", "trail_personal", "audit_report", "relationship_partner", "obligation_rule"}
NO_WORDS = re.compile(
    r"^(ref|key|.*_kind|.*_ref|.*_hash|sha256|.*_type|zone|country|subdivision|digest|url|slot|subject|extra|unit|clause.*|question|"
    r"bs|iso|criterion|role|edition|wording|file_name|locale|theme|series|segment)$"
)
CONTACT = "Wes Willow"
MANAGER = "Ada Alder"
PER_ENDPOINT, MOST = 8, 1600


def words_of(table):
    """The columns that hold what people wrote."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, sa.String)
        and not isinstance(column.type, sa.Enum)
        and not (column.primary_key or column.foreign_keys or column.unique or NO_WORDS.match(column.name))
        and (column.type.length or 999) >= 80
    ]


def written_by(table, partner_id):
    """Conditions on rows that are the contact's own side's: what a party keeps to itself, it reads itself."""
    if "party_id" in table.c:
        yield table.c.party_id.is_not_distinct_from(partner_id)
    for key in table.foreign_keys:
        other = key.column.table
        if "party_id" in other.c and other is not table:
            yield sa.and_(
                key.parent.is_not(None),
                key.parent.in_(sa.select(key.column).where(other.c.party_id == partner_id)),
            )


def mark(session, contact):
    """Mark what is not for the contact; gives how many rows of each kind."""
    seen = set(session.scalars(visible_relationships(contact).with_only_columns(Relationship.id)))
    counts = Counter()
    for table in Base.metadata.sorted_tables:
        words = words_of(table)
        if table.name in LEFT_ALONE or not words:
            continue
        where = table.c.get("id" if table.name == "relationship" else "relationship_id")
        if where is not None:
            counts[FOREIGN] += session.execute(
                sa.update(table)
                .where(where.not_in(seen))
                .values({column: sa.cast(FOREIGN, sa.String) + column for column in words})
            ).rowcount
        if "sharing" in table.c:
            inner = table.c.sharing == Sharing.INTERNAL
            if where is not None:
                inner &= where.in_(seen)
            for theirs in written_by(table, contact.partner_id):
                inner &= ~theirs
            counts[INNER] += session.execute(
                sa.update(table)
                .where(inner)
                .values({column: sa.cast(INNER, sa.String) + column for column in words})
            ).rowcount
    return counts


def marked_rows(session):
    """Every marked row as it stands."""
    found = {}
    for table in Base.metadata.sorted_tables:
        words = words_of(table)
        if table.name in LEFT_ALONE or not words:
            continue
        marked = sa.or_(*(column.contains(one) for column in words for one in (INNER, FOREIGN)))
        found[table.name] = sorted(
            str(dict(row._mapping)) for row in session.execute(sa.select(table).where(marked))
        )
    return found


def in_words(response):
    """What can be read in an answer, whatever its kind."""
    data = response.get_data()
    response.close()
    if data.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return data.decode("utf-8", "replace")


def around(mark, text):
    """Where a mark stands in a text."""
    at = text.index(mark)
    return " ".join(text[max(0, at - 120) : at + 160].split())


def forms_of(text):
    """(address, hidden fields) of the forms on a page that change something."""
    for form in re.findall(r'<form\b[^>]*method="post"[^>]*>.*?</form>', text, re.DOTALL):
        action = re.search(r'action="([^"]+)"', form)
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        names = re.findall(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"', form)
        if action:
            yield (
                action[1].replace("&amp;", "&"),
                {name: fields.get(name, "written by the contact") for name in names},
            )


@pytest.fixture(scope="module")
def marked(demonstration, tmp_path_factory):
    """The demonstration with everything marked that is not for the contact."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copytree(demonstration, folder, dirs_exist_ok=True)
    app = build(settings_for(folder))
    with app.app_context():

        def work():
            session = current_session()
            contact = session.scalars(sa.select(Person.id).where(Person.name == CONTACT)).one()
            return mark(session, principal_of_person(session, contact))

        counts = run_unit(work, "write")
        db.session.remove()
    assert counts[INNER] > 40
    assert counts[FOREIGN] > 400
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def browser_of(app, name):
    client = app.test_client()
    with app.app_context():

        def sign_in():
            session = current_session()
            person_id = session.scalars(sa.select(Person.id).where(Person.name == name)).one()
            return begin_sign_in(session, person_id=person_id, at=now(), days=1, address="", agent="test")

        client.set_cookie(cookie_name(), run_unit(sign_in, "write"), domain="localhost")
    return client


@pytest.fixture(scope="module")
def everything(marked):
    """The addresses and forms that the system manager comes upon."""
    addresses, forms = [], {}
    for address, endpoint, _, response, page in crawl(
        marked, browser_of(marked, MANAGER), per_endpoint=PER_ENDPOINT, most=MOST
    ):
        addresses.append((endpoint, address))
        if page is not None:
            for target, fields in forms_of(response.get_data(as_text=True)):
                forms.setdefault(target, fields)
    return addresses, forms


def test_no_address_gives_a_contact_what_is_internal_or_of_others(marked, everything):
    browser = browser_of(marked, CONTACT)
    leaks, answered = [], Counter()
    for endpoint, address in everything[0]:
        response = browser.get(address)
        answered[response.status_code] += 1
        text = in_words(response)
        leaks += [f"{address} ({endpoint}): {around(one, text)}" for one in (INNER, FOREIGN) if one in text]
    assert leaks == [], "\n".join(leaks)
    rooms = {endpoint.partition(".")[0] for endpoint, _ in everything[0]}
    assert rooms >= {
        "rmp", "issues", "exits", "objectives", "risks", "ideas", "lessons", "meetings", "joint_actions", "documents",
        "health", "contacts", "dossier", "lifecycle", "obligations", "certification", "communications", "behaviours",
    }  # fmt: skip
    assert answered[200] > 30
    assert answered[403] + answered[404] > 300


def test_the_contacts_own_way_through_the_site_meets_neither(marked):
    leaks, opened = [], 0
    for address, endpoint, _, response, _page in crawl(
        marked, browser_of(marked, CONTACT), per_endpoint=PER_ENDPOINT, most=MOST
    ):
        opened += 1
        assert response.status_code < 400, address
        if response.mimetype == "text/html":
            text = response.get_data(as_text=True)
            leaks += [
                f"{address} ({endpoint}): {around(one, text)}" for one in (INNER, FOREIGN) if one in text
            ]
    assert leaks == [], "\n".join(leaks)
    assert opened > 25


def test_no_button_changes_what_is_internal_or_of_others(marked, everything):
    browser = browser_of(marked, CONTACT)
    with marked.app_context(), mode("read"):
        before = marked_rows(current_session())
        db.session.remove()
    answered = Counter()
    for address, fields in everything[1].items():
        if address.startswith(("/people/sign-out", "/theme", "/me")):
            continue
        response = browser.post(address, data=fields)
        answered[response.status_code] += 1
        text = in_words(response)
        assert INNER not in text, address
        assert FOREIGN not in text, address
    with marked.app_context(), mode("read"):
        assert marked_rows(current_session()) == before
        db.session.remove()
    assert answered[403] + answered[404] > 150
