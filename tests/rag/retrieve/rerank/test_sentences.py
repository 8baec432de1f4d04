"""What the trees see of the sentences of one text, and what the shipped trees make of it."""

import numpy as np
import pytest

from rag.retrieve.rerank.matching import matched_sentences, matched_text
from rag.retrieve.rerank.sentence_selector import FEATURES, features, shipped_selector
from tests.rag.retrieve.rerank.sights import asked

TEXT = [
    "青石镇的果园在山坡上。",
    "2021年种下苹果树四万棵。",
    "其中三成是新品种。",
    "渡口每天开船六班。",
]


def seen(question, sentences, heading="") -> list[dict[str, float]]:
    rows = features(asked(question), matched_sentences(heading, sentences))
    return [dict(zip(FEATURES, map(float, row), strict=True)) for row in rows]


def test_what_every_sentence_holds_tells_nothing():
    rows = seen("果园苹果", ["果园苹果多。", "果园大。"])

    assert rows[0]["telling_gap"] == 0
    assert rows[1]["telling_gap"] < rows[1]["covered_gap"] < 0


def test_neighbours_are_seen():
    rows = seen("哪年种下苹果树", TEXT)

    assert [row["has_cue"] for row in rows] == [0, 1, 0, 0]
    assert [row["has_cue_before"] for row in rows] == [0, 0, 1, 0]
    assert [row["has_cue_after"] for row in rows] == [1, 0, 0, 0]
    assert [row["refers_back"] for row in rows] == [0, 0, 1, 0]
    assert rows[2]["covered_with_before"] == rows[1]["covered_with_before"] > rows[2]["covered"]


@pytest.mark.parametrize("sentences", [["果园。"], [""], ["a", "b"]])
def test_any_text_gives_numbers(sentences):
    rows = features(asked("果园有多少苹果树"), matched_sentences("题", sentences))

    assert rows.shape == (len(sentences), len(FEATURES))
    assert np.isfinite(rows).all()


def test_a_question_without_terms_gives_numbers():
    assert np.isfinite(features(asked("?!", {}), matched_text("", "果园。渡口。"))).all()


@pytest.mark.parametrize(
    ("question", "best"), [("苹果树是哪一年种下的?", 1), ("渡口一天开几班船?", 3), ("果园在哪里?", 0)]
)
def test_the_shipped_trees_find_the_sentence(question, best):
    assert shipped_selector().scores(asked(question), matched_sentences("", TEXT)).argmax() == best
