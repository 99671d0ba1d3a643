"""What a user fixes once: `art9.toml`, or `[tool.art9]` in pyproject.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from detector.errors import Near, Place, PolicyError, UsageError
from detector.messages import DEFAULT_LANGUAGE, LANGUAGES
from detector.policy import DEFAULT, Action, Policy, is_file_name, load_policy, read_actions
from detector.toml_file import read_toml

BASELINE = ".art9-baseline"
"""Where accepted findings stand, unless another file is named."""

_KEYS = ("policy", "lang", "columns", "record", "actions", "form", "service")
_FORM_KEYS = ("fields",)
_PATHS = ("audit", "certificate", "key")


@dataclass(frozen=True)
class ServiceSettings:
    """Where the check service listens, and its limits; see docs/service.md.

    The limits hold for one request, except `rate`: requests per second from one client address.
    """

    address: str = "127.0.0.1"
    port: int = 8909
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    audit: str | None = None
    certificate: str | None = None
    key: str | None = None
    body: int = 262_144
    fields: int = 50
    comments: int = 500
    characters: int = 4_000
    rate: int = 500


@dataclass(frozen=True)
class Settings:
    """Defaults for the command line; an option given there prevails.

    `path` is the file they come from, None without any; the paths in it lead on from its folder.
    """

    policy: str = DEFAULT
    lang: str = DEFAULT_LANGUAGE
    columns: tuple[str, ...] = ()
    record: str | None = None
    form_fields: tuple[str, ...] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)
    service: ServiceSettings = field(default_factory=ServiceSettings)
    path: Path | None = None

    def own_policy(self, name: str | None = None) -> Path | None:
        """Return the file of the policy `name` (default: that of these settings), if it has one."""
        asked = name or self.policy
        return Path(asked) if is_file_name(asked) else None

    def load_policy(self, name: str | None = None) -> Policy:
        """Return the policy `name` (default: that of these settings), with their own actions."""
        try:
            policy = load_policy(name or self.policy)
        except PolicyError as error:
            if name or error.place or self.path is None:
                raise
            raise PolicyError(error.key, Place(str(self.path)), **error.values) from None
        return policy.with_actions(self.actions)


def find_settings(folder: Path | None = None) -> Settings:
    """Return the settings of `folder` (default: here) or its nearest parent that has any."""
    start = folder.resolve() if folder else _here()
    for candidate in (start, *start.parents):
        if (own := candidate / "art9.toml").is_file():
            return _settings(read_toml(own, UsageError), Place(str(own)))
        if (project := candidate / "pyproject.toml").is_file():
            place = Place(str(project))
            tool = _table(read_toml(project, UsageError), "tool", place)
            if "art9" in tool:
                return _settings(_table(tool, "art9", place), place)
    return Settings()


def find_baseline(folder: Path | None = None) -> Path:
    """Return the baseline of `folder` (default: here) or its nearest parent in the repository.

    Where there is none, it is the one to be made: at the root of the repository, or here.
    """
    start = folder.resolve() if folder else _here()
    for candidate in (start, *start.parents):
        if (candidate / BASELINE).exists() or (candidate / ".git").exists():
            return _near(candidate / BASELINE, start)
    return _near(start / BASELINE, start)


def _near(path: Path, start: Path) -> Path:
    """Return `path` as people would name it from `start`."""
    return Path(os.path.relpath(path, start))


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError("settings.no_folder", problem=error.strerror) from None


def _settings(tree: dict[str, Any], place: Place) -> Settings:
    _only_known(tree, _KEYS, place)
    form = _table(tree, "form", place)
    _only_known(form, _FORM_KEYS, place)
    lang = _text(tree, "lang", place) or DEFAULT_LANGUAGE
    if lang not in LANGUAGES:
        raise UsageError("settings.unknown_lang", place, name=lang, near=", ".join(LANGUAGES))
    return Settings(
        policy=_policy(tree, "policy", place),
        lang=lang,
        columns=_texts(tree, "columns", place),
        record=_text(tree, "record", place),
        form_fields=_texts(form, "fields", place),
        actions=read_actions(tree.get("actions", {}), place),
        service=_service(_table(tree, "service", place), place),
        path=Path(place.file),
    )


def _service(table: dict[str, Any], place: Place) -> ServiceSettings:
    """Return the table `[service]`, each value of the kind of its default."""
    known = fields(ServiceSettings)
    _only_known(table, [one.name for one in known], place)
    values: dict[str, Any] = {}
    for one in known:
        if one.name in table:
            by_kind = {int: _number, tuple: _texts}.get(type(one.default), _text)
            read = _path if one.name in _PATHS else by_kind
            values[one.name] = read(table, one.name, place)
    return ServiceSettings(**values)


def _only_known(tree: dict[str, Any], known: Sequence[str], place: Place) -> None:
    for key in tree:
        if key not in known:
            raise UsageError("settings.unknown_key", place, name=key, near=Near(key, known))


def _table(tree: dict[str, Any], key: str, place: Place) -> dict[str, Any]:
    table = tree.get(key, {})
    if not isinstance(table, dict):
        raise UsageError("settings.want_table", place, name=key)
    return table


def _number(tree: dict[str, Any], key: str, place: Place) -> int:
    value = tree[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError("settings.want_number", place, name=key)
    return value


def _text(tree: dict[str, Any], key: str, place: Place) -> str | None:
    value = tree.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError("settings.want_text", place, name=key)
    return value


def _path(tree: dict[str, Any], key: str, place: Place) -> str | None:
    """Return a path that leads on from the folder of the settings."""
    value = _text(tree, key, place)
    return str(Path(place.file).parent / value) if value else None


def _policy(tree: dict[str, Any], key: str, place: Place) -> str:
    """Return the name of a policy, or the path of one's own."""
    name = _text(tree, key, place) or DEFAULT
    return str(_path(tree, key, place)) if is_file_name(name) else name


def _texts(tree: dict[str, Any], key: str, place: Place) -> tuple[str, ...]:
    values = tree.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise UsageError("settings.want_texts", place, name=key)
    return tuple(values)
