import random

import pytest

pytestmark = pytest.mark.slow


def test_answers_are_found_again_after_folding():
    from rag.train.data.pairs import AnswerRow
    from rag.train.reader.examples import examples, of_answers

    passage = "果園在山坡上。渡口管理由船隊長李春生負責。碼頭有⑫條船。"
    row = AnswerRow("誰負責渡口?", passage, "船隊長李春生", passage.index("船隊長"))
    source = random.Random(1)  # noqa: S311 - a sample, not a secret
    tasks = [task for _ in range(20) for task in of_answers([row], lambda _: [], source)]

    found = [example for example in examples(tasks) if example.first >= 0]
    assert found
    for _, text, first, last in found:
        assert text.text[text.starts[first] : text.ends[last]] == "船队长李春生"
    assert any(task.answer is None for task in tasks)
    assert all("李春生" not in task.text for task in tasks if task.answer is None)
