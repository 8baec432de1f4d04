"""What the trees are trained on: questions that the embedding model never saw, and what is found for them."""

import gzip
import json

import numpy as np
import pytest

from rag.errors import InputError
from rag.retrieve.rerank.features import FEATURES
from rag.settings import Settings
from rag.text.normalize import normalise
from rag.train.data.pairs import AnswerRow, PairFile, is_held_out, read_answers
from rag.train.reranker.judged import QuestionSet, answer_sets, judge, pair_sets

FRUITS = ["苹果", "香蕉", "葡萄", "西瓜", "樱桃", "荔枝", "菠萝", "草莓", "芒果", "石榴"]


def rows(count: int) -> list[AnswerRow]:
    """Make questions about passages of four sentences; the answer is in the third."""
    found = []
    for number in range(count):
        fruit, year = FRUITS[number % 10], 1900 + number
        lead = f"{fruit}园{number}号,在河边。" + "园子里有很多树木和花草。" * 3
        passage = f"{lead}它在{year}年建成。" + "每天有很多人来参观。" * 3
        found.append(
            AnswerRow(f"{fruit}园{number}号哪年建成?", passage, f"{year}年", passage.index(str(year)))
        )
    return found


def test_passages_are_cut_into_parts_of_whole_sentences_and_the_answer_is_in_the_right_one():
    answers = rows(300)
    held_out = {row.passage for row in answers if is_held_out(normalise(row.passage), has_questions=True)}

    sets = list(answer_sets(answers, seed=1))

    assert len(sets) == 5
    for asked in sets:
        texts = "".join(text for _, text in asked.passages)
        assert sorted(texts) == sorted("".join(held_out))
        assert len(asked.questions) == len(held_out)
        for question, [number] in asked.questions:
            row = next(row for row in answers if row.question == question)
            assert row.answer in asked.passages[number][1]
            assert asked.passages[number][1] in row.passage
    assert max(len(text) for _, text in sets[0].passages) <= 120
    assert {heading for heading, _ in sets[3].passages} == {""}


def test_pairs_of_two_languages_are_asked_both_ways_and_only_held_out_ones_are():
    chinese = [f"第{number}号果园今年收获苹果三百吨" for number in range(2000)]
    english = [f"orchard number {number} harvested apples" for number in range(2000)]

    there, back = pair_sets([PairFile("trans_x", english, chinese)], seed=1)

    assert (there.name, back.name) == ("trans_x", "trans_x, reversed")
    assert all(is_held_out(passage, has_questions=False) for _, passage in there.passages)
    question, [number] = there.questions[0]
    assert chinese[english.index(question)] == there.passages[number][1]
    assert {text for _, text in back.passages} <= set(english)


def test_dictionaries_and_small_files_are_left_out():
    many = [f"第{number}号果园收获" for number in range(2000)]

    assert not list(
        pair_sets([PairFile("dict_x", many, many), PairFile("few", many[:20], many[:20])], seed=1)
    )


def test_candidates_are_judged_question_by_question():
    passages = [(f"{fruit}园", f"{fruit}在五月成熟,由农技站检验。") for fruit in FRUITS]
    questions = [(f"{fruit}何时成熟?", frozenset([number])) for number, fruit in enumerate(FRUITS)]

    judged = judge(QuestionSet("fruit", passages, questions), Settings.read(reranker="none"))

    assert judged.rows.shape == (judged.groups.sum(), len(FEATURES))
    assert len(judged.groups) == len(FRUITS)
    firsts = np.cumsum([0, *judged.groups[:-1]])
    assert judged.labels[firsts].tolist() == [1] * len(FRUITS)
    assert judged.labels.sum() == len(FRUITS)


def test_answers_are_read_with_their_lines(tmp_path):
    good = {"question": "问", "passage": "答在这里", "answer": "这里", "answer_start": 2}
    path = tmp_path / "selector_x.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps(good) + "\n" + json.dumps(good | {"answer_start": None}) + "\n")

    with pytest.raises(InputError, match=r"selector_x\.jsonl\.gz, line 2: no question and answer"):
        read_answers(tmp_path)
    with pytest.raises(InputError, match=r"holds no selector_\*\.jsonl\.gz"):
        read_answers(tmp_path / "none")
