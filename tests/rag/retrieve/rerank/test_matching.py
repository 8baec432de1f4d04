"""A question laid over texts, against the same told in plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.embedders.static import shipped
from rag.retrieve.rerank.matching import look, matched_sentences, matched_text
from rag.text.normalize import normalise, terms
from tests.rag.retrieve.rerank.sights import asked, weights_of

LETTERS = st.text("果园苹果树收获。；！abc12 \n", max_size=60)


@given(st.lists(LETTERS, min_size=1, max_size=4), st.text("果园苹果树收获abc12", min_size=1, max_size=12))
def test_terms_are_found_as_in_plain_loops(texts, question):
    weights = weights_of(question)
    prepared = [matched_text("", text) for text in texts]
    sentences = [sentence for text in prepared for sentence in text.text.split("\n")]

    sight = look(asked(question), prepared)

    assert sight.held.shape == (len(sentences), len(weights))
    for row, sentence in zip(sight.held, sentences, strict=True):
        assert [*row] == [term in terms(sentence) for term in weights]
    for row, text in zip(sight.counts, texts, strict=True):
        assert [*row] == [terms(text).count(term) for term in weights]


def test_a_sentence_is_as_near_as_its_nearest_piece():
    question = asked("苹果树的收成")
    prepared = [matched_text("", "梨园今年丰收。渡口开船。"), matched_text("", "会议九点开始。")]
    table = shipped()

    sight = look(question, prepared)

    for row, sentence in zip(sight.near, ["梨园今年丰收。", "渡口开船。", "会议九点开始。"], strict=True):
        [ids] = table.pieces([normalise(sentence)])
        rows = table.rows(ids)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        assert row == pytest.approx((question.directions[:-2] @ rows.T).max(axis=1), abs=0.01)


def test_the_cosine_of_a_sentence_is_the_embedder_s():
    sentences = ["果园今年收获苹果三百吨。", "The orchard was planted in 2023.", "渡口九点开船。"]
    question = "苹果收了多少吨"

    sight = look(asked(question), [matched_sentences("", sentences)])

    expected = shipped().embed_passages(sentences) @ shipped().embed_query(question)[0]
    assert sight.cosines == pytest.approx(expected, abs=0.01)


def test_texts_are_seen_alone_as_in_company():
    texts = [
        matched_text("果园", "种下苹果树。收获三百吨！"),
        matched_text("", "渡口开船。"),
        matched_text("", ""),
    ]
    question = asked("苹果树收获多少吨")

    together = look(question, texts)
    alone = [look(question, [text]) for text in texts]

    assert [*together.starts] == [0, 2, 3]
    for name in ("held", "counts", "in_heading", "near", "cosines", "noun", "runs"):
        parts = np.concatenate([getattr(sight, name) for sight in alone])
        assert getattr(together, name) == pytest.approx(parts, abs=1e-6), name


@pytest.mark.parametrize(
    ("text", "run"), [("今年果园种树", 4), ("果园", 2), ("果和园", 0), ("", 0), ("果园。种树在果园种", 3)]
)
def test_the_longest_run_within_a_sentence(text, run):
    assert look(asked("果园种树"), [matched_text("", text)]).runs.max() == run


def test_a_word_inside_a_longer_one_is_another():
    sight = look(asked("GIS系统"), [matched_text("", "regist 一套"), matched_text("", "建成gis平台")])

    assert [*sight.counts[:, 0]] == [0, 1]


def test_a_noun_that_is_asked_for_is_nearest_to_its_own_kind():
    texts = [matched_text("", "他因肺炎去世。"), matched_text("", "他在桥上散步。")]

    asked_for = look(asked("他由于哪一个疾病而去世"), texts).noun
    nothing = look(asked("他去世了"), texts).noun

    assert asked_for[0] > asked_for[1]
    assert not nothing.any()


def test_traditional_and_simplified_are_seen_alike():
    one = look(asked("蘋果樹"), [matched_text("果園", "果園種下蘋果樹。")])
    other = look(asked("苹果树"), [matched_text("果园", "果园种下苹果树。")])

    assert all((a == b).all() for a, b in zip(one, other, strict=True))
