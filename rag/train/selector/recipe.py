"""The recipe of the trees that choose the sentence of a passage in which the answer stands."""

import random
import tempfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rag.build import build_pipeline
from rag.ingest.ingest import store_passages
from rag.query.rewrite import rewrite
from rag.retrieve.rerank.matching import MatchedText, matched_sentences
from rag.retrieve.rerank.sentence_selector import FEATURES, features
from rag.retrieve.retriever import Retriever
from rag.settings import Settings
from rag.text.sentences import sentence_ends
from rag.train.data.pairs import AnswerRow, read_answers
from rag.train.fitting.trees import ForestRecipe, fit_trees, save_trees
from rag.train.report import Report

__all__ = ["TOY", "SelectorRecipe", "train_selector"]

_SHORTEST_STRETCH, _LONGEST_STRETCH = 3, 9  # sentences


@dataclass(frozen=True, slots=True)
class SelectorRecipe(ForestRecipe):
    """The settings of one training run; the defaults made the shipped trees."""

    trees: int = 400
    leaves: int = 7
    leaf: int = 80
    learning_rate: float = 0.05
    features: float = 0.5
    seed: int = 20261121


TOY: Final = SelectorRecipe(trees=5, leaf=5)


def train_selector(
    data: Path, out: Path, recipe: SelectorRecipe, settings: Settings, report: Report
) -> dict[str, Any]:
    """Train on the questions with answers under `data`; return what the run was."""
    answers = read_answers(data)
    rows: list[NDArray[np.float64]] = []
    labels: list[NDArray[np.int8]] = []
    with tempfile.TemporaryDirectory() as library:
        pipeline = build_pipeline(settings.model_copy(update={"library": Path(library)}), create=True)
        passages = dict.fromkeys(row.passage for row in answers)
        store_passages(pipeline.corpus, ((str(number), "", text) for number, text in enumerate(passages)))
        cut = {passage: _sentences(passage) for passage in passages}
        report(f"{len(answers):,} questions about {len(passages):,} passages")
        source = random.Random(recipe.seed)  # noqa: S311 - a sample, not a secret
        with pipeline.corpus.indexes.snapshot() as snapshot:
            retriever = Retriever(snapshot, pipeline.corpus.embedder)
            for row in answers:
                asked = retriever.asked(rewrite(row.question))
                for text, label in _labelled(row, cut[row.passage], source):
                    rows.append(features(asked, text))
                    labels.append(label)
        pipeline.close()
    save_trees(fit_trees(rows, labels, FEATURES, recipe), FEATURES, out)
    return {"questions": len(answers), "texts": len(rows), "recipe": asdict(recipe)}


def _sentences(passage: str) -> list[tuple[int, str]]:
    """Return the sentences of a passage, each with its start."""
    borders = pairwise([0, *sentence_ends(passage)])
    return [(start, passage[start:end]) for start, end in borders if passage[start:end].strip()]


def _labelled(
    row: AnswerRow, sentences: Sequence[tuple[int, str]], source: random.Random
) -> Iterator[tuple[MatchedText, NDArray[np.int8]]]:
    """Yield the passage and a stretch of it, as long as a chunk, with the sentence that holds the answer."""
    right = max(0, bisect_right(sentences, row.start, key=itemgetter(0)) - 1)
    length = source.randint(_SHORTEST_STRETCH, _LONGEST_STRETCH)
    first = max(0, min(right - source.randrange(length), len(sentences) - length))
    for start, end in dict.fromkeys([(0, len(sentences)), (first, min(first + length, len(sentences)))]):
        label = np.zeros(end - start, dtype=np.int8)
        label[right - start] = 1
        if len(label) > 1:
            yield matched_sentences("", [text for _, text in sentences[start:end]]), label
