"""The forests of answers are trained end to end, on little, and are read as the pipeline reads them."""

import json
from collections.abc import Sequence

import pytest

from rag.answer.extractive.answerability import SIGNS
from rag.answer.extractive.form_ranker import FEATURES as WAYS
from rag.answer.extractive.sentence_features import FEATURES
from rag.models.forest import Trees
from rag.models.reader import CrossReader, Reading
from rag.types.document import Span
from tests.doubles import FERRY, ORCHARD
from tests.rag.train.villages import write_answers


class Witness(CrossReader):
    """The shipped reader, which remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def read_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read, and remember."""
        self.asked |= {question for question, _ in pairs}
        return super().read_pairs(pairs)


@pytest.mark.slow
def test_forests_that_tell_answered_from_unanswered_are_written_with_their_threshold(small, tmp_path):
    from rag.train.answers.recipe import AnswersRecipe, train_answers
    from rag.train.data.own_questions import Asked, QuestionsOver
    from rag.train.fitting.trees import ForestRecipe

    data, out = tmp_path / "data", tmp_path / "out"
    asked = write_answers(data)
    out.mkdir()
    night, lead = FERRY.index("末班晚上八点"), ORCHARD.index("采取三项措施。")
    checks = ORCHARD.index("“五查”即查虫害")
    reference = [
        Asked("轮船末班是几点？", (), {"ferry.txt": [Span(night, night + 6)]}, (("晚上八点",),)),
        Asked(
            "青石镇采取了哪三项措施改良土壤？",
            (),
            {"orchard.txt": [Span(lead, lead + 7)]},
            (("施用有机肥",), ("修建蓄水池",), ("轮作绿肥",)),
        ),
        Asked(
            "“五查”查的是哪些？",
            (),
            {"orchard.txt": [Span(checks, checks + 10)]},
            (("虫害",), ("水分",), ("肥力",), ("枝条",), ("果实",)),
        ),
        Asked("轮船的船长叫什么名字？", (), {}, near_miss=True),
    ]
    forest = ForestRecipe(trees=5, leaves=4, leaf=2, learning_rate=0.1, features=1.0, seed=1)
    recipe = AnswersRecipe(questions=asked, ranker=forest, confidence=forest, candidates=forest)

    reader = Witness()
    figures = train_answers(data, [QuestionsOver(small, reference, reader)], out, recipe, lambda _: None)

    assert reader.asked == {asked.question for asked in reference}
    assert (figures["questions"], figures["unanswerable"]) == (4, 1)
    assert figures["public_questions"] >= asked
    Trees(out / "sentences.safetensors", FEATURES)
    Trees(out / "subject.safetensors", SIGNS)
    Trees(out / "detail.safetensors", SIGNS)
    Trees(out / "candidates.safetensors", WAYS)
    assert figures["ways"]["answered"] == 3
    told = json.loads((out / "confidence.json").read_text(encoding="utf-8"))
    assert 0 < told["threshold"] < 1
