import pytest

from detector.errors import PolicyError
from detector.finding import Finding, Status
from detector.packs import all_rules, read_packs
from detector.policy import Action, Policy, load_policy, policy_names
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


def test_a_policy_file_of_ones_own_is_used(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("[actions]\nhealth = 'warn'\n")
    assert load_policy(str(path)).decide([finding("health")]).status is Status.WARN
