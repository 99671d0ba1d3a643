import json

import pytest

from detector.detector import Detector
from detector.resources import code_folder
from detector.workshop.calibration import (
    calibration_error,
    precision_and_recall,
    reliability,
    score,
)
from detector.workshop.corpus import PARTS, from_record, read_split
from detector.workshop.diff import checkout_of, findings_of, table
from detector.workshop.evaluate import evaluate, figures, print_figures, read_source
from detector.workshop.noise import NOISES
from detector.workshop.pictures import draw_confusion, draw_precision_recall, draw_reliability
from detector.workshop.robustness import by_functionality, by_noise


def comment(text, category=None, functionality="surname_trap"):
    spans = [{"start": 0, "end": len(text), "category": category}] if category else []
    return from_record(
        {
            "id": text,
            "text": text,
            "categories": [category] if category else [],
            "spans": spans,
            "functionality": functionality,
        }
    )


ROWS = [
    comment("porteuse sida", "health"),
    comment("M. Juif a rappelé"),
    comment("rappeler lundi", "health", "impossible"),
]


def test_a_case_is_right_when_reported_if_and_only_if_flagged():
    found = by_functionality(evaluate(ROWS))
    assert found["surname_trap"].hits == found["surname_trap"].cases == 2
    assert (found["impossible"].hits, found["impossible"].cases) == (0, 1)
    assert json.loads(json.dumps(figures(evaluate(ROWS))))["functionalities"]["impossible"]


def test_every_kind_of_noise_is_measured_beside_the_text_as_written():
    found = by_noise(ROWS[:2], Detector())
    assert found.keys() == {"as written", *NOISES}
    assert found["as written"].recall.value == 1
    assert found["capitals"].recall.value == 1


@pytest.fixture(scope="module")
def scored():
    return score(read_split("dev")[:300])


def test_the_curve_ends_where_everything_is_reported(scored):
    precision, recall = precision_and_recall(scored)
    assert recall[-1] == 1
    assert precision[-1] == scored.flagged.mean()
    assert (recall[1:] >= recall[:-1]).all()


def test_bins_hold_every_comment_once(scored):
    bins = reliability(scored)
    assert sum(one.count for one in bins) == len(scored.flagged)
    assert 0 <= calibration_error(bins) < 0.5


def test_pictures_are_drawn_the_same_each_time(scored, tmp_path):
    for name in ("a", "b"):
        draw_precision_recall(scored, tmp_path / name / "pr.svg")
        draw_reliability(scored, tmp_path / name / "reliability.svg")
        draw_confusion(evaluate(ROWS), tmp_path / name / "confusion.svg")
    for one in (tmp_path / "a").iterdir():
        assert one.read_bytes() == (tmp_path / "b" / one.name).read_bytes()


def test_a_part_of_the_corpus_is_read_by_its_name():
    for part in PARTS:
        assert read_source(part)


def test_a_checkout_finds_what_this_one_finds():
    texts = ["porteuse sida", "rappeler lundi"]
    here = findings_of(code_folder().parent, texts)
    assert [found[0] for found in here] == [0]
    with checkout_of("HEAD") as tree:
        assert findings_of(tree, texts) == here


def test_a_table_of_changes_counts_by_rule():
    assert table(set(), {(0, "a.b", 0, 1), (1, "a.b", 0, 1)}) == ["    +2    -0  a.b"]


def test_what_cannot_be_counted_is_null_in_json_and_a_dash_in_the_table(capsys):
    harmless = evaluate([row for row in ROWS if not row.categories][:5])
    found = json.loads(json.dumps(figures(harmless), allow_nan=False))
    assert found["recall"]["value"] is None
    print_figures("x", harmless, "fr")
    assert "nan" not in capsys.readouterr().out.split()
