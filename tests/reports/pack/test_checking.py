"""What proves a pack: whatever is done to the file is found, and named where it can be."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.kit.errors import Invalid
from auditapp.reports.pack.checking import FaultKind, check
from auditapp.reports.pack.manifest import NAME, Entry, Manifest, Withheld, path_of, read, safe_path
from auditapp.reports.pack.zipping import Packer, info_of

FILES = {
    "reports/readiness.pdf": b"%PDF-1.7 one",
    "documents/DOC-1-v1-Policy.txt": b"a policy",
    "index.html": b"<p>",
}


def a_pack(files=FILES, said=FILES):
    """A pack that holds ``files`` and says that it holds ``said``; and its manifest."""
    entries = tuple(
        Entry(
            path=path,
            title=path,
            group="g",
            source="s",
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        for path, data in said.items()
    )
    made = Manifest(
        ref="EP-2026-001", title="Stage 2", organization="Us", standard="ISO 44001:2017",
        as_of=datetime(2026, 5, 1, 9, tzinfo=UTC), trail=(7, "f" * 64), entries=entries,
        withheld=(Withheld(title="Contract", why="Confidential"),),
    )  # fmt: skip
    target = io.BytesIO()
    packer = Packer(target)
    for path, data in files.items():
        packer.add(path, io.BytesIO(data), len(data))
    packer.add(NAME, io.BytesIO(made.to_bytes()), len(made.to_bytes()))
    packer.close()
    return target.getvalue(), made


WHOLE, MADE = a_pack()


def kinds(data, **more):
    return [(one.kind, one.path) for one in check(io.BytesIO(data), **more).faults]


def test_a_pack_as_it_was_made_is_whole():
    found = check(io.BytesIO(WHOLE), manifest_sha256=MADE.sha256.upper())
    assert found.whole
    assert found.manifest == MADE
    assert a_pack()[0] == WHOLE


def test_another_manifest_than_the_site_shows_is_told():
    assert kinds(WHOLE, manifest_sha256="0" * 64) == [(FaultKind.MANIFEST, NAME)]


@given(place=st.integers(0, len(WHOLE) - 1), change=st.integers(1, 255))
def test_no_byte_of_the_file_can_change_unseen(place, change):
    data = bytearray(WHOLE)
    data[place] ^= change
    assert not check(io.BytesIO(bytes(data))).whole


@pytest.mark.parametrize("change", [1, 2, 4, 8, 16, 32, 64, 128, 255])
def test_no_byte_of_its_end_can_change_unseen(change):
    """Where the zip says how long its parts are: a wrong length may lead beyond the end of the file."""
    for place in range(WHOLE.index(b"PK\x01\x02"), len(WHOLE)):
        data = bytearray(WHOLE)
        data[place] ^= change
        assert not check(io.BytesIO(bytes(data))).whole, place


@given(cut=st.integers(0, len(WHOLE) - 1))
def test_a_file_that_was_cut_is_none(cut):
    assert not check(io.BytesIO(WHOLE[:cut])).whole


@pytest.mark.parametrize("more", [b"x", b"\0" * 100])
def test_nothing_can_stand_before_or_after_it(more):
    assert not check(io.BytesIO(WHOLE + more)).whole
    assert not check(io.BytesIO(more + WHOLE)).whole


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_is_missing_changed_or_named_otherwise_is_named(path):
    rest = {key: data for key, data in FILES.items() if key != path}
    assert kinds(a_pack(rest)[0]) == [(FaultKind.MISSING, path)]
    assert kinds(a_pack(rest | {path: FILES[path][:-1] + b"!"})[0]) == [(FaultKind.CHANGED, path)]
    assert kinds(a_pack(rest | {path: FILES[path] + b"!"})[0]) == [(FaultKind.CHANGED, path)]
    assert kinds(a_pack(rest | {"other.txt": FILES[path]})[0]) == [
        (FaultKind.EXTRA, "other.txt"),
        (FaultKind.MISSING, path),
    ]


def test_a_file_that_nobody_put_in_is_named():
    assert kinds(a_pack({**FILES, "../../etc/passwd": b"root"})[0]) == [(FaultKind.EXTRA, "../../etc/passwd")]


def test_a_file_that_is_there_twice_is_named():
    data = io.BytesIO(WHOLE)
    with zipfile.ZipFile(data, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr(info_of("index.html", 4), b"<b>!")
    assert (FaultKind.TWICE, "index.html") in kinds(data.getvalue())


def test_a_bomb_is_not_unpacked():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("reports/readiness.pdf", b"\0" * 50_000_000)
        opened.writestr(NAME, MADE.to_bytes())
    assert [one.kind for one in check(io.BytesIO(data.getvalue())).faults] == [FaultKind.NOT_A_PACK]


@pytest.mark.parametrize("data", [b"", b"PK", b"hello" * 100])
def test_what_is_no_pack_is_told_so(data):
    assert kinds(data) == [(FaultKind.NOT_A_PACK, "")]


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", "a/../b", "C:/x", "a\\b", "con.txt", "a/.hidden", "a.", "", "x" * 201, "ä"]
)
def test_paths_that_could_lead_elsewhere_are_none(path):
    assert not safe_path(path)


@given(st.text(max_size=80), st.text(max_size=300))
def test_whatever_things_are_called_their_paths_are_safe(folder, name):
    assert safe_path(path_of(folder, name))


@given(st.binary(max_size=300))
def test_a_manifest_that_is_none_is_refused_in_words(data):
    with pytest.raises(Invalid):
        read(data)


def test_the_manifest_reads_back():
    assert read(MADE.to_bytes()) == MADE
