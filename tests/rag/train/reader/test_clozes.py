import pytest

pytestmark = pytest.mark.slow


def test_clozes_ask_for_what_stands_there():
    from rag.train.reader.clozes import Clozes

    paragraph = (
        "2021年全镇种下果树四万棵,分布在山坡、河边和路旁。"
        "其中三成是新品种,由农技站负责管理。镇里还修建了仓库。"
    )
    clozes = Clozes(seed=3)
    tasks = [task for _ in range(60) for task in clozes.make("果树种植", paragraph)]

    asked = {task.text[slice(*task.answer)] for task in tasks if task.answer}
    assert {"2021年", "农技站"} <= asked
    without = [task for task in tasks if task.answer is None]
    assert without
    assert all(len(task.text) < len(paragraph) + len("果树种植\n") for task in without)
