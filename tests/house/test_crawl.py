"""A person of each role follows every link of the demonstration: no dead end, no text that nobody translated."""

import json
import re
import shutil
from collections import Counter

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, run_unit
from auditapp.kit.orm import Base, Json
from auditapp.people.guards import cookie_name
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from auditapp.people.service import begin_sign_in
from auditapp.relationships.rules import Kind
from tests.conftest import build, settings_for
from tests.crawl import crawl
from tests.house.source import ROOT

# A locale that is not shipped, and whose own dates have no Latin letter in them.
PSEUDO = "ka"
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "àƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻⱮÑÖÞǪŔŠŢÛṼŴẊÝŽ",
)
DATA = str.maketrans(
    {**{chr(97 + n): chr(0x10D0 + n) for n in range(26)}, **{chr(65 + n): chr(0x10D0 + n) for n in range(26)}}
)
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&\w+;|\{\w*\})")
FROZEN = {
    "trail_fact",
    "trail_personal",
    "audit_report",
    "management_review_paper",
    # the database refuses a change of those above, and a hash would tell; these the machine keeps for itself
    "notice",
    "reminder_run",
    "reminder_step",
    "outbox_message",
    "outbox_attempt",
    "outbox_channel",
    "job_mark",
    "feed_event",
}
KEYS = {  # columns that hold no words for people
    "ref", "key", "library_key", "edition", "locale", "zone", "country", "subdivision", "email", "digest", "password_hash",
    "sha256", "preview_sha256", "media_type", "section", "stage", "scope", "theme", "address", "agent", "series", "field",
    "chosen", "number", "salt", "hash", "language", "format", "url", "subject", "extra", "thing_kind",
}  # fmt: skip
# Words that are the same in every language, or are no words.
ALIKE = re.compile(
    r"\b(auditapp|ISO|BS|IEC|HLS|PDF|CSV|YAML|JSON|SHA|UTC|GMT|RMP|SER|URL|HEIC|JPEG|PNG|DOCX|XLSX|kB|MB|GB|px|Slack|Python|Pico|CSS|"
    r"(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[\w /+-]+|English|"
    r"[A-Z]{1,4}(-\d+)+(-\w+)*|[0-9a-f]{8,}|[\w.+-]+@[\w.-]+|https?://\S+|/[\w/.<>-]+|\w+(-\w+)+:\w+)\b"
)


@pytest.fixture
def site(demonstration, tmp_path):
    """The site on its own copy of the demonstration."""
    shutil.copytree(demonstration, tmp_path / "site")
    app = build(settings_for(tmp_path / "site"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def unit_of(app, work, kind="write"):
    with app.app_context():
        return run_unit(lambda: work(current_session()), kind)


def somebody(session, role):
    """One active person who holds the role."""
    person_id = session.scalar(
        sa.select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == role, Person.active)
        .order_by(Person.email)
    )
    assert person_id is not None, "the demonstration has somebody in every role"
    return principal_of_person(session, person_id)


def browser_of(app, role):
    """A signed-in browser of somebody with the role."""

    def sign_in(session):
        who = somebody(session, role)
        return begin_sign_in(session, person_id=who.person_id, at=now(), days=1, address="", agent="test")

    client = app.test_client()
    secret = unit_of(app, sign_in)
    with app.app_context():
        client.set_cookie(cookie_name(), secret, domain="localhost")
    return client


@pytest.mark.parametrize("role", Role)
def test_every_link_leads_somewhere(site, role):
    wrong, opened = [], 0
    for address, _, came_from, response, page in crawl(site, browser_of(site, role), per_endpoint=2):
        opened += 1
        if response.status_code >= 400:
            wrong.append(f"{response.status_code} {address} (on {came_from})")
        doubled = [name for name, times in Counter(page.ids if page else ()).items() if times > 1]
        wrong += [f"id {name!r} twice on {address}" for name in doubled]
    assert wrong == [], "\n".join(wrong)
    assert opened > 1


def pseudo(text):
    """The text in letters with marks, in brackets; placeholders stay."""
    return (
        "⟦"
        + "".join(part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in KEPT.split(text))
        + "⟧"
    )


def catalog_of_everything(folder):
    """A compiled catalogue of every text that the code and the templates mark."""
    catalog = Catalog(locale=PSEUDO)
    keywords = {
        "_": None,
        "_l": None,
        "gettext": None,
        "lazy_gettext": None,
        "ngettext": (1, 2),
        "Text": None,
        "pgettext": ((1, "c"), 2),
    }
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    for message in extract_from_dir(ROOT / "auditapp", methods, {"**": {}}, keywords=keywords):
        _, _, found, _, context = message
        if isinstance(found, tuple):
            catalog.add(found, tuple(pseudo(text) for text in found[: catalog.num_plurals]), context=context)
        elif found:
            catalog.add(found, pseudo(found), context=context)
    target = folder / PSEUDO / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    return len(catalog)


def everything_in(value, known):
    """Every text in a value, in JSON too, goes to ``known``."""
    if isinstance(value, str) and value.startswith(("{", "[")) and value.endswith(("}", "]")):
        everything_in(json.loads(value), known)
    elif isinstance(value, str):
        known.add(" ".join(value.split()))
    elif isinstance(value, list):
        for each in value:
            everything_in(each, known)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key != "msgid":  # a text of ours, kept to be translated for whoever reads it
                everything_in(each, known)


def disguised(value, known):
    """What stands in the database, in letters that no translation uses; what must stay as it is goes to ``known``."""
    if isinstance(value, str):
        if " " in value:
            return value.translate(DATA)
        known.add(value)
        return value
    if isinstance(value, list):
        return [disguised(each, known) for each in value]
    if isinstance(value, dict):
        return {key: disguised(each, known) for key, each in value.items()}
    return value


def disguised_row(table, row, known):
    """The columns of a row that hold words, disguised."""
    values = {}
    for column in table.columns:
        value = row._mapping[column]
        if isinstance(column.type, sa.Enum) or value is None:
            continue
        if isinstance(column.type, Json):
            values[column.name] = disguised(value, known)
        elif not isinstance(column.type, sa.String):
            continue
        elif (table.name, column.name) == (
            "audit_operation",
            "text",
        ):  # JSON, kept as the text that was hashed
            values[column.name] = json.dumps(disguised(json.loads(value), known))
        elif (
            (table.name, column.name) == ("audit_operation", "kind")
            or column.name in KEYS
            or column.primary_key
            or column.foreign_keys
        ):
            known.add(value)
        else:
            values[column.name] = value.translate(DATA)
    return values


def disguise(session):
    """Put every word that people entered into letters of its own; gives the values that had to stay."""
    known, spoken = set(), set()
    for table in Base.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        for row in session.execute(sa.select(table)).all():
            if table.name in FROZEN:
                everything_in(list(row), known)
                continue
            everything_in(list(row), spoken)
            if values := disguised_row(table, row, known):
                session.execute(
                    sa.update(table).where(*(key == row._mapping[key] for key in keys)).values(values)
                )
    session.execute(sa.update(Person).values(locale=PSEUDO))
    # Pages may also hold what was read before the disguise and kept in memory: frozen questions, released editions.
    known |= {value for value in spoken if " " in value}
    return {value for value in known if re.search(r"[A-Za-z]{2}", value)}


def one_of(words):
    """A pattern for the longest of the words that fits, by their first letters: thousands side by side take minutes."""
    by_letter = {}
    for word in words:
        by_letter.setdefault(word[:1], set()).add(word[1:])
    if "" in by_letter:
        del by_letter[""]
        end = "?"
    else:
        end = ""
    branches = []
    for letter, rests in sorted(by_letter.items()):
        rest = one_of(rests) if len(rests) > 1 else re.escape(next(iter(rests)))
        branches.append(re.escape(letter) + rest)
    return f"(?:{'|'.join(branches)}){end}"


def test_no_text_is_left_untranslated(site, tmp_path):
    assert catalog_of_everything(tmp_path / "translations") > 1000
    known = unit_of(site, disguise) | {", ".join(Kind)}  # what the columns of a CSV file hold
    words = {value for value in known if " " not in value and len(value) < 60}
    values = re.compile(rf"(?<!\w){one_of(words)}(?!\w)")
    phrases = sorted((value for value in known if " " in value), key=len, reverse=True)
    site.extensions["babel"].translation_directories = [str(tmp_path / "translations")]
    left, opened, judged = {}, set(), set(known)
    for role in (Role.SYSTEM_MANAGER, Role.PROGRAMME_MANAGER, Role.AUDITOR, Role.PARTNER_CONTACT):
        for address, endpoint, _, _, page in crawl(site, browser_of(site, role), per_endpoint=1):
            opened.add(endpoint)
            for text in set(page.texts) - judged if page and endpoint != "shell.style" else ():
                judged.add(text)  # most of a page stands on the others too
                rest = text
                if re.search(r"[A-Za-z]{2}", ALIKE.sub("", values.sub("", rest))):
                    for phrase in phrases:
                        rest = rest.replace(phrase, " ") if phrase in rest else rest
                    if text.endswith("…") and any(phrase.startswith(text[:-1]) for phrase in phrases):
                        continue  # a question's first words, in the list beside the walk
                if re.search(r"[A-Za-z]{2}", ALIKE.sub("", values.sub("", rest))):
                    left.setdefault(text[:100], f"{endpoint} {address}")
    assert left == {}
    assert len(opened) > 30
