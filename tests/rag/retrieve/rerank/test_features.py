"""What the trees see of the candidates."""

import numpy as np
import pytest

from rag.query.rewrite import rewrite
from rag.retrieve.rerank.features import FEATURES, Judged, features
from rag.retrieve.rerank.matching import TermWeights, matched_question, matched_text
from tests.rag.retrieve.rerank.sights import asked, weights_of

TEXTS = [
    "果园在2023年种下苹果树四万棵。收获苹果三百吨，收入比上年增加两成！渡口每天开船六班。",
    "渡口在青石镇东边；末班船晚上九点开。GIS系统已经建成。",
    "The orchard was planted in 2023.",
    "",
]
QUESTION = "果园2023年收获苹果多少吨，GIS建成了吗"


def seen(question, texts, scores=None, heading="") -> list[dict[str, float]]:
    scores = scores or [Judged(0.5 - n / 10, 0.4, 0.45 - n / 20) for n in range(len(texts))]
    rows = features(asked(question), scores, [matched_text(heading, text) for text in texts])
    return [dict(zip(FEATURES, map(float, row), strict=True)) for row in rows]


def test_every_row_has_every_feature_and_all_are_numbers():
    rows = seen(QUESTION, TEXTS)

    assert len(rows) == len(TEXTS)
    assert all(np.isfinite(list(row.values())).all() for row in rows)


def test_a_question_without_terms_is_seen_by_its_scores_alone():
    asked_nothing = matched_question(rewrite("what?"), TermWeights((), np.zeros(0)), 0.0)

    rows = features(asked_nothing, [Judged(0.5, 0.0, 0.1)], [matched_text("题", "果园。")])

    assert np.isfinite(rows).all()
    assert rows[0, FEATURES.index("dense")] == 0.5


def test_no_candidates_give_no_rows():
    assert features(asked(QUESTION), [], []).shape == (0, len(FEATURES))


def test_the_measures_of_terms_are_those_of_plain_loops():
    texts = ["果园种树。渡口开船。", "果园收获苹果。"]
    weights = weights_of("果园收获")
    total = sum(weights.values())
    first, second = seen("果园收获", texts)

    assert first["covered"] == pytest.approx(sum(weights[term] for term in ("果", "果园", "园")) / total)
    assert second["covered"] == pytest.approx(1)
    assert first["rarest_missing"] == pytest.approx(1)
    assert first["best_sentence"] == first["covered"]
    assert first["best_pair"] == first["covered"]
    assert second["telling"] > first["telling"]
    assert second["covered_lead"] == pytest.approx(1 - first["covered"])
    assert first["covered_gap"] == first["covered_lead"] == pytest.approx(first["covered"] - 1)


def test_a_term_of_the_heading_is_not_missing():
    (row,) = seen("果园渡口", ["渡口每天开船。"], heading="青石镇果园")

    assert (row["covered_by_heading"] > 0, row["covered_with_heading"] > row["covered"]) == (True, True)
    assert row["heading_in_question"] == 0
    assert seen("青石镇果园几点开门", ["九点。"], heading="青石镇果园")[0]["heading_in_question"] == 1


def test_numbers_and_latin_words_that_are_missing():
    rows = seen("2023年的GIS系统", ["2023年建成", "GIS建成", "2022年"])

    assert [(row["numbers_missing"], row["latin_missing"]) for row in rows] == [(0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("question", "text", "cue"),
    [
        ("何时开船", "九点开船", 0),
        ("何时开船", "5月开船", 1),
        ("有多少人", "有30人", 1),
        ("渡口好吗", "5月", 0),
    ],
)
def test_a_cue_for_what_is_asked(question, text, cue):
    assert seen(question, [text])[0]["has_cue"] == cue


def test_ranks_and_gaps():
    rows = seen("果园", ["甲", "乙"], [Judged(0.2, 0.9, 0.7), Judged(0.6, 0.1, 0.3)])

    assert [row["dense_rank"] > 0 for row in rows] == [True, False]
    assert [round(row["fused_gap"], 3) for row in rows] == [0, -0.4]
    assert rows[0]["fused_lead"] == pytest.approx(0.4)
