"""The short form of `make soak`: the real server is killed five times while it saves answers and photos."""

import random

import pytest

from bench.stage import site
from scripts.soak_kill import soak

KILLS = 5


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_was_acknowledged_outlives_the_server(kind):
    random.seed(7)
    with site(kind) as app:
        ledger, found = soak(app, KILLS if kind == "sqlite" else 2, say=False)
    assert found == []
    assert ledger.answers > 0
    assert ledger.photos
