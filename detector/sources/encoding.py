"""In which encoding bytes are written, found out from a sample of them.

No byte is ever lost: what the encoding cannot decode is read as cp1252, so that a
UTF-8 file with single lines in cp1252 is read whole.
"""

from __future__ import annotations

import codecs

from detector.errors import UsageError

ERRORS = "art9-cp1252"
"""Name of the error handler that `register_fallback` puts in place."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS = (
    (b"PK\x03\x04", "ZIP/XLSX/ODS"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS/DOC"),
    (b"%PDF-", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh91AY&SY", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"version https://git-lfs.github.com/spec/", "Git LFS"),
)
_NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\x0b\x0c\r\x1a\x1b")) + b"\x7f"


def recognise(sample: bytes, *, asked: str | None = None) -> str:
    """Return the codec that reads `sample`; `asked` wins, and raises UsageError if unknown.

    >>> recognise("sérologie".encode("cp1252")), recognise("sérologie".encode())
    ('cp1252', 'utf-8')
    >>> recognise("sérologie".encode("utf-16-le"))
    'utf-16-le'
    """
    if asked is not None:
        return _known(asked)
    if marked := _by_mark(sample) or _by_zeros(sample):
        return marked
    if _mostly_utf8(sample):
        return "utf-8"
    return "latin-1" if any(byte in sample for byte in _NOT_IN_CP1252) else "cp1252"


def binary_format(sample: bytes) -> str | None:
    """Return the format of a file that is no text (`""` if it has no known name), or None for text.

    >>> binary_format(b"%PDF-1.7"), binary_format(bytes(64)), binary_format(b"id;note")
    ('PDF', '', None)
    """
    for magic, name in _FORMATS:
        if sample.startswith(magic):
            return name
    if _by_mark(sample) or _by_zeros(sample):
        return None
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    # Single NUL bytes happen in damaged exports and cost their row alone, not the file.
    many = controls > max(8, len(sample) * 0.05) or controls > len(sample) * 0.3
    return "" if many else None


def register_fallback() -> str:
    """Return the name of the error handler that reads undecodable bytes as cp1252.

    >>> b"\\xc3\\xa9t\\xe9".decode("utf-8", register_fallback())
    'été'
    """
    codecs.register_error(ERRORS, _as_cp1252)
    return ERRORS


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.lower().startswith(("utf-16", "utf16", "utf-32", "utf32")):
        return "\ufffd", error.end
    wrong = error.object[error.start : error.end]
    return "".join(map(_character, wrong)), error.end


def _character(byte: int) -> str:
    """Return what one byte stands for in cp1252, or in latin-1 where cp1252 has a gap."""
    return bytes([byte]).decode("latin-1" if byte in _NOT_IN_CP1252 else "cp1252")


def _known(name: str) -> str:
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise UsageError("encoding.unknown", name=name) from None


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


def _mostly_utf8(sample: bytes) -> bool:
    """Whether valid UTF-8 sequences outweigh stray bytes: cp1252 text has next to none of them."""
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    text = decoder.decode(sample)
    kept = len(text.encode())
    stray = len(sample) - kept - len(decoder.getstate()[0])
    return (kept - len(text)) * 10 >= stray
