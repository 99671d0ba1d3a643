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


def test_a_fingerprint_depends_on_key_text_and_category():
    marks = {
        fingerprint(b"a", "sida", [Category.HEALTH]),
        fingerprint(b"b", "sida", [Category.HEALTH]),
        fingerprint(b"a", "VIH", [Category.HEALTH]),
        fingerprint(b"a", "sida", [Category.SEX_LIFE]),
    }
    assert len(marks) == 4
