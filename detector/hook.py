"""The quick check, made to run at every save: `art9-hook --form`, or `art9-hook FILES…`.

A form without a finding is the rule, and a person waits for it: what takes long to import (YAML,
the detector, Presidio) is imported only once a field may hold something.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from detector.errors import DetectorError, InputError, Place, UsageError
from detector.finding import CLEAR, gravest
from detector.gate import open_gate
from detector.messages import LANGUAGES, say
from detector.paths import numbered, phrases
from detector.settings import BASELINE, Settings, find_settings
from detector.streams import json_text, speak_plainly

_STDIN = Place("<stdin>")


@dataclass(frozen=True)
class FormJob:
    """How a form is to be checked, and how the answer is given."""

    settings: Settings
    policy: str | None = None
    as_json: bool = False
    show_text: bool = False


def main() -> None:
    """Run `art9-hook` and exit; every error is a sentence, never a traceback."""
    speak_plainly()
    words = sys.argv[1:]
    try:
        code = run(words)
        sys.stdout.flush()
    except DetectorError as error:
        code = _failed(error, words)
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # noqa: BLE001  the last net: a traceback could show a comment
        code = _failed(UsageError("usage.internal", problem=type(error).__name__), words)
    sys.exit(code)


def run(words: list[str]) -> int:
    """Do what `words` ask for and return the exit code; raise DetectorError."""
    asked = _parser(words).parse_args(words)
    _refuse_passed_over(asked)
    settings = find_settings()
    settings = replace(settings, lang=asked.lang or settings.lang)
    if asked.form:
        job = FormJob(settings, asked.policy, asked.json, asked.show_text)
        return check_form(sys.stdin.buffer.read(), job)
    from detector.git_hook import HookJob, run_hook

    policy, baseline = settings.load_policy(asked.policy), Path(asked.baseline or BASELINE)
    return run_hook(HookJob(tuple(asked.paths), policy, baseline, settings.lang))


def _refuse_passed_over(asked: argparse.Namespace) -> None:
    """Raise UsageError for what would not be looked at: silence would be taken for clear."""
    if asked.form:
        beside = {"FILE": asked.paths, "--baseline": asked.baseline}
        key = "form.not_with"
    else:
        beside = {"--json": asked.json, "--show-text": asked.show_text}
        key = "form.only_with"
    for name, value in beside.items():
        if value:
            raise UsageError(key, name=name)


def check_form(data: bytes, job: FormJob) -> int:
    """Check the form in `data`, print the answer, return 1 if a field must not stand, else 0."""
    form = read_form(data)
    chosen = _chosen(form, job.settings.form_fields)
    policy = job.settings.load_policy(job.policy)
    gate = open_gate(policy)
    # A key that is a phrase may say what must not be told either.
    told = (*chosen.values(), *(phrase for name in chosen for phrase in phrases(name)))
    if not any(map(gate.may_hold, told)):
        if job.as_json:
            _print_json({"status": "clear", "fields": dict.fromkeys(chosen, CLEAR.as_dict())})
        return 0
    from detector.form import field_values, form_lines, is_name, judge_fields

    if not job.settings.form_fields:
        chosen = {name: text for name, text in chosen.items() if not is_name(name)}
    lang, show = job.settings.lang, job.show_text
    judged = judge_fields(chosen, form, policy, show_text=show)
    if job.as_json:
        fields = {one.name: field_values(one, lang, show_text=show) for one in judged}
        status = gravest(one.verdict.status for one in judged)
        _print_json({"status": status.value, "fields": fields})
    else:
        for line in form_lines(judged, lang, show_text=show):
            print(line)
    return int(any(one.verdict.flagged for one in judged))


def read_form(data: bytes) -> dict[str, str]:
    """Return the texts of a JSON object by the path of their field; raise InputError.

    >>> read_form(b'{"id": 7, "contact": {"notes": ["RAS", "veuf"]}}')
    {'contact.notes.0': 'RAS', 'contact.notes.1': 'veuf'}
    >>> read_form(b'{"note": "RAS", "note": "veuf"}')
    {'note': 'RAS', 'note.2': 'veuf'}
    """
    try:
        values = json.loads(_decoded(data), object_pairs_hook=tuple)  # a key may stand twice
        texts: dict[str, str] = {}
        for path, text in _texts("", values):
            texts[numbered(path, texts)] = text
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise InputError("form.json", _STDIN, **where) from None
    except RecursionError:
        raise InputError("form.deep", _STDIN) from None
    if not isinstance(values, tuple):
        raise InputError("form.not_object", _STDIN)
    if not texts:
        raise InputError("form.no_text", _STDIN)
    return texts


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what an older practice program writes


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts within a JSON value, an object being a tuple of its members."""
    if isinstance(value, str):
        yield path, value
        return
    members: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, tuple):
        members = value
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield from _texts(f"{path}.{name}" if path else str(name), member)


def _chosen(form: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Return the fields to check: those that `names` call by their path, its beginning or end."""
    if not names:
        return dict(form)
    wanted = [name.casefold() for name in names]
    chosen = {path: text for path, text in form.items() if _is_called(path.casefold(), wanted)}
    if not chosen:
        raise InputError("form.no_field", _STDIN, names=", ".join(names))
    return chosen


def _is_called(path: str, wanted: list[str]) -> bool:
    return any(f".{name}." in f".{path}." for name in wanted)


def _print_json(values: Mapping[str, Any]) -> None:
    print(json_text(values, sys.stdout, indent=2))


def _failed(error: DetectorError, words: list[str]) -> int:
    """Say what went wrong; a program that reads JSON must not take silence for clear."""
    message = error.render(_language(words))
    print(f"art9-hook: {message}", file=sys.stderr)
    if "--json" in words:
        _print_json({"status": "unchecked", "error": message})
    return error.exit_code


def _language(words: list[str]) -> str:
    """Return the language for help and errors, which may come before anything is parsed."""
    given = _given("--lang", words)
    if given in LANGUAGES:
        return given
    try:
        return find_settings().lang
    except DetectorError:
        return "fr"


def _given(option: str, words: list[str]) -> str:
    pairs = itertools.pairwise(words)
    joined = (word.removeprefix(f"{option}=") for word in words if word.startswith(f"{option}="))
    return next((value for name, value in pairs if name == option), next(joined, ""))


class _Parser(argparse.ArgumentParser):
    """Raises what is wrong with a call instead of printing it in English."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError("usage.other", problem=message)


def _parser(words: list[str]) -> _Parser:
    """Return the parser; its help costs the catalogue, and is there only when asked for."""
    wanted = bool({"-h", "--help"} & set(words))

    def tell(key: str) -> str:
        return say(f"cli.{key}", _language(words)) if wanted else ""

    parser = _Parser("art9-hook", description=tell("art9_hook.help"), allow_abbrev=False)
    parser.add_argument("paths", nargs="*", metavar="FILE", help=tell("hook.paths"))
    parser.add_argument("--form", action="store_true", help=tell("art9_hook.form"))
    parser.add_argument("--json", action="store_true", help=tell("json"))
    parser.add_argument("--policy", help=tell("art9_hook.policy"))
    parser.add_argument("--baseline", help=tell("hook.baseline"))
    parser.add_argument("--lang", choices=LANGUAGES, help=tell("art9_hook.lang"))
    parser.add_argument("--show-text", action="store_true", help=tell("art9_hook.show_text"))
    return parser


if __name__ == "__main__":
    main()
