"""Rule packs: YAML files that say how each category shows in words.

`read_packs` returns every rule with its guards resolved, or raises a PackError
that names file, line and column. How to write a rule: patterns/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from detector.documents import Entry, read_document
from detector.errors import Near, PackError, Place
from detector.finding import QUALIFIERS
from detector.resources import patterns_folder
from detector.rules.checks import CHECKS
from detector.rules.rules import Capitalised, Guard, Rule, Strength, Where
from detector.rules.word_lists import WordLists, read_pattern, read_word_lists
from detector.taxonomy import Category, Subject


@dataclass(frozen=True, slots=True)
class Pack:
    """A file of rules on one theme."""

    id: str
    title: str
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    place: Place


_PACK_KEYS = {"pack", "title", "category", "rules"}
_RULE_KEYS = {"id", "title", "strength", "why", "flag", "pass"}
_WORDS = {"terms", "acronyms", "patterns"}
_RULE_OPTIONS = _WORDS | {"category", "unless", "implies", "check", "todo_flag"}
_GUARD_OPTIONS = {where.value for where in Where} | {"within", "capitalised"}
_ENTITIES = ("person", "place")
_EXAMPLES = 2
_WITHIN = 3


def read_packs(folder: Path | None = None) -> tuple[Pack, ...]:
    """Return all packs below `folder` (default: those of art9), in the order of their paths."""
    root = folder or patterns_folder()
    shared = _read_shared(root)
    packs: list[Pack] = []
    ids: dict[str, Place] = {}
    for path in sorted(root.glob("*/*.yaml")):
        if path.parent.name == "context":
            continue
        pack = _read_pack(path, f"patterns/{path.relative_to(root).as_posix()}", shared)
        for rule in pack.rules:
            _remember(rule, ids)
        packs.append(pack)
    return tuple(packs)


def all_rules(packs: tuple[Pack, ...]) -> tuple[Rule, ...]:
    """Return the rules of all packs, in order."""
    return tuple(rule for pack in packs for rule in pack.rules)


def _remember(rule: Rule, ids: dict[str, Place]) -> None:
    if rule.id in ids:
        raise PackError("pack.same_id", rule.place, name=rule.id, other=ids[rule.id])
    ids[rule.id] = rule.place


def _read_shared(root: Path) -> _Shared:
    path = root / "shared.yaml"
    if not path.exists():
        return _Shared({}, (), {})
    fields = read_document(path, "patterns/shared.yaml").fields({"guards"}, {"unless", "words"})
    guards = _read_guards(fields["guards"])
    words = read_word_lists(fields["words"]) if "words" in fields else {}
    return _Shared(guards, _guards(fields, guards), words)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Guards that every pack may name, those that hold for all rules, and lists of words."""

    guards: dict[str, Guard]
    unless: tuple[Guard, ...]
    words: WordLists


def _read_pack(path: Path, name: str, shared: _Shared) -> Pack:
    root = read_document(path, name)
    fields = root.fields(_PACK_KEYS, {"sources", "guards", "unless", "words"})
    guards = shared.guards | (_read_guards(fields["guards"]) if "guards" in fields else {})
    pack_id = fields["pack"].text()
    categories = _categories(fields["category"])
    unless = shared.unless + _guards(fields, guards)
    own = read_word_lists(fields["words"]) if "words" in fields else {}
    frame = _Frame(pack_id, categories, guards, unless, {**shared.words, **own})
    rules = [_read_rule(entry, frame) for entry in fields["rules"].list()]
    sources = fields["sources"].texts() if "sources" in fields else ()
    return Pack(pack_id, fields["title"].text(), sources, tuple(rules), root.place)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the rules of a pack share: its id and categories, known guards, guards of all rules.

    `words` are the lists that their patterns may name.
    """

    pack: str
    categories: tuple[Category, ...]
    guards: dict[str, Guard]
    unless: tuple[Guard, ...]
    words: WordLists


def _read_guards(entry: Entry) -> dict[str, Guard]:
    return {key.text(): _read_guard(key.text(), value) for key, value in entry.items()}


def _read_guard(name: str, entry: Entry) -> Guard:
    fields = entry.fields(set(), _GUARD_OPTIONS)
    wheres = [where for where in Where if where.value in fields]
    if len(wheres) != 1:
        raise entry.fault("pack.guard_where", name=name)
    terms = fields[wheres[0].value].texts()
    if wheres[0] is Where.ENTITY and (unknown := set(terms) - set(_ENTITIES)):
        raise entry.fault("pack.unknown_entity", name=unknown.pop(), near=", ".join(_ENTITIES))
    within = fields["within"].number() if "within" in fields else _WITHIN
    capitalised = Capitalised.NO
    if "capitalised" in fields:
        capitalised = _choice(fields["capitalised"], Capitalised)
    return Guard(name, wheres[0], terms, within, capitalised)


def _read_rule(entry: Entry, frame: _Frame) -> Rule:
    fields = entry.fields(_RULE_KEYS, _RULE_OPTIONS)
    rule_id = fields["id"].text()
    if not rule_id.startswith(f"{frame.pack}."):
        raise fields["id"].fault("pack.id_prefix", name=rule_id, pack=frame.pack)
    _want_examples(fields)
    return Rule(
        id=rule_id,
        title=fields["title"].text(),
        categories=_categories(fields["category"]) if "category" in fields else frame.categories,
        strength=_choice(fields["strength"], Strength),
        why=fields["why"].text(),
        terms=_texts(fields, "terms"),
        acronyms=_acronyms(fields),
        patterns=_patterns(fields, frame.words),
        unless=frame.unless + _guards(fields, frame.guards),
        implies=_implied(fields),
        check=_check(fields),
        flag=_texts(fields, "flag"),
        passes=_texts(fields, "pass"),
        todo_flag=_texts(fields, "todo_flag"),
        place=entry.place,
    )


def _want_examples(fields: dict[str, Entry]) -> None:
    for key in ("flag", "pass"):
        if len(fields[key].list()) < _EXAMPLES:
            raise fields[key].fault("pack.few_examples", name=key, least=_EXAMPLES)
    if not fields.keys() & _WORDS:
        raise fields["id"].fault("pack.no_terms", name=fields["id"].text())


def _texts(fields: dict[str, Entry], key: str) -> tuple[str, ...]:
    return fields[key].texts() if key in fields else ()


_Kind = TypeVar("_Kind", Strength, Capitalised)


def _choice(entry: Entry, kind: type[_Kind]) -> _Kind:
    known = [choice.value for choice in kind]
    if entry.text() not in known:
        raise entry.fault("pack.unknown_value", name=entry.text(), near=Near(entry.text(), known))
    return kind(entry.text())


def _categories(entry: Entry) -> tuple[Category, ...]:
    known = [category.value for category in Category]
    for name in entry.texts():
        if name not in known:
            raise entry.fault("pack.unknown_category", name=name, near=Near(name, known))
    return tuple(Category(name) for name in entry.texts())


def _acronyms(fields: dict[str, Entry]) -> tuple[str, ...]:
    acronyms = _texts(fields, "acronyms")
    for acronym in acronyms:
        if acronym != acronym.upper():
            raise fields["acronyms"].fault("pack.acronym_case", name=acronym)
    return acronyms


def _patterns(fields: dict[str, Entry], words: WordLists) -> tuple[str, ...]:
    listed = fields["patterns"].list() if "patterns" in fields else ()
    return tuple(read_pattern(entry, words) for entry in listed)


def _guards(fields: dict[str, Entry], known: dict[str, Guard]) -> tuple[Guard, ...]:
    if "unless" not in fields:
        return ()
    for entry in fields["unless"].list():
        if entry.text() not in known:
            raise entry.fault(
                "pack.unknown_guard", name=entry.text(), near=Near(entry.text(), known)
            )
    return tuple(known[name] for name in fields["unless"].texts())


def _implied(fields: dict[str, Entry]) -> tuple[str, ...]:
    known = [*QUALIFIERS, *(subject.value for subject in Subject)]
    for word in _texts(fields, "implies"):
        if word not in known:
            raise fields["implies"].fault("pack.unknown_value", name=word, near=Near(word, known))
    return _texts(fields, "implies")


def _check(fields: dict[str, Entry]) -> str | None:
    if "check" not in fields:
        return None
    name = fields["check"].text()
    if name not in CHECKS:
        raise fields["check"].fault("pack.unknown_value", name=name, near=Near(name, CHECKS))
    return name
