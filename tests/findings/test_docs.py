"""docs/dev/life-of-a-nonconformity.md is what the rules say."""

from auditapp.findings.rules.action import ActionVerb
from auditapp.findings.rules.document import life_page
from auditapp.findings.rules.nonconformity import STATUS_LABELS, NcVerb
from tests.house.source import ROOT


def test_the_page_is_the_rules():
    written = (ROOT / "docs/dev/life-of-a-nonconformity.md").read_text(encoding="utf-8")
    assert written == life_page(), "write it anew: .venv/bin/auditapp states document"


def test_the_page_names_every_status_and_verb():
    page = life_page()
    assert [label for label in STATUS_LABELS.values() if str(label) not in page] == []
    rows = {line.split(" | ")[0].strip("| ") for line in page.splitlines() if line.startswith("| ")}
    assert {verb.value.replace("_", " ") for verb in (*NcVerb, *ActionVerb)} - rows == set()
