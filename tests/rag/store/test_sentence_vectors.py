"""Vectors of sentences that are kept beside a library."""

import stat
from collections.abc import Sequence

import numpy as np
import pytest

from rag.store import sentence_vectors
from rag.store.sentence_vectors import SentenceVectors

TEXTS = ("果园有八百亩。", "轮船末班十点半开。", "The reading room closes at nine.")


class CountedEncoder:
    """A double of the sentence encoder: tells which texts it was given."""

    size = 6

    def __init__(self) -> None:
        self.given: list[str] = []

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        self.given += texts
        return np.array([[len(text), *map(ord, text[:5])] for text in texts], np.float32) / 70_001


@pytest.fixture
def encoder(monkeypatch):
    made = CountedEncoder()
    monkeypatch.setattr(sentence_vectors, "shipped_encoder", lambda: made)
    return made


@pytest.fixture
def file(tmp_path, encoder):
    """The file in which the vectors of TEXTS are kept, all encoded once."""
    SentenceVectors(tmp_path).of(TEXTS)
    encoder.given.clear()
    (path,) = tmp_path.iterdir()
    return path


def test_what_was_kept_is_not_made_again_and_is_the_same(tmp_path, encoder):
    made = SentenceVectors(tmp_path).of(TEXTS)
    kept = SentenceVectors(tmp_path)

    assert np.array_equal(kept.of([TEXTS[2], "新的一句。", TEXTS[0]])[[0, 2]], made[[2, 0]])
    assert encoder.given == [*TEXTS, "新的一句。"]
    assert made.dtype == np.float32
    assert np.allclose(made, CountedEncoder().sentences(TEXTS), atol=1e-3)


def test_a_text_that_stands_twice_is_encoded_once(tmp_path, encoder):
    vectors = SentenceVectors(tmp_path).of([TEXTS[0], TEXTS[1], TEXTS[0]])

    assert encoder.given == list(TEXTS[:2])
    assert np.array_equal(vectors[0], vectors[2])


def test_no_text_has_no_vector(tmp_path):
    assert len(SentenceVectors(tmp_path).of([])) == 0


def test_a_damaged_record_is_made_again_alone(file, encoder):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)

    SentenceVectors(file.parent).of(TEXTS)

    assert encoder.given == [TEXTS[1]]


def test_behind_a_record_that_was_cut_short_the_next_is_whole(file, encoder):
    file.write_bytes(file.read_bytes()[:-3])

    for _ in range(2):
        SentenceVectors(file.parent).of(TEXTS)

    assert encoder.given == [TEXTS[2]]


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path, encoder):
    vectors = SentenceVectors(tmp_path / "missing")

    assert np.array_equal(vectors.of(TEXTS), vectors.of(TEXTS))
    assert encoder.given == list(TEXTS)
    assert not (tmp_path / "missing").exists()


def test_no_more_are_kept_than_there_is_room_for(tmp_path, encoder, monkeypatch):
    monkeypatch.setattr(sentence_vectors, "MOST", 2)
    SentenceVectors(tmp_path).of(TEXTS)
    encoder.given.clear()

    SentenceVectors(tmp_path).of(TEXTS)

    assert encoder.given == [TEXTS[2]]


def test_of_those_in_memory_the_oldest_go(tmp_path, encoder, monkeypatch):
    monkeypatch.setattr(sentence_vectors, "MOST", 2)
    vectors = SentenceVectors(tmp_path / "missing")
    vectors.of(TEXTS)
    encoder.given.clear()

    vectors.of(TEXTS[1:])
    vectors.of(TEXTS[:1])

    assert encoder.given == list(TEXTS[:1])


def test_those_of_another_encoder_are_neither_read_nor_left(file, encoder, monkeypatch, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "manifest.json").write_text("{}")
    monkeypatch.setattr(sentence_vectors, "FOLDER", tmp_path / "model")

    SentenceVectors(file.parent).of(TEXTS[:1])

    assert encoder.given == list(TEXTS[:1])
    assert not file.exists()


def test_they_are_their_owner_s_alone(file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
