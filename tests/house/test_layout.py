"""Every feature stands in the contract of rooms, and holds the same file names."""

import configparser

from tests.house.source import ROOT, python

OWN_SHAPE = {
    "auditapp.shell": "no feature: what every page stands on",
    "auditapp.overview.demo": "one long story, told in files by subject",
}
FEATURE_FILES = {"routes", "forms", "service", "queries", "rules", "model"}


def ladders():
    """The contracts of layers that look inside packages, by name."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return {name: parser[name] for name in parser.sections() if "containers" in parser[name]}


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def features():
    """Every package with at least one of a feature's files in it."""
    return {
        ".".join(name.parent.parts)
        for name in python("auditapp")
        if name.stem in FEATURE_FILES and len(name.parts) > 2
    }


def test_every_feature_is_in_a_contract_of_layers():
    covered = {container for ladder in ladders().values() for container in lines(ladder["containers"])}
    assert features() - covered - set(OWN_SHAPE) == set()


def test_no_contract_of_layers_leaves_anything_out():
    assert [name for name, ladder in ladders().items() if ladder["exhaustive"] != "True"] == []


def test_the_top_is_what_the_design_says():
    design = {
        "app", "cli", "overview", "reports", "feeds", "reminders", "findings", "audits", "relationships",
        "checklists", "people", "trail", "shell", "kit", "config", "navigation", "rooms", "api",
    }  # fmt: skip
    here = {name.parts[1].removesuffix(".py") for name in python("auditapp")} - {"__init__"}
    assert here - design == set()
