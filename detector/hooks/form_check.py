"""A form checked before it is saved: read, its fields chosen, the answer printed.

A form without a finding is the rule, and a person waits for it: what takes long to import (YAML,
the detector, Presidio) is imported only once a field may hold something.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detector.errors import InputError, Place
from detector.finding import CLEAR, gravest
from detector.judging.gate import Gate, open_gate
from detector.paths import numbered, phrases
from detector.policy import Policy
from detector.settings import Settings
from detector.streams import print_json

_STDIN = Place("<stdin>")


@dataclass(frozen=True)
class FormJob:
    """How a form is to be checked, and how the answer is given."""

    settings: Settings
    policy: str | None = None
    as_json: bool = False
    show_text: bool = False


def check_form(data: bytes, job: FormJob) -> int:
    """Check the form in `data`, print the answer, return 1 if a field must not stand, else 0."""
    form = read_form(data)
    chosen = _chosen(form, job.settings.form_fields)
    policy = job.settings.load_policy(job.policy)
    gate = open_gate(policy)
    if not any(_may_hold(gate, path, chosen[path]) for path in chosen):
        return _answer_clear(chosen, job)
    from detector.lexicon.guards import name_words
    from detector.sources.json_records import is_name

    names = name_words([text for path, text in form.items() if is_name(path)])
    if not job.settings.form_fields:
        chosen = {path: text for path, text in chosen.items() if not is_name(path)}
    if not any(_may_stand(gate, path, chosen[path], names) for path in chosen):
        return _answer_clear(chosen, job)
    return _answer(form, chosen, policy, job)


def _may_hold(gate: Gate, path: str, text: str) -> bool:
    """Whether a text may hold something, or a part of its key, which is told as well."""
    return any(map(gate.may_hold, (text, *phrases(path))))


def _may_stand(gate: Gate, path: str, text: str, names: frozenset[str]) -> bool:
    """Whether it still may when guards are asked and the form's own names are known."""
    return gate.may_stand(text, names) or any(map(gate.may_hold, phrases(path)))


def _answer_clear(chosen: Mapping[str, str], job: FormJob) -> int:
    if job.as_json:
        print_json({"status": "clear", "fields": dict.fromkeys(chosen, CLEAR.as_dict())})
    return 0


def _answer(
    form: Mapping[str, str], chosen: Mapping[str, str], policy: Policy, job: FormJob
) -> int:
    """Judge the fields in full and print what is to be said of them."""
    from detector.hooks.form import field_values, form_lines, judge_fields

    lang, show = job.settings.lang, job.show_text
    judged = judge_fields(chosen, form, policy, show_text=show)
    if job.as_json:
        fields = {one.name: field_values(one, lang, show_text=show) for one in judged}
        status = gravest(one.verdict.status for one in judged)
        print_json({"status": status.value, "fields": fields})
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
