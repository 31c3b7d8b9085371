"""The pages of the shell, and the rules that every template keeps."""

import re

import pytest

from tests.house.source import ROOT

EXEMPT = {
    "answering"
}  # the signed token in their address is the secret; a mail program's one press brings no other

SHELL = ROOT / "auditapp/shell"
TEMPLATES = sorted((ROOT / "auditapp").rglob("templates/**/*.html"))


def test_every_component_stands_on_the_style_page(client_of):
    page = client_of(None).get("/style")
    assert page.status_code == 200
    source = (SHELL / "templates/shell/style.html").read_text()
    parts = {path.name for path in (SHELL / "templates/parts").glob("*.html")}
    assert parts - set(re.findall(r'from "parts/([a-z_]+\.html)"', source)) == set()


@pytest.mark.parametrize(
    "path", sorted((SHELL / "templates/parts").glob("*.html")), ids=lambda path: path.name
)
def test_every_component_says_how_it_is_used(path):
    text = path.read_text()
    for name in re.findall(r"{% macro ([a-z]\w*)\(", text):
        assert f"{name}(" in "".join(re.findall(r"{#.*?#}", text, re.DOTALL)), name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_in_a_template_needs_a_looser_content_policy(path):
    text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(src|href)=[\"']https?:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_changes_something_is_protected(path):
    text = path.read_text()
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
        assert "csrf" in form or "hidden_tag" in form or path.parent.name in EXEMPT


def test_icons_that_are_named_are_in_the_sprite():
    sprite = (SHELL / "static/vendor/icons.svg").read_text()
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""\bicon\(["']([a-z0-9-]+)["']\)""", path.read_text())
    }
    named |= {
        name
        for path in TEMPLATES
        for name in re.findall(r"""\bicon=["']([a-z0-9-]+)["']""", path.read_text())
    }
    assert {name for name in named if f'id="{name}"' not in sprite} == set()


def test_the_choice_of_dark_is_kept_and_goes_back(client_of):
    client = client_of(None)
    answer = client.post("/theme", data={"theme": "dark", "next": "/style?"})
    assert (answer.status_code, answer.location) == (302, "/style")
    assert 'data-theme="dark"' in client.get("/style").text
    client.post("/theme", data={"theme": "auto", "next": "/style"})
    assert "data-theme" not in client.get("/style").text


@pytest.mark.parametrize(
    "elsewhere",
    ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)", ""],
)
def test_the_choice_of_dark_never_leads_to_another_site(client_of, elsewhere):
    answer = client_of(None).post("/theme", data={"theme": "dark", "next": elsewhere})
    assert answer.location == "/"


def test_an_unknown_choice_is_as_the_device(client_of):
    client = client_of(None)
    client.post("/theme", data={"theme": '"><script>'})
    assert "data-theme" not in client.get("/style").text


def test_monitors_and_browsers_are_answered(client_of):
    client = client_of(None)
    assert client.get("/healthz").data == b"ok\n"
    with client.get("/favicon.ico") as answer:
        assert answer.mimetype == "image/png"


def test_static_files_may_be_kept_because_their_address_changes_with_them(client_of):
    client = client_of(None)
    address = re.search(r'href="([^"]*/[0-9a-f]{12}/css/tokens\.css)"', client.get("/style").text).group(1)
    with client.get(address) as answer:
        assert answer.status_code == 200
        assert answer.cache_control.max_age == 31_536_000
    older = re.sub(r"/[0-9a-f]{12}/", "/000000000000/", address)
    with client.get(older) as answer:
        assert answer.status_code == 200
        assert not answer.cache_control.max_age


def test_a_page_that_is_not_there_says_so(client_of):
    answer = client_of(None).get("/no-such-place")
    assert answer.status_code == 404
    assert "<h1>Not found</h1>" in answer.text
