"""The vendored front-end files are the ones whose checksums were written down, with their licences."""

import hashlib
import json

import pytest

from tests.house.source import ROOT

FOLDERS = ("auditapp/shell/static/vendor", "tests/vendor")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_the_checksum_that_was_written_down(folder):
    packages = json.loads((ROOT / folder / "VENDOR.json").read_text())["packages"]
    files = {name: mark for package in packages for name, mark in package["files"].items()}
    here = {path.name for path in (ROOT / folder).iterdir()} - {"VENDOR.json"}
    assert here == set(files)
    assert {name: hashlib.sha256((ROOT / folder / name).read_bytes()).hexdigest() for name in files} == files


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_package_has_its_version_licence_and_reason(folder):
    for package in json.loads((ROOT / folder / "VENDOR.json").read_text())["packages"]:
        assert package["version"]
        assert package["licence"]
        assert package["why"]
        assert any("LICENSE" in name for name in package["files"])
