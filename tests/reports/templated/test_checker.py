"""The checker says what is wrong, where, and what was probably meant; and what would be missing."""

import io

import pytest
from docx import Document

from auditapp.audits.report.labels import in_english
from auditapp.config import ROOT
from auditapp.reports.templated.builtin import builtin
from auditapp.reports.templated.chapters import NAMES
from auditapp.reports.templated.checker import check, trial
from auditapp.reports.templated.names import listed, names_page

LOOP = ("{%tr for f in findings %}",), ("{{ f.number }}",), ("{%tr endfor %}",)


def test_the_built_in_template_shows_everything():
    verdict = check(builtin(), in_english())
    assert (verdict.faults, verdict.lacks) == ((), ())
    builtin.cache_clear()
    assert trial(builtin(), in_english()).data == trial(builtin(), in_english()).data


@pytest.mark.parametrize(
    ("blocks", "said", "paragraph"),
    [
        (["Hello", "{{ titel }}"], "There is no titel. Did you mean title?", 2),
        (["{{ conclusion.obstacle }}"], "Did you mean conclusion.obstacles?", 1),
        (["{{ statement }}"], "Did you mean finding.statement?", 1),
        (["{{ quux }}"], "There is no quux. The list of names", 1),
        (["{% for f in findngs %}{{ f.x }}{% endfor %}"], "Did you mean findings?", 1),
        (["a", "{%p for f in findings %}", "{{ f.nummer }}", "{%p endfor %}"], "There is no f.nummer. Did you mean f.number?", 3),
        (["{{ findings }}"], "findings is a list", 1),
        (["{{ findings.number }}"], "findings is a list", 1),
        (["{{ scope }}"], "scope has several values", 1),
        (["{{ title.x }}"], "plain value", 1),
        (["{% for x in title %}{{ x }}{% endfor %}"], "title is no list", 1),
        (["{{ title"], "not closed", 1),
        (["{{ title %}"], "not closed", 1),
        (["{{ title | }}"], "Word cannot be told", 1),
        (["x", "{%p for f in findings %}", "{{ f.number }}"], "never ended", 2),
        (["{%p endif %}"], "ends nothing", 1),
        (["{%p if draft %}", "{%p for f in findings %}", "{%p endif %}", "{%p endfor %}"], "comes before", 3),
        (["{%p if draft %} and more", "{%p endif %}"], "must stand alone in its paragraph", 1),
        (["{%tr for f in findings %}", "{%tr endfor %}"], "belongs into a table", 1),
        ([(("{%tr for f in findings %}", "{{ f.number }}"), ("{%tr endfor %}", ""))], "alone in its row", 1),
        ([(("{% for f in findings %}{{ f.number }}", "{{ f.grade }}{% endfor %}"),)], "{%tr", 1),
        (["{{ title.upper() }}"], "a call is not taken", 1),
        (["{{ title|safe }}"], "The filter safe", 1),
        (["{% set x = 1 %}"], "“set” is not taken", 1),
        (["{{ findings|selectattr('grad', 'equalto', 'major')|list|length }}"], "Did you mean findings.grade", 1),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_place(template, blocks, said, paragraph):
    verdict = check(template(*blocks), in_english())
    assert not verdict.works
    assert any(said in str(fault.text) for fault in verdict.faults), [str(f.text) for f in verdict.faults]
    assert verdict.faults[0].paragraph == paragraph
    assert verdict.faults[0].excerpt


def test_a_mistake_in_the_header_is_said_to_be_there(template):
    fault = check(template("x", header="{{ titl }}"), in_english()).faults[0]
    assert (fault.part, str(fault.text)) == ("header", "There is no titl. Did you mean title?")


def test_a_name_torn_over_runs_is_put_together(template):
    made = Document(io.BytesIO(template("")))
    paragraph = made.add_paragraph()
    for piece in ("{", "{ ti", "tle", " }", "}"):
        paragraph.add_run(piece).bold = piece == "tle"
    out = io.BytesIO()
    made.save(out)
    assert check(out.getvalue(), in_english()).works
    assert "Title of the audit" in str(
        [p.text for p in Document(io.BytesIO(trial(out.getvalue(), in_english()).data)).paragraphs][1]
    )


def test_what_a_template_does_not_show_is_named_and_put_at_the_end(template):
    data = template("{{ title }}", "{{ chapter.findings }}", LOOP, "{{ chapter.exhibits }}")
    verdict = check(data, in_english())
    assert verdict.works
    assert set(NAMES) - set(verdict.lacks) == {"findings", "exhibits"}
    one = template("{{ title }}", *(f"{{{{ chapter.{name} }}}}" for name in NAMES if name != "answers"))
    assert check(one, in_english()).lacks == ("answers",)
    text = [p.text for p in Document(io.BytesIO(trial(one, in_english()).data)).paragraphs]
    assert text.index("Annex A: all answers") > text.index("Annex C: document control")


def test_showing_all_photos_but_one_is_not_showing_the_photos(template):
    shown = [f"{{{{ chapter.{name} }}}}" for name in NAMES if name != "exhibits"]
    loop = ["{%p for x in exhibits %}", "{{ x.ref }} {{ x.kind }} {{ x.caption }} {{ x.name }} {{ x.target }} {{ x.sha256 }} {{ x.original_sha256 }}",
            "{{ x.about }}", "%s{{ x.picture_with_lines }}", "{%p endfor %}"]  # fmt: skip
    whole = template(*shown, *(each.replace("%s", "{{ x.picture }}") for each in loop))
    assert check(whole, in_english()).lacks == ()
    without = template(*shown, *(each.replace("%s", "") for each in loop))
    assert check(without, in_english()).lacks == ("exhibits",)
    first_alone = template(
        *shown, *(each.replace("%s", "{% if loop.first %}{{ x.picture }}{% endif %}") for each in loop)
    )
    assert check(first_alone, in_english()).lacks == ("exhibits",)


def test_every_name_of_the_list_can_be_written(template):
    blocks = []
    for written, known, within in listed():
        if known.kind == "list":
            continue
        loops = []
        many = within
        while many:
            loops.append(many)
            many = next(w for n, _k, w in listed() if n == many)
        text = f"{{{{ {written} }}}}" if known.prints else ""
        for at, many in enumerate(loops):
            one = (written if at == 0 else loops[at - 1]).rsplit(".", 1)[0]
            text = f"{{% for {one} in {many} %}}{text}{{% endfor %}}"
        blocks.append(text)
    verdict = check(template(*(b for b in blocks if "chapter." not in b)), in_english())
    assert verdict.works, [str(f.text) for f in verdict.faults][:5]


def test_the_document_lists_every_name():
    page = (ROOT / "docs/report-templates.md").read_text(encoding="utf-8")
    assert page.endswith(names_page()), "write the list anew: auditapp.reports.templated.names.names_page()"
