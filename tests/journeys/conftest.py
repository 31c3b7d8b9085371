"""A browser, and installations to walk through: an empty one, and the demonstration organization."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.site import Site, copy_of, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives the browser."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def demo(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration organization, served; one for the journeys of a file."""
    with running(copy_of(demonstration, tmp_path_factory.mktemp("site"))) as site:
        yield site


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """An empty installation, served."""
    shutil.copy(sqlite_template, tmp_path / "auditapp.sqlite3")
    with running(tmp_path) as site:
        yield site
