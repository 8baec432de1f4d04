import re

import numpy as np
import pytest

from rag.query.counted_names import coined_name
from rag.query.rewrite import rewrite
from rag.retrieve.rerank.trees import TreeReranker
from rag.retrieve.retriever import RankedChunk
from tests.doubles import retriever_over

QUESTION = "轮船末班几点？"


@pytest.fixture(scope="module")
def retriever(small):
    return retriever_over(small)


def documents(small, candidates: list[RankedChunk]) -> list[str]:
    chunks = small.library.chunks(candidate.id for candidate in candidates)
    return [chunks[candidate.id].document for candidate in candidates]


@pytest.mark.parametrize("legs", ["full", "dense", "lexical"])
@pytest.mark.parametrize("question", [QUESTION, "Where is the library?", "𠮷😀？", "abc 123"])
def test_candidates_come_best_first_once_each_on_an_absolute_scale(retriever, question, legs):
    candidates = retriever.candidates(rewrite(question), legs)

    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)
    assert len({candidate.id for candidate in candidates}) == len(candidates)
    assert all(-1 <= candidate.dense <= 1.0001 for candidate in candidates)
    assert all(0 <= candidate.lexical <= 1 and candidate.score <= 1.0001 for candidate in candidates)


@pytest.mark.parametrize(
    ("question", "document"),
    [
        (QUESTION, "ferry.txt"),
        ("輪船末班幾點？", "ferry.txt"),
        ("图书馆每次可以借几本书？", "reading-room.txt"),
        ("果园有多少棵果树？", "orchard.txt"),
        ("How many apples did the orchard sell?", "orchard.txt"),
    ],
)
def test_the_best_chunk_is_found_across_scripts_and_languages(small, retriever, question, document):
    assert documents(small, retriever.candidates(rewrite(question)))[0] == document


def test_each_leg_scores_by_itself_and_the_full_search_by_both(retriever):
    query = rewrite(QUESTION)
    dense = retriever.candidates(query, "dense")[0]
    lexical = retriever.candidates(query, "lexical")[0]
    full = retriever.candidates(query)[0]

    assert (dense.lexical, dense.score) == (0, dense.dense)
    assert (lexical.dense, lexical.score) == (0, lexical.lexical)
    assert full.id == dense.id == lexical.id
    assert min(full.dense, full.lexical) < full.score < max(full.dense, full.lexical)


def test_a_rare_word_is_found_by_full_text_alone(small, retriever):
    assert documents(small, retriever.candidates(rewrite("紫云英"), "lexical"))[0] == "orchard.txt"


def test_words_that_stand_nowhere_bring_no_candidates_by_full_text(retriever):
    assert retriever.candidates(rewrite("宇宙"), "lexical") == []


def test_documents_limit_the_candidates(small, retriever):
    candidates = retriever.candidates(rewrite(QUESTION, documents=["orchard.txt", "reading-room.txt"]))

    assert set(documents(small, candidates)) == {"orchard.txt", "reading-room.txt"}
    assert retriever.candidates(rewrite(QUESTION, documents=[])) == []


def test_the_words_of_a_chinese_question_count_whether_they_are_found_or_not(retriever):
    assert retriever.words(rewrite("轮船宇宙")) == ["轮", "轮船", "船", "船宇", "宇", "宇宙", "宙"]


def test_the_words_of_an_english_question_count_if_they_are_found(retriever):
    assert retriever.words(rewrite("What is the year 1998 of the orchard?")) == ["1998"]


def test_statistics_tell_in_how_many_chunks_a_term_stands(small, retriever):
    found = retriever.statistics(["轮船", "宇宙"])

    assert found["轮船"].frequency == 1
    assert found["宇宙"].frequency == 0
    assert found["宇宙"].idf > found["轮船"].idf > 0


def test_an_empty_library_has_no_candidates(open_pipeline):
    pipeline = open_pipeline()

    assert retriever_over(pipeline).candidates(rewrite("轮船")) == []


class LastFirst:
    """A fake reranker that turns the order of the first three around, and notes what it was shown."""

    depth = 3

    def __init__(self):
        self.shown = []

    def scores(self, asked, judged, texts):
        self.shown.append((asked.query.text, [one.fused for one in judged], [text.text for text in texts]))
        return np.arange(1, len(texts) + 1) / 10


def test_a_reranker_is_shown_the_best_candidates_and_its_scores_count(small):
    reranker = LastFirst()
    retriever = retriever_over(small, reranker)
    query = rewrite(QUESTION)

    fused = retriever.fused(query)
    candidates = retriever.candidates(query)

    ids = [candidate.id for candidate in fused]
    assert [candidate.id for candidate in candidates] == [*ids[2::-1], *ids[3:]]
    assert [candidate.score for candidate in candidates[:3]] == [0.3, 0.2, 0.1]
    assert all(0 <= candidate.score <= 0.1 for candidate in candidates[3:])
    assert len(candidates) > 3
    [(question, scores, texts)] = reranker.shown
    assert (question, scores) == (QUESTION, [candidate.score for candidate in fused[:3]])
    assert len(texts) == 3


def test_one_leg_alone_is_not_ranked_again(small):
    reranker = LastFirst()
    retriever = retriever_over(small, reranker)

    retriever.candidates(rewrite(QUESTION), "dense")

    assert reranker.shown == []


def test_the_shipped_trees_give_probabilities(small):
    retriever = retriever_over(small, TreeReranker())

    candidates = retriever.candidates(rewrite(QUESTION))

    assert documents(small, candidates)[0] == "ferry.txt"
    assert all(0 < candidate.score < 1 for candidate in candidates)


def test_candidates_stay_when_what_was_prepared_before_is_let_go(small, monkeypatch):
    query, other = rewrite(QUESTION), rewrite("果园有多少棵果树？")
    fresh = retriever_over(small, TreeReranker())
    retriever = retriever_over(small, TreeReranker())
    monkeypatch.setattr("rag.retrieve.retriever._MOST_PREPARED", 2)

    for asked in (query, other, query):
        retriever.candidates(asked)

    assert retriever.candidates(query) == fresh.candidates(query)


def test_every_coined_name_that_real_documents_write_is_found_in_them(seeds):
    one = "[一二两双三四五六七八九十][^\\W\\d_一二两双三四五六七八九十]"
    texts = (seeds.library.source_text(name).read.text for name in seeds.library.hashes())
    names = {name for text in texts for name in re.findall(f"[“‘]((?:{one}){{2,4}})[”’]", text)}
    coined = sorted(name for name in names if coined_name(f"{name}是什么？"))
    retriever = retriever_over(seeds)

    assert len(coined) > 5
    assert [n for n in coined if retriever.in_own_words(rewrite(f"{n}是什么？")).unwritten] == []
    assert retriever.in_own_words(rewrite("六联六引是什么？")).unwritten == "六联六引"
