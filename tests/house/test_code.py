"""House rules that no linter knows, checked on the syntax tree."""

import ast
import re
from pathlib import Path

from tests.house.source import ROOT, attributes, calls, python, tracked, tree

APPLICATION = ("auditapp", "bots", "wsgi.py")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# A style sheet is a list that is searched, not a text that is read.
MOST_LINES = dict.fromkeys((".py", ".html", ".js", ".mjs", ".typ"), 400) | {".css": 1100}
CLOCK = Path("auditapp/kit/clock.py")


def test_no_import_inside_a_function():
    found = [
        f"{name}:{inner.lineno}"
        for name in python(*APPLICATION, "bench", "scripts")
        for node in ast.walk(tree(name))
        if isinstance(node, FUNCTIONS)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_no_import_hidden_behind_importlib():
    found = [
        f"{name}:{line} {called}"
        for name in python(*APPLICATION)
        for line, called in calls(name)
        if called in {"importlib.import_module", "import_module", "__import__"}
    ]
    assert found == []


def test_files_stay_short():
    long = {
        str(name): lines
        for name in tracked()
        if (lines := len((ROOT / name).read_bytes().splitlines())) > MOST_LINES.get(name.suffix, lines)
    }
    assert long == {}


def test_only_one_place_commits():
    found = [
        f"{name}:{line} {called}"
        for name in python(*APPLICATION)
        for line, called in calls(name)
        if called.split(".")[-1] == "commit" and name != Path("auditapp/kit/db.py")
    ]
    assert found == []


def test_the_one_place_commits_once():
    here = [called for _, called in calls(Path("auditapp/kit/db.py")) if called.endswith(".commit")]
    assert here == ["db.session.commit"]


def test_only_the_settings_read_the_environment():
    found = [
        f"{name}:{line} {text}"
        for name in python(*APPLICATION)
        for line, text in attributes(name)
        if text in {"os.environ", "os.getenv"} and name != Path("auditapp/config.py")
    ]
    assert found == []


def test_only_the_clock_knows_the_time():
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    found = [
        f"{name}:{line} {called}"
        for name in python(*APPLICATION)
        for line, called in calls(name)
        if ".".join(called.split(".")[-2:]) in clocks and name != CLOCK
    ]
    assert found == []


def test_no_drawer_called_utils():
    drawers = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [str(name) for name in tracked() if {part.split(".")[0] for part in name.parts} & drawers] == []


def test_every_module_says_what_it_is():
    silent = [
        str(name)
        for name in python(*APPLICATION, "migrations", "bench", "scripts")
        if not ast.get_docstring(tree(name))
    ]
    assert silent == []


def browser_session(name):
    """Whether ``session`` in this file is Flask's, the one in the cookie."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "flask"
        and "session" in {one.name for one in node.names}
        for node in tree(name).body
    )


def test_routes_never_look_a_row_up_by_a_bare_id():
    sessions = re.compile(r"(^|\.)(session|current_session\(\)|query)\.(get|get_one|get_or_404)$")
    found = [
        f"{name}:{line} {called}"
        for name in python(*APPLICATION)
        if name.name == "routes.py" or "routes" in name.parts
        for line, called in calls(name)
        if (sessions.search(called) and not browser_session(name)) or called.endswith("_or_404")
    ]
    assert found == []


def test_services_take_the_session_the_actor_and_the_time():
    """A service never asks the web who is there or what time it is; see also the contract 'webless'."""
    found = [
        f"{name}:{line} {called}"
        for name in python("auditapp")
        if name.stem in {"service", "queries", "rules"}
        for line, called in calls(name)
        if called.split(".")[-1] in {"current_session", "current_principal", "now"}
    ]
    assert found == []


def test_no_machine_and_no_registry_is_named():
    # Put together here, so that this file does not find itself.
    names = [
        "files." + "pythonhosted",
        "pypi." + "org/simple",
        "registry." + "npmjs",
        "/opt" + "/pypi",
        "/work" + "/main",
        "/work" + "/shared",
    ]
    found = [
        f"{name}: {word}"
        for name in tracked()
        if name.suffix not in {".png", ".jpg", ".ico", ".webp", ".woff2", ".pdf"}
        for word in names
        if word in (ROOT / name).read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def test_templates_hold_no_inline_script_or_style():
    pattern = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=|\son[a-z]+=|javascript:")
    found = [
        f"{name}:{number}"
        for name in tracked()
        if name.suffix == ".html" and name.parts[0] == "auditapp"
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(re.sub(r"{{.*?}}|{%.*?%}", "", line))
    ]
    assert found == []
