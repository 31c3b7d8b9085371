"""Files kept by their SHA-256: whole or not at all."""

import hashlib
import io

import pytest

from auditapp.kit.storage import Store


def test_the_same_bytes_are_kept_once_under_their_hash(tmp_path):
    store = Store(tmp_path / "evidence")
    first = store.put(io.BytesIO(b"a photo"))
    assert first == store.put(io.BytesIO(b"a photo")) == (hashlib.sha256(b"a photo").hexdigest(), 7)
    assert store.read(first[0]) == b"a photo"
    assert len([path for path in store.root.rglob("*") if path.is_file()]) == 1


def test_what_is_over_the_limit_leaves_nothing(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="limit"):
        store.put(io.BytesIO(b"x" * 11), limit=10)
    assert list(tmp_path.rglob("*")) == []


class Torn(io.BytesIO):
    """A connection that breaks after the first bytes."""

    def read(self, size=-1):  # noqa: ARG002 - the signature of a stream
        if self.tell():
            raise ConnectionResetError
        return super().read(3)


def test_a_torn_upload_leaves_nothing(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(ConnectionResetError):
        store.put(Torn(b"abcdef"))
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "g" * 64, "a" * 63])
def test_only_a_hash_names_a_file(tmp_path, name):
    with pytest.raises(ValueError, match="SHA-256"):
        Store(tmp_path).path(name)


def test_the_scrub_names_the_file_that_rotted(tmp_path):
    store = Store(tmp_path)
    good, _ = store.put(io.BytesIO(b"good"))
    bad, _ = store.put(io.BytesIO(b"bad"))
    store.path(bad).write_bytes(b"rotten")
    assert list(store.scrub()) == [bad]
    assert store.has(good)
