import ast
import re
import string

import pytest

from detector.errors import Near, UsageError
from detector.finding import QUALIFIERS, Status
from detector.messages import catalogue
from detector.resources import code_folder
from detector.rules.rules import Strength
from detector.sources.folders import DEVICE, HIDDEN, LINK, NO_ENDING
from detector.taxonomy import Category, Subject, Tier
from detector.workshop.noise import NOISES

ENUMERATED = {
    "advice.reason.": Category,
    "advice.still.": QUALIFIERS,
    "check.": Status,
    "cli.headings.": ["arguments", "options", "commands"],
    "evaluate.noises.": ["as_written", *NOISES],
    "form.": Status,
    "qualifier.": QUALIFIERS,
    "rules.": [*Strength, "id", "title", "strength"],
    "scan.left_": [DEVICE, HIDDEN, LINK, NO_ENDING],
    "service.cds.summary_": Status,
    "service.message.": Status,
    "status.": Status,
    "subject.": Subject,
    "tier.": Tier,
}
"""What follows in keys that the code puts together of what another module names."""
ANYWHERE = {"input.", "service.reason.", "service.refusal."}
"""Keys of which any module may name the rest."""


def placeholders(message):
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_both_languages_say_the_same_things():
    french, english = catalogue("fr"), catalogue("en")
    assert french.keys() == english.keys()
    for key, message in french.items():
        assert placeholders(message) == placeholders(english[key]), key


def spoken(tree):
    """Return the texts that stand in code, and how those begin that it puts together."""
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(piece) for node in joined for piece in node.values}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    whole = {node.value for node in texts if isinstance(node.value, str) and id(node) not in inside}
    heads = {getattr(node.values[0], "value", None) for node in joined if len(node.values) == 2}
    return whole, {head for head in heads if isinstance(head, str)}


def keys_in_code():
    modules = [spoken(ast.parse(path.read_text("utf-8"))) for path in code_folder().rglob("*.py")]
    everything = set().union(*(whole for whole, _ in modules))
    yield from everything
    for whole, heads in modules:
        for head in heads:
            rest = everything if head in ANYWHERE else ENUMERATED.get(head, whole)
            yield from (f"{head}{word}" for word in rest)
    page = (code_folder() / "service/static/page.html").read_text("utf-8")
    yield from (f"page.{name}" for name in re.findall(r"{{(\w+)}}", page))


def test_every_message_is_used():
    """But for advice, whose selectors have a test of their own."""
    used = set(keys_in_code())
    used |= {f"{part}.{key}" for part in ("error", "cli") for key in used}
    left = catalogue("fr").keys() - used
    assert {key for key in left if not key.startswith(("advice.do.", "advice.wording."))} == set()


def test_every_category_has_a_name_and_a_law_in_both_languages():
    for category in Category:
        for lang in ("fr", "en"):
            assert category.named(lang)
            assert category.law(lang)


def test_tiers_follow_the_annotation_guide():
    tiers = {tier: [c.value for c in Category if c.tier is tier] for tier in Tier}
    assert tiers[Tier.ART10] == ["criminal_offence"]
    assert tiers[Tier.IDENTIFIER] == ["identifier"]
    assert len(tiers[Tier.ART9]) == 9


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            ["scan", "check"],
            'unknown command "scn", did you mean "scan"? "art9 --help" shows them.',
        ),
        (["hook"], 'unknown command "scn"; known: hook. "art9 --help" shows them.'),
        (map(str, range(20)), "17, 18, 19, …."),
    ],
    ids=["one is near", "none is near", "too many to name"],
)
def test_an_unknown_word_is_told_with_the_nearest_or_with_those_known(known, said):
    error = UsageError("usage.unknown_command", name="scn", near=Near("scn", known))
    assert said in str(error)
