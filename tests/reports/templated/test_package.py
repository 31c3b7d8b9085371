"""Files that are no harmless Word files are refused, each with a word on why."""

import io
import zipfile

import pytest
from docx import Document

from auditapp.kit.errors import Invalid
from auditapp.reports.templated.builtin import builtin
from auditapp.reports.templated.package import opened

DOCUMENT, RELS, TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
SETTINGS = "word/_rels/settings.xml.rels"


def inserted(xml):
    return lambda old: old.replace(b"<w:body>", b"<w:body>" + xml, 1)


def related(kind, target):
    return lambda old: old.replace(
        b"</Relationships>",
        f'<Relationship Id="rIdX" Type="http://x/relationships/{kind}" Target="{target}" TargetMode="External"/></Relationships>'.encode(),
    )


def field(code):
    return inserted(
        b'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + b"".join(b"<w:r><w:instrText>" + part + b"</w:instrText></w:r>" for part in code)
        + b'<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        (TYPES, lambda old: old.replace(b"document.main", b"document.macroEnabled.main"), "macros"),
        ("word/vbaProject.bin", lambda _: b"x", "macros"),
        (TYPES, lambda old: old.replace(b"document.main", b"template.main"), "dotx"),
        (TYPES, lambda old: old.replace(b"wordprocessingml", b"spreadsheetml"), "no Word file"),
        ("word/embeddings/a.bin", lambda _: b"x", "another file"),
        (DOCUMENT, lambda old: b'<!DOCTYPE a [<!ENTITY b "c">]>' + old.split(b"?>", 1)[1], "entities"),
        (
            DOCUMENT,
            lambda old: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + old.split(b"?>", 1)[1],
            "entities",
        ),
        (DOCUMENT, lambda old: old[:-20], "damaged"),
        (DOCUMENT, inserted(b"<w:p><w:r><w:t>" + b"a" * 5_000_000 + b"</w:t></w:r></w:p>"), "too large"),
        (DOCUMENT, inserted(b'<w:altChunk xmlns:r="r" r:id="x"/>'), "another file"),
        (RELS, related("image", "https://example.org/pixel.png"), "pixel.png"),
        (RELS, related("oleObject", "file:///x"), "another one"),
        (RELS, related("hyperlink", "javascript:alert(1)"), "javascript"),
        (DOCUMENT, field([b" INCLUDEPICTURE https://x "]), "INCLUDEPICTURE"),
        (DOCUMENT, field([b" INCLUDE", b"TEXT c:/x "]), "INCLUDETEXT"),
        (DOCUMENT, inserted(b'<w:p><w:fldSimple w:instr="DDEAUTO c:/x"/></w:p>'), "DDEAUTO"),
        (DOCUMENT, field([b" QUOTE {{ title }} "]), "{{ title }}"),
    ],
)
def test_what_runs_fetches_or_hides_is_refused(altered, part, change, said):
    with pytest.raises(Invalid, match=said) as refused:
        opened(altered(builtin(), {part: change}))
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "data", [b"", b"no zip", b"\xd0\xcf\x11\xe0 old", b"PK\x03\x04 cut", b"PK\x05\x06" + b"\0" * 18]
)
def test_what_is_no_word_file_is_refused(data):
    with pytest.raises(Invalid):
        opened(data)


def test_a_bomb_is_not_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        for at in range(4):
            made.writestr(f"word/media/{at}.bin", b"\0" * 15_000_000)
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(Invalid, match="too large"):
        opened(bomb.getvalue())


def test_the_link_to_a_template_elsewhere_is_taken_out(altered):
    empty = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    data = altered(
        builtin(), {SETTINGS: lambda _: related("attachedTemplate", "file:///x/Normal.dotm")(empty)}
    )
    found = opened(data)
    assert "Normal.dotm" in str(found.taken_out[0])
    assert b"Normal.dotm" not in b"".join(
        zipfile.ZipFile(io.BytesIO(found.data)).read(n) for n in (SETTINGS,)
    )
    Document(io.BytesIO(found.data))
    harmless = altered(
        builtin(),
        {
            RELS: related("hyperlink", "https://example.org"),
            DOCUMENT: field([b' HYPERLINK "https://x/link" ']),
        },
    )
    assert opened(harmless).taken_out == ()
