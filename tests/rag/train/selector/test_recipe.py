"""The recipe of the selector's trees, on a few hundred questions."""

import pytest

from rag.retrieve.rerank.sentence_selector import SentenceSelector
from rag.settings import Settings
from tests.rag.train.reranker.test_judged import rows

pytestmark = pytest.mark.slow
pytest.importorskip("lightgbm")
SETTINGS = Settings.read(reranker="none")


def test_the_selector_learns_where_the_answer_stands(few_hundred_questions, tmp_path):
    from rag.retrieve.rerank.matching import matched_text
    from rag.train.selector.recipe import SelectorRecipe, train_selector
    from tests.rag.retrieve.rerank.sights import asked, weights_of

    out = tmp_path / "new" / "sentences.safetensors"
    run = train_selector(
        few_hundred_questions, out, SelectorRecipe(trees=20, leaf=5), SETTINGS, lambda _: None
    )

    assert run["questions"] == 300
    row = rows(3)[2]
    question = asked(row.question, weights_of("葡萄园2号建成"))
    text = matched_text("", row.passage)
    assert row.answer in text.text.split("\n")[SentenceSelector(out).scores(question, text).argmax()]
