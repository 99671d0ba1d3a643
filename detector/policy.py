"""What each category does: block, warn, or not be looked for at all.

A policy maps selectors to actions. A selector is `default`, a category, or the
beginning of a rule id (`health.care`); the longest that fits a finding decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from detector.errors import Near, Place, PolicyError
from detector.finding import CLEAR, SURE, Finding, Status, Verdict
from detector.resources import patterns_folder
from detector.rules.rules import Rule
from detector.taxonomy import Category, StrEnum
from detector.toml_file import read_toml

DEFAULT = "cabinet"
_WANT_ACTIONS = (
    'a Policy wants its actions, as in Policy("own", {"default": Action.WARN}); '
    'one that art9 brings is had by its name, as in load_policy("strict") or Detector("strict")'
)


class Action(StrEnum):
    """What happens to a finding."""

    IGNORE = "ignore"
    WARN = "warn"
    BLOCK = "block"


def _no_actions() -> dict[str, Action]:
    raise TypeError(_WANT_ACTIONS)


@dataclass(frozen=True)
class Policy:
    """A named map from selectors to actions; what is not sure warns where it would block.

    What no selector fits blocks. `changed` are the selectors whose action is another than under
    the policy of that name. Raises PolicyError for a selector or action that does not exist.

    >>> own = Policy("own", {"default": Action.WARN, "health": Action.IGNORE})
    >>> own.action(Category.RELIGION, "religion.islam.muslim")
    <Action.WARN: 'warn'>
    """

    name: str
    actions: Mapping[str, Action] = field(default_factory=_no_actions)
    changed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not isinstance(self.actions, Mapping):
            raise TypeError(_WANT_ACTIONS)
        checked = read_actions(dict(self.actions), Place(self.name))
        object.__setattr__(self, "actions", checked)

    def __hash__(self) -> int:
        return hash((self.name, frozenset(self.actions.items()), self.changed))

    def action(self, category: Category, rule: str) -> Action:
        """Return what happens to a finding of `category` by `rule`."""
        selectors = [
            selector
            for selector in self.actions
            if "." in selector and f"{rule}.".startswith(f"{selector}.")
        ]
        if selectors:
            return self.actions[max(selectors, key=len)]
        return self.actions.get(category.value, self.actions.get("default", Action.BLOCK))

    def looks_for(self, rule: Rule) -> bool:
        """Whether any category of `rule` is more than ignored."""
        return any(self.action(c, rule.id) is not Action.IGNORE for c in rule.categories)

    def decide(self, findings: Sequence[Finding]) -> Verdict:
        """Return the verdict over `findings`, those to be ignored left out."""
        kept = tuple(finding for finding in findings if self.reports(finding))
        if not kept:
            return CLEAR
        blocks = any(map(self.blocks, kept))
        return Verdict(Status.BLOCK if blocks else Status.WARN, kept)

    def reports(self, finding: Finding) -> bool:
        """Whether `finding` is more than ignored."""
        return self._action_of(finding) is not Action.IGNORE

    def blocks(self, finding: Finding) -> bool:
        """Whether `finding` alone is enough for its comment not to stand."""
        return self._action_of(finding) is Action.BLOCK and finding.score >= SURE

    def with_actions(self, actions: Mapping[str, Action]) -> Policy:
        """Return this policy with some actions replaced."""
        others = {name for name, action in actions.items() if self.actions.get(name) != action}
        return Policy(self.name, {**self.actions, **actions}, self.changed | others)

    def _action_of(self, finding: Finding) -> Action:
        return self.action(finding.category, finding.rule)


def policy_names() -> list[str]:
    """Return the names of the policies that art9 brings."""
    return sorted(path.stem for path in (patterns_folder() / "policies").glob("*.toml"))


def load_policy(name: str = DEFAULT) -> Policy:
    """Return the policy called `name`, or the one in the file `name`; raise PolicyError.

    >>> load_policy("cabinet").action(Category.JUDGEMENT, "judgement.insult.stupid")
    <Action.WARN: 'warn'>
    """
    own_file = is_file_name(name)
    path = Path(name) if own_file else patterns_folder() / "policies" / f"{name}.toml"
    if not own_file and name not in policy_names():
        raise PolicyError("policy.unknown", name=name, near=", ".join(policy_names()))
    tree = read_toml(path, PolicyError)
    unknown = set(tree) - {"actions"}
    if unknown:
        key = min(unknown)
        raise PolicyError("policy.unknown_key", Place(name), name=key, near=Near(key, ["actions"]))
    return Policy(path.stem, read_actions(tree.get("actions", {}), Place(name)))


def as_policy(policy: Policy | str | None) -> Policy:
    """Return `policy` itself, the one of that name or file, or the default; raise PolicyError.

    >>> as_policy(None).name, as_policy("strict").name
    ('cabinet', 'strict')
    """
    return policy if isinstance(policy, Policy) else load_policy(policy or DEFAULT)


def is_file_name(name: str) -> bool:
    """Whether a policy called `name` is one's own, in a file.

    >>> is_file_name("own.toml"), is_file_name("strict")
    (True, False)
    """
    return name.endswith(".toml")


def read_actions(table: object, place: Place) -> dict[str, Action]:
    """Return checked actions from a table of selectors; raise PolicyError."""
    if not isinstance(table, dict):
        raise PolicyError("policy.want_table", place)
    return {
        str(selector): _action(str(selector), value, place) for selector, value in table.items()
    }


def _action(selector: str, value: object, place: Place) -> Action:
    known = [category.value for category in Category]
    if selector.split(".")[0] not in (*known, "default"):
        raise PolicyError(
            "policy.unknown_selector", place, name=selector, near=Near(selector, known)
        )
    actions = [action.value for action in Action]
    if value not in actions:
        raise PolicyError("policy.unknown_action", place, name=value, near=", ".join(actions))
    return Action(value)
