"""What the pretrained reader learns from: tasks in pieces, places where they were."""

import random

import pytest

from rag.models.sentence_encoder import shipped_trunk
from rag.types.document import Span
from tests.doubles import FERRY

pytestmark = pytest.mark.slow


def test_a_sentence_that_answers_stands_among_others_or_is_missing():
    from rag.train.cross_reader.examples import of_sentences

    rows = [(f"who looks after field {number}?", f"field {number} is looked after.") for number in range(9)]
    source = random.Random(1)  # noqa: S311 - a sample, not a secret
    tasks = [task for _ in range(5) for task in of_sentences(rows, 9, source)]

    for task in tasks:
        right = dict(rows)[task.question]
        assert (right in task.text) == (task.answer is not None)
        assert task.answer is None or task.text[slice(*task.answer)] == right
    assert {task.answer is None for task in tasks} == {True, False}


def test_answers_are_found_again_after_folding():
    from rag.train.cross_reader.examples import examples
    from rag.train.data.pairs import AnswerRow
    from rag.train.reader.examples import of_answers

    passage = "果園在山坡上。渡口管理由船隊長李春生負責。碼頭有⑫條船。"
    row = AnswerRow("誰負責渡口?", passage, "船隊長李春生", passage.index("船隊長"))
    source = random.Random(1)  # noqa: S311 - a sample, not a secret
    tasks = [task for _ in range(20) for task in of_answers([row], lambda _: [], source)]

    vocabulary = shipped_trunk().vocabulary
    found = [example for example in examples(tasks, vocabulary, 100) if example.starts]
    assert found
    for example in found:
        pieces = example.ids[example.starts[0] : example.ends[0] + 1]
        assert "".join(vocabulary.id_to_token(piece) or "" for piece in pieces) == "船队长李春生"
    assert any(task.answer is None for task in tasks)
    assert all("李春生" not in task.text for task in tasks if task.answer is None)


def test_own_questions_are_put_to_what_the_library_finds(small):
    from rag.train.cross_reader.examples import of_questions
    from rag.train.data.own_questions import Asked, QuestionsOver

    night = FERRY.index("末班晚上八点")
    asked = [
        Asked("轮船末班是几点？", (), {"ferry.txt": [Span(night, night + 6)]}),
        Asked("轮船的船长叫什么名字？", (), {}),
    ]
    source = random.Random(1)  # noqa: S311 - a sample, not a secret
    tasks = list(of_questions(QuestionsOver(small, asked), source))

    (answered,) = (task for task in tasks if task.answers)
    assert answered.question == "轮船末班是几点？"
    assert ["末班晚上八点" in answered.text[start:end] for start, end in answered.answers] == [True]
    assert sum(task.question == asked[1].question for task in tasks) > 1


def test_all_that_answers_counts_in_the_windows_that_are_read():
    from rag.train.cross_reader.examples import FoundText, in_windows

    vocabulary, source = shipped_trunk().vocabulary, random.Random(1)  # noqa: S311 - a sample
    filler = "".join(f"第{number}个村修了水渠，种了果树。" for number in range(90))
    first, last = "一是由陈秀英看护樱桃园。", "二是由李春生看护渡口。"
    text = f"青石镇\n{first}{filler}{last}"
    answers = [(4, 4 + len(first)), (len(text) - len(last), len(text))]
    rows = in_windows([FoundText("谁看护什么？", text, answers)], vocabulary, source)

    def said(row) -> str:
        return "".join(vocabulary.id_to_token(row.ids[place]) or "" for place in row.starts).lstrip("▁")

    assert [said(row) for row in rows if row.starts] == [first.replace("，", ","), last.replace("，", ",")]
    assert sum(not row.starts for row in rows) == 1
    assert all(list(row.starts) == list(row.ends) == list(row.sentence) for row in rows)
    assert all("青石" in "".join(vocabulary.id_to_token(piece) or "" for piece in row.ids) for row in rows)

    both = FoundText("谁看护什么？", f"{first}镇上有三所学校。{last}", [(0, 12), (20, 31)])
    (together,) = in_windows([both], vocabulary, source)
    assert said(together) == first + last
