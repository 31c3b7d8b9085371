"""What every test would otherwise pay for again: the routes and templates of each app, and a disk that is waited for.

Nothing here changes what the site does; it only remembers, within this process, what always comes out the same.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.engine import Connection, Dialect, Engine
from werkzeug.routing import Rule

from auditapp.people import passwords

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, where there is one
ROOM = 3 * 1024**3  # bytes that a PostgreSQL with a database for each test may need for a while
KEPT = ("_parts", "_trace", "_converters", "arguments")
BOUND = ("_build", "_build_unknown")

_rules: dict[Any, dict[str, Any]] = {}
_templates: dict[tuple[str, str], Any] = {}
_dialects: dict[str, tuple[Dialect, Any]] = {}
_compile = Rule.compile


def _remembered(self: Rule) -> None:
    """What matches and makes the address of a rule: it hangs on the rule's text, and took most of create_app's time."""
    if self.defaults or self.subdomain or self.host or self.arguments:
        _compile(self)
        return
    key = (self.rule, self.merge_slashes, tuple(sorted(self.map.converters)))
    if key not in _rules:
        _compile(self)
        _rules[key] = {name: value for name, value in vars(self).items() if name in KEPT} | {
            name: getattr(self, name).__func__ for name in BOUND
        }
        return
    for name in KEPT:
        setattr(self, name, _rules[key][name])
    for name in BOUND:
        setattr(self, name, _rules[key][name].__get__(self, None))


class Templates(BytecodeCache):
    """Compiled templates, kept while the process lives; the checksum tells when a file has changed."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before."""
        bucket.code = _templates.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        _templates[bucket.key, bucket.checksum] = bucket.code


def remember_routes() -> None:
    """Compile each route once in this process, however many apps are built."""
    Rule.compile = _remembered  # type: ignore[method-assign]


def quicken(app: Flask, engine: Engine) -> None:
    """Compile each template once in this process, and do not wait for the disk: no test cuts its own power."""
    app.jinja_env.bytecode_cache = Templates()
    name = engine.dialect.name
    if name in _dialects:
        engine.dialect, engine._compiled_cache = _dialects[name]
    else:
        sa.event.listen(engine, "engine_connect", _keep)
    if name == "sqlite":
        sa.event.listen(engine, "connect", _do_not_wait)


def _keep(connection: Connection) -> None:
    """The first engine that is connected lends what it knows of its database, and its compiled statements, to the next."""
    _dialects.setdefault(connection.dialect.name, (connection.dialect, connection.engine._compiled_cache))


def _do_not_wait(connection: Any, record: object) -> None:
    del record
    connection.execute("PRAGMA synchronous=OFF").close()


def hash_cheaply() -> None:
    """Passwords of the tests are hashed by the same library in a hundredth of the time."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def folder(prefix: str) -> Path:
    """A new folder with a short name, in memory where there is room: a socket's path is limited to 107 bytes."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None))
