"""The forests of answers are trained end to end, on little, and are read as the pipeline reads them."""

import gzip
import json
from collections.abc import Sequence

import pytest

from rag.answer.extractive.answerability import SIGNS
from rag.answer.extractive.clause_trimmer import FEATURES as CLAUSES
from rag.answer.extractive.form_ranker import FEATURES as WAYS
from rag.answer.extractive.sentence_features import FEATURES
from rag.models.forest import Trees
from rag.models.reader import CrossReader, Reading
from rag.train.data.pairs import is_kept_back
from rag.types.document import Span
from tests.doubles import FERRY, ORCHARD

SUBJECTS = ("东坪村", "西岭村", "南山镇", "北河乡", "中桥街道", "上杨社区")


class Witness(CrossReader):
    """The shipped reader, which remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def read_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read, and remember."""
        self.asked |= {question for question, _ in pairs}
        return super().read_pairs(pairs)


def passage_of(subject: str, number: int) -> str:
    return (
        f"{subject}，位于群山之间，土地肥沃。{subject}的果园有{number}亩，种着苹果和梨，山坡上还有几十株上百年的老柿子树，远近的人都说好。"
        f"每年秋天，{subject}都办采摘节，来的人很多。村里的小学有老师{number % 7 + 3}名。"
    )


@pytest.mark.slow
def test_forests_that_tell_answered_from_unanswered_are_written_with_their_threshold(small, tmp_path):
    from rag.train.answers.recipe import AnswersRecipe, train_answers
    from rag.train.data.own_questions import Asked, QuestionsOver
    from rag.train.fitting.trees import ForestRecipe

    rows = [
        {
            "question": f"{subject}的果园有多少亩？",
            "passage": passage_of(subject, number),
            "answer": f"{number}亩",
            "answer_start": passage_of(subject, number).index(f"{number}亩"),
        }
        for subject in SUBJECTS
        for number in range(100, 700, 10)
        if is_kept_back(passage_of(subject, number))
    ]
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    out.mkdir()
    with gzip.open(data / "selector_small.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
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
    recipe = AnswersRecipe(
        questions=len(rows), ranker=forest, confidence=forest, candidates=forest, clauses=forest
    )

    reader = Witness()
    figures = train_answers(data, [QuestionsOver(small, reference, reader)], out, recipe, lambda _: None)

    assert reader.asked == {asked.question for asked in reference}
    assert (figures["questions"], figures["unanswerable"]) == (4, 1)
    assert figures["public_questions"] >= len(rows)
    Trees(out / "sentences.safetensors", FEATURES)
    Trees(out / "subject.safetensors", SIGNS)
    Trees(out / "detail.safetensors", SIGNS)
    Trees(out / "candidates.safetensors", WAYS)
    Trees(out / "clauses.safetensors", CLAUSES)
    assert figures["clauses"]["sentences"] > 0
    assert figures["ways"]["answered"] == 3
    told = json.loads((out / "confidence.json").read_text(encoding="utf-8"))
    assert 0 < told["threshold"] < 1
