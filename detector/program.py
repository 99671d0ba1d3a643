"""What both programs do: find their language, do what is asked, end with an honest exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import NoReturn, TextIO

from detector.errors import DetectorError, InputError, InternalError, Place
from detector.interrupts import INTERRUPTED, Stopped
from detector.messages import DEFAULT_LANGUAGE, LANGUAGES, say
from detector.resources import on_compiling
from detector.settings import find_settings
from detector.streams import print_json, replace_missing, speak_plainly

CLOSED = 141
"""What ends a program whose output nobody reads on: 128 + SIGPIPE, as shells tell it."""


def end_with(work: Callable[[], int], failed: Callable[[DetectorError], None]) -> NoReturn:
    """Do `work` and exit with its code; `failed` says what went wrong."""
    replace_missing()
    speak_plainly()
    try:
        code = _code(work, failed)
        sys.stdout.flush()
    except OSError as error:  # nobody reads on, or an error itself cannot be told
        _write_nothing_more(sys.stdout, sys.stderr)
        code = CLOSED if isinstance(error, BrokenPipeError) else InputError.exit_code
    sys.exit(code)


def tell_of_compiling(program: str, words: Sequence[str]) -> None:
    """Have people told, in the language of `words`, why the first use takes its time."""

    def told() -> None:
        line = say("running.compiling", language_of(words))
        print(f"{program}: {line}", file=sys.stderr, flush=True)

    on_compiling[:] = [told]


def _code(work: Callable[[], int], failed: Callable[[DetectorError], None]) -> int:
    try:
        code = work()
        sys.stdout.flush()
        return code
    except Stopped as stopped:
        return stopped.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except DetectorError as error:
        found = error
    except OSError as error:
        _write_nothing_more(sys.stdout)
        found = _system_fault(error)
    except Exception as error:  # noqa: BLE001  the last net: a traceback could show a comment
        found = InternalError("internal", problem=type(error).__name__)
    failed(found)
    return found.exit_code


def _system_fault(error: OSError) -> InputError:
    """Return what the system refused: a file by its name, else standard output."""
    problem = error.strerror or type(error).__name__
    if error.filename is None:
        return InputError("output.cannot_write", Place("<stdout>"), problem=problem)
    return InputError("system", Place(str(error.filename)), problem=problem)


def _write_nothing_more(*streams: TextIO) -> None:
    """Turn what is still to be written into nothing, so that leaving does not fail again."""
    with Path(os.devnull).open("wb") as nothing:
        for stream in streams:
            with suppress(OSError):
                stream.flush()
            os.dup2(nothing.fileno(), stream.fileno())


def tell(program: str, error: DetectorError, lang: str, *, as_json: bool = False) -> None:
    """Say what went wrong; a program that reads JSON must not take silence for clear."""
    message = error.render(lang)
    print(f"{program}: {message}", file=sys.stderr)
    if as_json:
        print_json({"status": "unchecked", "error": message})


def language_of(words: Sequence[str]) -> str:
    """Return the language for help and errors, which may come before anything is parsed.

    >>> language_of(["check", "--lang", "en"]), language_of(["--lang=en"])
    ('en', 'en')
    """
    parted = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    given = [*(value for name, value in pairwise(words) if name == "--lang"), *parted]
    known = next((lang for lang in given if lang in LANGUAGES), None)
    if known:
        return known
    try:
        return find_settings().lang
    except DetectorError:
        return DEFAULT_LANGUAGE
