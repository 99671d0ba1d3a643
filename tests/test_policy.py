import pickle

import pytest

from detector.errors import PolicyError
from detector.finding import Finding, Status
from detector.policy import Action, Policy, as_policy, load_policy, policy_names
from detector.rules.packs import all_rules, read_packs
from detector.taxonomy import Category


def finding(category, rule="x.y"):
    return Finding(Category(category), 0, 1, rule, 1.0)


@pytest.mark.parametrize(
    ("findings", "status"),
    [
        ([], Status.CLEAR),
        ([finding("judgement")], Status.WARN),
        ([finding("health")], Status.BLOCK),
        ([finding("judgement"), finding("religion")], Status.BLOCK),
        ([finding("health", "health.care.appointment")], Status.CLEAR),
    ],
)
def test_the_default_policy_blocks_warns_and_ignores(findings, status):
    assert load_policy().decide(findings).status is status


def test_the_longest_selector_that_fits_decides():
    policy = Policy(
        "own", {"health": Action.WARN, "health.care": Action.IGNORE, "health.care.x": Action.BLOCK}
    )
    assert policy.action(Category.HEALTH, "health.other") is Action.WARN
    assert policy.action(Category.HEALTH, "health.care.y") is Action.IGNORE
    assert policy.action(Category.HEALTH, "health.care.x.z") is Action.BLOCK
    assert policy.action(Category.HEALTH, "health.careful") is Action.WARN


def test_bare_hints_of_care_count_under_the_strict_profiles_only():
    care = [rule for rule in all_rules(read_packs()) if rule.id.startswith("health.care.")]
    assert care
    looks = {name: load_policy(name).looks_for(care[0]) for name in policy_names()}
    assert looks == {"cabinet": False, "hors-sante": True, "strict": True}


@pytest.mark.parametrize("name", ["cabinet", "strict", "hors-sante"])
def test_every_profile_covers_every_category(name):
    policy = load_policy(name)
    assert all(policy.action(category, "") in Action for category in Category)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[actions]\nhelth = 'warn'",
            'neither a category nor the beginning of a rule, did you mean "health"',
        ),
        ("[actions]\nhealth = 'stop'", 'unknown action "stop"'),
        ("[action]\nhealth = 'warn'", 'unknown key "action", did you mean "actions"'),
        ("actions = 3", "a table [actions] is expected"),
        ("[actions", "not valid TOML"),
    ],
)
def test_a_broken_policy_file_says_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(PolicyError) as caught:
        load_policy(str(path))
    assert message in str(caught.value)


@pytest.mark.parametrize("values", [("strict",), ("strict", "warn"), ("strict", None)])
def test_a_policy_without_actions_is_refused_with_advice(values):
    with pytest.raises(TypeError, match=r'load_policy\("strict"\)'):
        Policy(*values)


def test_a_policy_made_in_python_is_checked_like_a_file():
    with pytest.raises(PolicyError, match='own: "helth" is .* did you mean "health"'):
        Policy("own", {"helth": Action.WARN})
    with pytest.raises(PolicyError, match='unknown action "stop"'):
        Policy("own", {"health": "stop"})
    assert Policy("own", {"health": "ignore"}).decide([finding("health")]).status is Status.CLEAR


def test_policies_that_do_the_same_are_one_key_and_keep_their_actions():
    actions = {"health": Action.WARN, "default": Action.BLOCK}
    policy = Policy("own", actions)
    twin = Policy("own", dict(reversed(actions.items())))
    assert {policy: 1}[twin] == 1
    assert pickle.loads(pickle.dumps(policy)) == policy
    actions["health"] = Action.IGNORE
    assert policy == twin


def test_a_policy_is_given_as_itself_by_name_or_not_at_all(tmp_path):
    own = Policy("own", {"default": Action.WARN})
    assert as_policy(own) is own
    assert as_policy("strict") == load_policy("strict")
    assert as_policy(None) == load_policy("cabinet")
    with pytest.raises(PolicyError, match="strict"):
        as_policy("stict")


def test_a_policy_file_of_ones_own_is_used(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("[actions]\nhealth = 'warn'\n")
    assert load_policy(str(path)).decide([finding("health")]).status is Status.WARN
