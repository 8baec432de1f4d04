"""What speaks for and against that the best sentences answer: one row a question, each column by name.

The rows that the weights of `answerability` beside it weigh. What the forests and the readers make of the
best sentence stands beside what a question asks for that a text may well treat and not tell: the highest
of some, an amount of money, a thing by its number. An English sentence was read alone: its logit says so.
Nothing here depends on how large a library is, but by way of the forests.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from rag.answer.extractive.sentence_features import FEATURES as OF_SENTENCE
from rag.answer.extractive.sentence_ranker import Choice
from rag.models.feature_blocks import FeatureBlock, stacked
from rag.query.answer_patterns import EXTREME, MONEY_SHAPE
from rag.query.form import asked_form
from rag.query.identifiers import identifiers, with_years_in_digits
from rag.query.keywords import holds_code
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import normalise
from rag.text.patterns import as_pattern_text
from rag.text.ranges import amounts, fits_ranges
from rag.types.evidence import Evidence

__all__ = ["FEATURES", "LOOKED_AT", "look_at_answer"]

LOOKED_AT: Final = 5  # best sentences
_CODED: Final = 0.75  # share of a question's words, beside its codes, that a sentence tells of
_READABLE: Final = OF_SENTENCE.index("closely_readable_most")
_NOUN: Final = OF_SENTENCE.index("seen_noun")
_BESIDE: Final = OF_SENTENCE.index("beside")
_BEYOND: Final = OF_SENTENCE.index("beyond")  # the fifth of four
FEATURES: Final = (
    *("best", "told", "readable", "noun", "extreme", "money", "yes_no", "summary"),
    *("falls_into", "named", "names_nobody"),
)


def look_at_answer(question: Relevance, choices: Sequence[Choice], evidence: Evidence, told: float) -> Floats:
    """Return a row, shape (1, len(FEATURES)); `told` is the logarithm of what the forests make of it."""
    best = choices[0]
    text, form = as_pattern_text(question.query.focus), asked_form(question.query)
    values = (
        best.logit,
        told,
        best.row[_READABLE],
        best.row[_NOUN],
        bool(EXTREME.search(text)),
        bool(MONEY_SHAPE.asked.search(text.lower())),
        form == "yes-no",
        form == "summary",
        fits_ranges(amounts(question.query.text), best.sentence.text),
        _named(question, choices, evidence),
        question.analysis.asks == "person" and not any(one.row[_BESIDE] for one in choices[:LOOKED_AT]),
    )
    return stacked(FEATURES, FeatureBlock(FEATURES, np.array([values], dtype=np.float64)))


def _named(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> float:
    """Tell whether the text has what a question calls by a name: 1 by its codes, -1 if another, else 0."""
    is_unwritten = bool(question.query.unwritten) and not question.query.called
    is_beyond = bool(choices[0].row[_BEYOND])
    if is_unwritten or is_beyond or _lacks_code(question, evidence) or _lacks_identifier(question, choices):
        return -1.0
    return float(bool(question.analysis.codes) and _tells_of_codes(question, choices[0]))


def _lacks_code(question: Relevance, evidence: Evidence) -> bool:
    """Tell whether a question names a code that stands in none of the documents that were found."""
    return any(
        not any(holds_code(document.text, code) for document in evidence.documents.values())
        for code in question.analysis.codes
    )


def _lacks_identifier(question: Relevance, choices: Sequence[Choice]) -> bool:
    """Tell whether a code, a year or a number by which something is named stands in no best sentence."""
    asked = identifiers(question.query.focus)
    if not asked:
        return False
    texts = [" ".join([*one.passage.heading_path, one.sentence.text]) for one in choices[:LOOKED_AT]]
    texts = [normalise(with_years_in_digits(text)) for text in texts]
    return any(not any(name in text for text in texts) for name in asked)


def _tells_of_codes(question: Relevance, best: Choice) -> bool:
    """Tell whether a sentence has all codes of a question and nearly all of its words."""
    text = f"{' '.join(best.passage.heading_path)} {best.sentence.text}"
    weights = np.array([weight for _, weight in question.content])
    held = float(question.holds(text) @ weights) / (weights.sum() or 1.0)
    return held >= _CODED and all(holds_code(best.sentence.text, code) for code in question.analysis.codes)
