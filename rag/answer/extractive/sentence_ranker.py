"""Which sentences of the passages answer a question."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np

from rag.answer.extractive.close_reading import read_the_likely
from rag.answer.extractive.read_alone import judged_alone
from rag.answer.extractive.sentence_features import FEATURES, look_at
from rag.models.forest import Trees
from rag.resources import MODELS
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.types.document import Document
from rag.types.evidence import Passage, Sentence

__all__ = ["SHIPPED", "Choice", "choose", "rank_sentences", "ranked"]

SHIPPED: Final = MODELS / "answers" / "sentences.safetensors"
_MOST: Final = 4
_ENOUGH: Final = 0.85  # share of the probability of the likeliest sentences that those chosen have together
_LIKELIEST: Final = 10  # sentences
_LEAST: Final = 0.07  # of the best sentence's probability that a further one must reach
_SHORTEST: Final = 9  # characters of a further sentence: 第二步看盐 answers nothing
_LONG: Final = 60  # characters of a sentence that needs no second one to go on
_ASIDE: Final = re.compile(r"[（(][^()（）]{1,8}[)）]\s*")
_HOW: Final = re.compile("怎么|怎麼|怎样|怎樣|如何|\\b[Hh]ow (?!many|much|long|often|big|large|high|old)")


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence and the probability that it answers."""

    passage: Passage
    index: int  # in its passage
    logit: float
    row: Floats = field(repr=False, compare=False)  # what is seen of it, shape (len(FEATURES),)

    @property
    def sentence(self) -> Sentence:
        """The chosen sentence."""
        return self.passage.sentences[self.index]

    @property
    def probability(self) -> float:
        """How likely it answers, as the trees have it."""
        return float(1 / (1 + np.exp(-self.logit)))


@cache
def _trees() -> Trees:
    return Trees(SHIPPED, FEATURES)


def rank_sentences(
    question: Relevance, passages: Sequence[Passage], documents: Mapping[str, Document]
) -> list[Choice]:
    """Return the sentences of all passages, best first."""
    rows = look_at(question, passages, documents)
    if not len(rows):
        return []
    rows, logits = read_the_likely(question, passages, rows, _trees().logits)
    sentences = [sentence.text for passage in passages for sentence in passage.sentences]
    return ranked(passages, rows, judged_alone(question, sentences, rows, logits))


def ranked(passages: Sequence[Passage], rows: Floats, logits: Floats) -> list[Choice]:
    """Return the sentences of all passages by their logits, one row and one logit each.

    What stands in brackets alone, as （三篇） under a title, answers nothing.
    """
    judged = iter(zip(logits.tolist(), rows, strict=True))
    choices = [
        Choice(passage, index, *next(judged))
        for passage in passages
        for index, sentence in enumerate(passage.sentences)
    ]
    said = [choice for choice in choices if not _ASIDE.fullmatch(choice.sentence.text)]
    return sorted(said or choices, key=lambda choice: -choice.logit)


def choose(question: Relevance, choices: Sequence[Choice]) -> list[Choice]:
    """Return the best sentence and, where that is not sure, the next ones, passage by passage.

    They are the fewest that hold most of the probability, as in nucleus sampling (Holtzman et al., 2020),
    four at most but for what goes on with the best.
    """
    if not choices:
        return []
    best = choices[0]
    kept = [best, *_below(best, choices)]
    enough = _ENOUGH * sum(choice.probability for choice in choices[:_LIKELIEST])
    for choice in choices[1:_LIKELIEST]:
        if len(kept) >= _MOST or sum(c.probability for c in kept) >= enough or best.sentence.announces:
            break
        if (
            _says_something(choice.sentence)
            and choice not in kept
            and choice.probability >= _LEAST * best.probability
        ):
            kept.append(choice)
    kept += _next(question, best, choices, kept)
    order = {id(choice.passage): rank for rank, choice in reversed(list(enumerate(kept)))}
    return sorted(kept, key=lambda choice: (order[id(choice.passage)], choice.index))


def _says_something(sentence: Sentence) -> bool:
    return len(sentence.text) >= _SHORTEST and not sentence.announces and not sentence.is_heading


def _next(
    question: Relevance, best: Choice, choices: Sequence[Choice], kept: Sequence[Choice]
) -> list[Choice]:
    """Return the sentence behind the best one, where reasons and ways of doing things go on."""
    if question.analysis.asks not in ("reason", "yes-no") and not _HOW.search(question.query.focus):
        return []
    sentences = best.passage.sentences
    after = best.index + 1
    if len(best.sentence.text) > _LONG or after == len(sentences) or best.sentence.is_heading:
        return []
    if sentences[after].block != best.sentence.block or sentences[after].is_heading:
        return []
    return [c for c in choices if c.passage is best.passage and c.index == after and c not in kept]


def _below(heading: Choice, choices: Sequence[Choice]) -> list[Choice]:
    """Return the best sentence under a chosen heading or question: that alone answers nothing."""
    if not heading.sentence.is_heading and not heading.sentence.text.endswith(("?", "？")):
        return []
    sentences = heading.passage.sentences
    end = next(
        (i for i in range(heading.index + 1, len(sentences)) if sentences[i].is_heading), len(sentences)
    )
    inside = [c for c in choices if c.passage is heading.passage and heading.index < c.index < end]
    telling = [c for c in inside if _says_something(c.sentence)]
    return (telling or inside)[:1]
