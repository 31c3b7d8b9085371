"""A person of each role follows every link of the demonstration: no dead end, no text that nobody translated."""

import re
from collections import Counter

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from auditapp.kit.clock import now
from auditapp.kit.db import db
from auditapp.kit.orm import Base, Json
from auditapp.overview.demo.service import load_demonstration
from auditapp.people.model import Person, RoleGrant
from auditapp.people.queries import principal_of_person
from auditapp.people.rules import Role
from tests.crawl import crawl
from tests.house.source import ROOT

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
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
KEYS = {  # columns that hold no words for people
    "ref", "key", "library_key", "edition", "locale", "zone", "country", "subdivision", "email", "digest", "password_hash",
    "sha256", "preview_sha256", "media_type", "section", "stage", "scope", "theme", "address", "agent", "series", "field",
    "chosen", "number", "salt", "hash", "language", "format",
}  # fmt: skip
# Words that are the same in every language, or are no words.
ALIKE = re.compile(
    r"\b(auditapp|ISO|BS|IEC|HLS|PDF|CSV|YAML|JSON|SHA|UTC|GMT|RMP|SER|URL|HEIC|JPEG|PNG|DOCX|XLSX|kB|MB|GB|px|Slack|Python|Pico|CSS|"
    r"[A-Z]{1,4}(-\d+)+(-\w+)*|[0-9a-f]{8,}|[\w.+-]+@[\w.-]+|https?://\S+|/[\w/.<>-]+|\w+(-\w+)+:\w+)\b"
)


@pytest.fixture
def demonstration(app, unit):
    """The demonstration organization; gives one person of each role."""
    unit(lambda s: load_demonstration(s, app.extensions["auditapp_store"], at=now()))

    def people(session):
        found = {}
        for role in Role:
            grant = session.scalars(
                sa.select(RoleGrant)
                .join(Person, Person.id == RoleGrant.person_id)
                .where(RoleGrant.role == role, Person.active)
            ).first()
            found[role] = principal_of_person(session, grant.person_id) if grant else None
        return found

    return unit(people, "read")


@on_sqlite
@pytest.mark.parametrize("role", Role)
def test_every_link_leads_somewhere(app, demonstration, client_of, role):
    who = demonstration[role]
    assert who is not None, "the demonstration has somebody in every role"
    wrong, opened = [], 0
    for address, _, came_from, response, page in crawl(app, client_of(who)):
        opened += 1
        if response.status_code >= 400:
            wrong.append(f"{response.status_code} {address} (on {came_from})")
        doubled = [name for name, times in Counter(page.ids if page else ()).items() if times > 1]
        wrong += [f"id {name!r} twice on {address}" for name in doubled]
    assert wrong == []
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


def disguise(session):
    """Put every word that people entered into letters of its own; gives the values that had to stay."""
    known = set()
    for table in Base.metadata.sorted_tables:
        if table.name.startswith("trail_"):
            known.update(session.scalars(sa.select(table.c.thing_ref)) if "thing_ref" in table.c else ())
            continue
        keys = list(table.primary_key.columns)
        for row in session.execute(sa.select(table)).all():
            values = {}
            for column in table.columns:
                value = row._mapping[column]
                if isinstance(column.type, sa.Enum) or value is None:
                    continue
                if isinstance(column.type, Json):
                    values[column.name] = disguised(value, known)
                elif isinstance(column.type, sa.String) and (
                    column.name in KEYS or column.primary_key or column.foreign_keys
                ):
                    known.add(value)
                elif isinstance(column.type, sa.String):
                    values[column.name] = value.translate(DATA)
            if values:
                session.execute(
                    sa.update(table).where(*(key == row._mapping[key] for key in keys)).values(values)
                )
    session.execute(sa.update(Person).values(locale=PSEUDO))
    return {value for value in known if re.search(r"[A-Za-z]{2}", value)}


@on_sqlite
def test_no_text_is_left_untranslated(app, demonstration, unit, client_of, tmp_path):
    assert catalog_of_everything(tmp_path / "translations") > 100
    known = sorted(unit(disguise), key=len, reverse=True)
    values = re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in known))
    app.extensions["babel"].translation_directories = [str(tmp_path / "translations")]
    left = {}
    for role in Role:
        if demonstration[role] is None:
            continue
        who = unit(lambda s, who=demonstration[role]: principal_of_person(s, who.person_id), "read")
        for address, endpoint, _, _, page in crawl(app, client_of(who), per_endpoint=2):
            if endpoint == "shell.style":
                continue  # made-up content
            for text in page.texts if page else ():
                rest = ALIKE.sub("", values.sub("", text))
                if re.search(r"[A-Za-z]{2}", rest):
                    left.setdefault(text[:100], f"{endpoint} {address}")
    with app.app_context():
        db.engine.dispose()
    assert left == {}
