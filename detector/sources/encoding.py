"""In which encoding bytes are written, found out from a sample of them.

No byte is ever lost: what is not UTF-8 in a UTF-8 file is read in the old encoding that its line
speaks for, so that single lines in cp1252 are read whole. Old encodings give nearly every byte a
character: that one is taken in which most of those beside a letter make French words.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import lru_cache

from detector.errors import UsageError

ERRORS = "art9-old-encodings"
"""Name of the error handler that `register_fallback` puts in place."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTAINERS = (
    (b"PK\x03\x04", "ZIP/XLSX/ODS"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS/DOC"),
    (b"%PDF-", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh91AY&SY", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"version https://git-lfs.github.com/spec/", "Git LFS"),
)
_PICTURES = ((b"\x89PNG\r\n", "PNG"), (b"\xff\xd8\xff", "JPEG"))
_NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_OLD = ("cp1252", "iso8859-15", "cp850", "mac_roman")
"""What a byte that is not UTF-8 may be written in; of equals the first is taken."""
_LETTERS = frozenset("àâäæçèéêëîïñôöœùûüÿÀÂÇÈÉÊËÎÏÔŒÙÛ")
_WITHIN = frozenset("’‘–—…·\xa0\xad")
_BESIDE = _WITHIN | frozenset("«»“”€°•")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_VALID = re.compile("[^\x00-\x7f\udc80-\udcff]")
# « s‚ropositif », « h“pital », « d\x8epressif »: between letters these make sense nowhere.
_ODD = re.compile("[\x80-\x84\x86-\x9f‚ƒ„†‡ˆ‰‹›˜“”](?<=[A-Za-z].)(?=[A-Za-z])")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\x0b\x0c\r\x1a\x1b")) + b"\x7f"


def recognise(sample: bytes, *, asked: str | None = None) -> str:
    """Return the codec that reads `sample`; `asked` wins, and raises UsageError if unknown.

    >>> recognise("sérologie".encode("cp1252")), recognise("sérologie".encode())
    ('cp1252', 'utf-8')
    >>> recognise("sérologie".encode("utf-16-le")), recognise("sérologie".encode("cp850"))
    ('utf-16-le', 'cp850')
    """
    if asked is not None:
        return _known(asked)
    if marked := _by_mark(sample) or _by_zeros(sample):
        return marked
    return "utf-8" if _mostly_utf8(sample) else _by_words(sample)


def is_doubtful(text: str, encoding: str) -> bool:
    """Whether `encoding`, an old one found out, made signs within words of what were accents.

    >>> is_doubtful("s‚rologie", "cp1252"), is_doubtful("sérologie", "cp1252")
    (True, False)
    """
    return encoding in _OLD and not text.isascii() and _ODD.search(text) is not None


def binary_format(sample: bytes) -> str | None:
    """Return the format of a file that is no text (`""` if it has no known name), or None for text.

    >>> binary_format(b"%PDF-1.7"), binary_format(bytes(64)), binary_format(b"id;note")
    ('PDF', '', None)
    """
    if name := _by_magic(sample, _CONTAINERS + _PICTURES):
        return name
    if _by_mark(sample) or _by_zeros(sample):
        return None
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    # Single NUL bytes happen in damaged exports and cost their row alone, not the file.
    many = controls > max(8, len(sample) * 0.05) or controls > len(sample) * 0.3
    return "" if many else None


def is_container(sample: bytes) -> bool:
    """Whether a file that is no text holds texts all the same: an archive, an office file.

    >>> is_container(b"%PDF-1.7"), is_container(b"\\x89PNG\\r\\n")
    (True, False)
    """
    return _by_magic(sample, _CONTAINERS) is not None


def register_fallback() -> str:
    """Return the name of the error handler that reads undecodable bytes in an old encoding.

    >>> b"\\xc3\\xa9t\\xe9".decode("utf-8", register_fallback())
    'été'
    """
    codecs.register_error(ERRORS, _as_old)
    return ERRORS


def _as_old(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.lower().startswith(("utf-16", "utf16", "utf-32", "utf32")):
        return "\ufffd", error.end
    wrong = error.object[error.start : error.end]
    if error.encoding.lower() != "utf-8":
        return "".join(map(_character, wrong)), error.end
    return wrong.decode(_of_line(error.object, error.start), ERRORS), error.end


def _of_line(content: bytes, spot: int) -> str:
    """Return which old encoding the line about `spot` speaks for."""
    end = content.find(b"\n", spot)
    return _of_stray(content[content.rfind(b"\n", 0, spot) + 1 : end if end > 0 else None])


@lru_cache(maxsize=64)
def _of_stray(line: bytes) -> str:
    stray = _VALID.sub(" ", line.decode("utf-8", "surrogateescape"))
    return _by_words(stray.encode("ascii", "surrogateescape"))


def _character(byte: int) -> str:
    """Return what one byte stands for in cp1252, or in latin-1 where cp1252 has a gap."""
    return bytes([byte]).decode("latin-1" if byte in _NOT_IN_CP1252 else "cp1252")


def _known(name: str) -> str:
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise UsageError("encoding.unknown", name=name) from None


def _by_magic(sample: bytes, formats: tuple[tuple[bytes, str], ...]) -> str | None:
    return next((name for magic, name in formats if sample.startswith(magic)), None)


def _by_mark(sample: bytes) -> str | None:
    return next((name for mark, name in _MARKS if sample.startswith(mark)), None)


def _by_zeros(sample: bytes) -> str | None:
    """Return which UTF-16 it is without a mark: in French every second byte is then zero."""
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half >= 2 and odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if half >= 2 and even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _by_words(sample: bytes) -> str:
    """Return the old encoding in which most characters beside a letter make sense there."""
    padded = b" %b " % sample
    spots = (match.start() for match in _BEYOND_ASCII.finditer(padded))
    places = Counter(padded[spot - 1 : spot + 2] for spot in spots)
    return max(
        _OLD, key=lambda codec: sum(places[place] for place in places if _fits(place, codec))
    )


def _fits(place: bytes, codec: str) -> bool:
    """Whether the second of three bytes stands beside a letter, as French writes it there."""
    before, here, after = list(place.decode(codec, "replace"))
    if not any(letter.isascii() and letter.isalpha() for letter in (before, after)):
        return False
    if here in _LETTERS:
        return here.islower() or not before.islower()
    return here in (_WITHIN if before.isalpha() and after.isalpha() else _BESIDE)


def _mostly_utf8(sample: bytes) -> bool:
    """Whether valid UTF-8 sequences outweigh stray bytes: cp1252 text has next to none of them."""
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    text = decoder.decode(sample)
    kept = len(text.encode())
    stray = len(sample) - kept - len(decoder.getstate()[0])
    return (kept - len(text)) * 10 >= stray
