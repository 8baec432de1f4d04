"""What a reading says of the characters of a text."""

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models.reader import (
    Answer,
    CrossReader,
    Reader,
    Reading,
    shipped_cross_reader,
    shipped_reader,
)
from rag.models.reader.reading import NOWHERE

TEXT = "青石镇的果园在山坡上。2021年种下苹果树四万棵。渡口管理由船队长李春生负责。"
BOTH = pytest.mark.parametrize("shipped", [shipped_reader, shipped_cross_reader])
SENTENCES = [(0, 11), (11, 25), (25, len(TEXT))]


def reading(starts: dict[int, float], ends: dict[int, float], length: int = 10) -> Reading:
    first, last = (np.full(length, NOWHERE, dtype=np.float32) for _ in range(2))
    for array, values in ((first, starts), (last, ends)):
        for at, value in values.items():
            array[at] = value
    return Reading(0.0, first, last, 1.0)


def test_a_span_ends_after_its_start():
    found = reading({2: 1.0, 6: 5.0}, {3: 4.0, 8: 2.0}).best_span()

    assert found == Answer(6, 9, 5.0)


def test_a_span_stays_within_its_range_and_length():
    read = reading({2: 1.0, 6: 5.0}, {3: 4.0, 8: 2.0})

    assert read.best_span(0, 5) == Answer(2, 4, 3.0)
    assert read.best_span(4, 6) is None
    assert read.best_span(0, 10, longest=2) == Answer(2, 4, 3.0)
    assert read.best_span(0, 10, longest=1) is None


def test_a_sentence_counts_by_the_best_it_holds():
    scores = reading({1: 0.0, 6: 4.0}, {2: 0.0, 7: 4.0}).sentence_scores([(0, 5), (5, 10), (9, 10), (10, 10)])

    assert scores[:2] == pytest.approx([-1.0, 3.0])
    assert (scores[2:] < -1000).all()


@BOTH
@pytest.mark.parametrize(("question", "texts"), [("", ["果园"]), ("谁", ["", " \n"]), ("谁", [])])
def test_nothing_to_read_is_no_answer(shipped, question, texts):
    readings = shipped().read(question, texts)

    assert len(readings) == len(texts)
    assert all(read.answerable == NOWHERE and read.best_span() is None for read in readings)


@BOTH
@pytest.mark.parametrize(
    ("question", "best"), [("苹果树是哪一年种下的?", 1), ("谁负责渡口管理?", 2), ("果园在哪里?", 0)]
)
def test_a_shipped_reader_finds_the_sentence(shipped, question, best):
    (read,) = shipped().read(question, [TEXT])

    assert read.sentence_scores(SENTENCES).argmax() == best
    assert len(read.starts) == len(read.ends) == len(TEXT)


@BOTH
def test_both_scripts_are_read_alike(shipped):
    simplified, traditional = shipped().read("谁负责渡口管理?", ["由船队长负责", "由船隊長負責"])

    assert np.array_equal(simplified.starts, traditional.starts)
    assert simplified.answerable == traditional.answerable


@BOTH
def test_without_its_sentence_a_text_answers_less(shipped):
    whole, left = shipped().read("谁负责渡口管理?", [TEXT, TEXT[: SENTENCES[2][0]]])

    assert whole.answerable > left.answerable


@BOTH
def test_a_text_beyond_all_bounds_is_read_in_part(shipped):
    (read,) = shipped().read("谁负责渡口管理?", ["果园在山坡上。" * 1000])

    assert np.isfinite(read.answerable)
    assert (read.starts[-100:] == NOWHERE).all()


@pytest.mark.parametrize(
    ("kind", "name"), [(Reader, "reader.safetensors"), (CrossReader, "cross_reader.onnx")]
)
def test_what_is_no_network_is_told(tmp_path, kind, name):
    path = tmp_path / name
    path.write_bytes(b"nothing")

    with pytest.raises(ModelError, match=name):
        kind(path)


def test_texts_are_read_each_for_a_question_of_its_own():
    asked = [("谁负责渡口管理?", TEXT), ("果园在哪里?", TEXT)]
    together = shipped_cross_reader().read_pairs(asked)

    assert [read.sentence_scores(SENTENCES).argmax() for read in together] == [2, 0]
    for read, (question, text) in zip(together, asked, strict=True):
        assert np.array_equal(read.starts, shipped_cross_reader().read(question, [text])[0].starts)


def test_an_english_question_is_read_over_a_chinese_text():
    (read,) = shipped_cross_reader().read("Where is the orchard?", [TEXT])

    assert read.sentence_scores(SENTENCES).argmax() == 0
