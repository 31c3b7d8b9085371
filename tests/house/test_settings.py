"""docs/settings.md is what the class says."""

from auditapp.config import Settings, settings_page
from tests.house.source import ROOT


def test_every_setting_says_what_it_is():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_page_is_the_class():
    written = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert written == settings_page(), "write it anew: .venv/bin/auditapp config document"
