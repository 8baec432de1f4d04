"""Which passages the pretrained reader reads, and what is said of those it does not."""

import numpy as np
import pytest

from rag.answer.extractive.close_reading import look_closely_at, read_the_likely
from rag.answer.extractive.sentence_features import FEATURES, look_at

SENTENCE, BEHIND, WHOLE, MOST_WHOLE, PLACE = (
    FEATURES.index(name)
    for name in ("closely", "closely_behind", "closely_readable", "closely_readable_most", "closely_place")
)
NAMES = ("青云", "白茅", "石桥", "柳林", "东山", "西河", "南塘", "北坡")
VILLAGES = {
    f"{name}.txt": f"{name}村的果园\n{name}村的果园有{number}00亩，请了技术员。\n{name}村也养鱼。\n"
    for number, name in enumerate(NAMES, start=2)
}


@pytest.fixture
def read(pipeline_of):
    """Read for a question what the given logits, one a passage, make likely; return which were read."""
    pipeline = pipeline_of(VILLAGES)

    def passages_read(asked: str, *likely: float) -> list[int]:
        plan = pipeline.found_alone(asked)
        passages = plan.evidence.passages
        counts = [len(passage.sentences) for passage in passages]
        assert len(passages) == len(VILLAGES)
        logits = np.repeat([*likely, *[-20.0] * (len(passages) - len(likely))], counts)
        untouched = look_at(plan.question, passages, plan.evidence.documents)
        rows, judged = read_the_likely(plan.question, passages, untouched.copy(), lambda rows: logits)
        assert judged is logits
        starts = np.cumsum([0, *counts[:-1]])
        return [
            n for n, start in enumerate(starts) if (rows[start] != untouched[start])[[SENTENCE, WHOLE]].all()
        ]

    return passages_read


def test_where_one_sentence_is_far_likelier_its_passage_alone_is_read(read):
    assert read("石桥村的果园有多少亩？", -9.0, 2.0, -5.0) == [1]


def test_passages_that_come_near_the_best_are_read_too(read):
    assert read("石桥村的果园有多少亩？", 1.0, -5.0, 2.0, 0.0) == [0, 2, 3]


def test_where_all_are_alike_not_all_are_read(read):
    assert len(read("石桥村的果园有多少亩？", *[0.0] * len(VILLAGES))) == 4


def test_what_is_put_together_of_several_sentences_is_looked_for_in_three(read):
    assert read("哪些村有果园？", -9.0, 5.0, -9.0, -9.5, -9.0) == [0, 1, 2]


def test_what_was_read_is_what_the_trees_learn_from(pipeline_of):
    plan = pipeline_of(VILLAGES).found_alone("哪些村请了技术员？")
    passages, documents = plan.evidence.passages, plan.evidence.documents

    learnt = look_closely_at(plan.question, passages, documents)
    untouched = look_at(plan.question, passages, documents)
    rows, _ = read_the_likely(plan.question, passages, untouched.copy(), lambda rows: rows[:, SENTENCE])

    is_read = rows[:, WHOLE] != untouched[:, WHOLE]
    alike = [SENTENCE, WHOLE, PLACE]
    assert 0 < is_read.sum() < len(rows)
    assert np.array_equal(rows[is_read][:, alike], learnt[is_read][:, alike])
    assert np.array_equal(rows[~is_read][:, alike], untouched[~is_read][:, alike])
    for found, seen in ((rows, is_read), (learnt, np.ones(len(rows), bool))):
        assert (found[:, BEHIND] == found[:, SENTENCE].max() - found[:, SENTENCE]).all()
        assert set(found[:, MOST_WHOLE]) == {found[seen, WHOLE].max()}
