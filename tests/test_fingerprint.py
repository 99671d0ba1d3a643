import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from detector.errors import UsageError
from detector.fingerprint import fingerprint, local_key
from detector.taxonomy import Category


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "a" / "key"
    key = local_key(path)
    assert local_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_where_no_key_can_be_stored_the_run_has_its_own(tmp_path):
    (tmp_path / "file").write_text("")
    assert len(local_key(tmp_path / "file" / "below" / "key")) == 32


@pytest.mark.parametrize("key", [b"", b"k" * 15], ids=len)
def test_a_key_that_protects_nothing_is_refused(tmp_path, key):
    (tmp_path / "key").write_bytes(key)
    with pytest.raises(UsageError, match=f"key: this key has {len(key)} bytes only"):
        local_key(tmp_path / "key")


def test_a_folder_is_no_key(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        local_key(tmp_path)


def test_a_key_is_stored_whole_or_not_at_all(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError

    monkeypatch.setattr(os, "fsync", full)
    assert len(local_key(tmp_path / "key")) == 32
    assert not list(tmp_path.iterdir())


def test_a_key_is_kept_where_files_cannot_be_linked(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    assert local_key(tmp_path / "key") == (tmp_path / "key").read_bytes()


def test_all_who_make_a_key_at_once_have_the_same(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(local_key, [tmp_path / "key"] * 64))
    assert keys == {(tmp_path / "key").read_bytes()}
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_fingerprint_depends_on_key_text_and_category():
    marks = {
        fingerprint(b"a", "sida", [Category.HEALTH]),
        fingerprint(b"b", "sida", [Category.HEALTH]),
        fingerprint(b"a", "VIH", [Category.HEALTH]),
        fingerprint(b"a", "sida", [Category.SEX_LIFE]),
    }
    assert len(marks) == 4
