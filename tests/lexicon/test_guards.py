from types import SimpleNamespace

import pytest

from detector.finding import Span
from detector.lexicon.guards import Guards, Scene, name_words
from detector.rules.rules import Capitalised, Guard, Where
from detector.text import fold


def holds(guard, text, cue, names=(), entities=lambda text: {}):
    view = fold(text)
    start = view.folded.index(cue)
    span = Span(start, start + len(cue))
    scene = Scene(view, name_words(names), entities)
    rule = rule_of(guard)
    return Guards([rule]).speak_against(rule, span, scene)


def rule_of(guard):
    return SimpleNamespace(id="r", unless=(guard,))


def guard(where, terms=("gel",), within=2, capitalised="false"):
    return Guard("g", Where(where), tuple(terms), within, Capitalised(capitalised))


@pytest.mark.parametrize(
    ("one", "text", "expected"),
    [
        (guard("near"), "gel pour cue", True),
        (guard("near"), "cue en gel", True),
        (guard("near"), "gel a b c cue", False),
        (guard("near"), "gel, cue", False),
        (guard("before"), "cue gel", False),
        (guard("after"), "cue gel", True),
        (guard("anywhere"), "gel. bien plus tard, un autre jour : cue", True),
        (guard("part_of", ["gel cue bleu"]), "un gel cue bleu", True),
        (guard("part_of", ["gel cue bleu"]), "un gel cue rouge", False),
        (guard("before", ["mme"], 0, "true"), "Mme Cue", True),
        (guard("before", ["mme"], 0, "true"), "Mme cue", False),
        (guard("before", ["mme"], 1, "true"), "mme anne cue", False),
        (guard("before", ["mme"], 1, "true"), "mme cue", True),
        (guard("before", ["mme"], 0, "strict"), "Mme Cue", True),
        (guard("before", ["mme"], 0, "strict"), "MME CUE", False),
    ],
)
def test_a_guard_holds_where_it_says(one, text, expected):
    assert holds(one, text, "cue") is expected


def test_the_records_own_names_hold_whatever_the_case():
    one = guard("record")
    assert holds(one, "gay martine à rappeler", "gay", names=["GAY"])
    assert not holds(one, "gay martine à rappeler", "gay", names=["PETIT"])


def test_names_are_asked_for_only_when_the_cue_has_a_capital():
    asked = []

    def entities(text):
        asked.append(text)
        return {"person": [Span(0, len(text))]}

    one = guard("entity", ["person"])
    assert not holds(one, "gay rappelle", "gay", entities=entities)
    assert asked == []
    assert holds(one, "Gay rappelle", "gay", entities=entities)
    assert asked == ["Gay rappelle"]
    assert not holds(guard("entity", ["place"]), "Gay rappelle", "gay", entities=entities)


def test_names_are_asked_for_once_in_a_comment():
    asked = []

    def entities(text):
        asked.append(text)
        return {"person": [Span(0, 3)], "place": []}

    one, text = guard("entity", ["place", "person"]), "Gay et Petit"
    scene = Scene(fold(text), frozenset(), entities)
    guards, rule = Guards([rule_of(one)]), rule_of(one)
    assert guards.speak_against(rule, Span(0, 3), scene)
    assert not guards.speak_against(rule, Span(7, 12), scene)
    assert asked == [text]
