"""What a question demands beside its words standing somewhere: all at one place, its year, its number."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import HAN, fold
from rag.text.numbers import NUMERALS, ordinal
from rag.text.patterns import as_pattern_text
from rag.text.word_lists import ITEM_CLASSIFIERS
from rag.types.evidence import Passage

__all__ = ["FEATURES", "look_at_demands"]

FEATURES: Final = (
    *("words_here", "words_near", "words_wide", "words_in_article"),
    *("word_missing_here", "word_missing_near", "word_missing_in_article"),
    *("other_year", "beyond"),
)
_YEAR: Final = re.compile("(?<![0-9])(?:19|20)[0-9x]{2}(?=年|[-—至到])")
_NUMERALS: Final = f"[{NUMERALS}]{{1,3}}|[0-9]{{1,2}}"
_MEASURES: Final = f"{''.join(ITEM_CLASSIFIERS)}大位家点"
_NTH: Final = re.compile(f"第(?P<number>{_NUMERALS})[{_MEASURES}]?(?P<unit>[{HAN}])")


def look_at_demands(question: Relevance, passage: Passage, article: str) -> Floats:
    """Return a row for each sentence of a passage, shape (s, len(FEATURES)).

    Near is with its headings, the first sentence of its paragraph and the one before; wide is with how
    its article begins as well. `article` is the folded text of the article.
    """
    texts = [sentence.text for sentence in passage.sentences]
    here = np.array([question.holds(text) for text in texts])
    near = np.maximum(here, question.holds(" ".join(passage.heading_path)))
    years = _years(question.query.text)
    other_year = np.zeros(len(texts))
    first: dict[int, int] = {}
    for index, sentence in enumerate(passage.sentences):
        start = first.setdefault(sentence.block, index)
        around = [*passage.heading_path, sentence.text]
        if start < index:
            near[index] = np.maximum(near[index], np.maximum(here[start], here[index - 1]))
            around += [texts[start], texts[index - 1]]
        if years:
            other_year[index] = _is_of_another(years, sentence.text, around)
    wide = np.maximum(near, question.holds(passage.topic))
    whole = np.broadcast_to(question.holds(article), here.shape)
    weights = np.array([weight for _, weight in question.content])
    total, heaviest = weights.sum() or 1.0, weights.max(initial=0.0) or 1.0
    held = np.stack([here, near, wide, whole])
    missing = ((1 - held) * weights).max(axis=2, initial=0.0) / heaviest
    beyond = np.full(len(texts), float(_is_beyond(question.query.focus, article)))
    return np.column_stack([(held @ weights / total).T, missing[[0, 1, 3]].T, other_year, beyond])


def _years(text: str) -> frozenset[str]:
    return frozenset(_YEAR.findall(as_pattern_text(text)))


def _is_of_another(years: frozenset[str], sentence: str, around: Sequence[str]) -> float:
    """Return 0 where one of the years stands, 1 where the sentence tells another, else a half."""
    found = frozenset[str]().union(*map(_years, around))
    if years & found:
        return 0.0
    return 1.0 if _years(sentence) else 0.5


@lru_cache(maxsize=512)
def _is_beyond(question: str, article: str) -> bool:
    """Tell whether the fifth is asked for where an article speaks of four: 第五步 of 四步工作法."""
    for asked in _NTH.finditer(fold(question)):
        number, unit = ordinal(asked["number"]), asked["unit"]
        if asked[0] in article:
            continue
        counted = [
            ordinal(found) for found in re.findall(f"(?<!第)({_NUMERALS})(?:个|项|大)?{unit}", article)
        ]
        if any(2 <= count < number for count in counted) and not any(count >= number for count in counted):
            return True
    return False
