"""Which sentences of the passages answer a question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rag.answer.cues import has_cue, has_unit, shows_what_is_asked
from rag.lens import Lens
from rag.outline.rules import is_byline
from rag.passages import standings
from rag.rerank.matching import Floats, matched_sentences
from rag.rerank.sentences import shipped_selector
from rag.support import Signs
from rag.text import fold, terms
from rag.types import Evidence, Passage, Sentence

__all__ = ["Choice", "choose", "fits", "rank_sentences", "signs_of"]

_CUE: Final = 0.12
_UNIT: Final = 0.15
_COUNTED: Final = 0.35  # a number beside the very noun that an English question counts
_BYLINE: Final = 0.5
_DEFINES: Final = 0.3
_IN_NAMED: Final = 0.15
_OWN: Final = 0.4
_CONTEXT: Final = 0.4
_MEANING: Final = 0.4
_FIT: Final = 0.3
_PASSAGE: Final = 0.4
_SAYS_NOTHING: Final = 0.25
_ANNOUNCES: Final = 0.25  # a list, where one number, date, name or place is wanted
_WANT_A_FACT: Final = ("count", "time", "person", "place")
_FEWEST_NEW_TERMS: Final = 8
_MOST: Final = 3
_LOOKED_AT: Final = 5  # of the best sentences
_ADDS: Final = 0.18  # share of the question that a further sentence must bring
_FURTHER: Final = 0.6  # of the best sentence's score that a further one must reach


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence, how well it fits, and how much of the question it and its headings hold."""

    passage: Passage
    index: int  # in its passage
    score: float
    coverage: float
    defines: bool = False  # says what a name in the question stands for

    @property
    def sentence(self) -> Sentence:
        """The chosen sentence."""
        return self.passage.sentences[self.index]


def rank_sentences(lens: Lens, passages: Sequence[Passage]) -> list[Choice]:
    """Return the sentences of all passages, best first."""
    similar = iter(lens.similarity([sentence.text for passage in passages for sentence in passage.sentences]))
    choices = [
        _choice(lens, passage, index, _MEANING * float(next(similar)) + _FIT * float(fit), standing)
        for passage, standing in zip(passages, standings(len(passages)), strict=True)
        if passage.sentences
        for index, fit in enumerate(fits(lens, passage))
    ]
    return sorted(choices, key=lambda choice: -choice.score)


def fits(lens: Lens, passage: Passage) -> Floats:
    """Return how well each sentence of a passage answers, between 0 and 1, shape (s,)."""
    heading = " ".join(passage.heading_path)
    text = matched_sentences(heading, [sentence.text for sentence in passage.sentences])
    return np.asarray(1 / (1 + np.exp(-shipped_selector().scores(lens.matched, text))))


def _choice(lens: Lens, passage: Passage, index: int, meaning: float, standing: float) -> Choice:
    sentence = passage.sentences[index]
    own = lens.coverage(sentence.text)
    near = _near(passage, index)
    context = (lens.coverage(*near) + lens.coverage(*near, passage.topic)) / 2
    defines = _defines(sentence.text, lens.names)
    score = (
        _OWN * own
        + _CONTEXT * context
        + meaning
        + _PASSAGE * standing
        + (_CUE if has_cue(lens.asks, sentence.text) else 0.0)
        + (_UNIT if lens.asks == "count" and has_unit(lens.query.focus, sentence.text) else 0.0)
        + (_COUNTED if lens.asks == "count" and lens.counts(sentence.text) else 0.0)
        + (_BYLINE if lens.asks == "author" and is_byline(sentence.text) else 0.0)
        + (_DEFINES if defines else 0.0)
        + (_IN_NAMED if any(name in fold("".join(passage.heading_path[-1:])) for name in lens.names) else 0.0)
        - (_SAYS_NOTHING if _says_nothing(lens, sentence) else 0.0)
        - (_ANNOUNCES if lens.asks in _WANT_A_FACT and sentence.announces else 0.0)
    )
    return Choice(passage, index, score, context, defines)


def _says_nothing(lens: Lens, sentence: Sentence) -> bool:
    """Tell whether a sentence is a heading, or adds next to nothing to the question's own words."""
    if lens.asks == "author" and is_byline(sentence.text):
        return False
    asked = set(terms(lens.query.text))
    return sentence.is_heading or sum(term not in asked for term in terms(sentence.text)) < _FEWEST_NEW_TERMS


def _defines(text: str, names: Sequence[str]) -> bool:
    """Tell whether a sentence says what a name stands for: “三亲”即…, “三亲”(…), 亲人、亲友、亲邻“三亲”."""
    folded = fold(text)
    return any(
        re.search(re.escape(name) + '[”」』’"]?(?:即|是指|指|就是|分别是|:|\\()', folded)
        or re.search("(?:[^,。;:、]{2,12}、){2,}[^,。;:、“「『]{2,12}[“「『]" + re.escape(name), folded)
        for name in names
    )


def _near(passage: Passage, index: int) -> tuple[str, ...]:
    """Return a sentence and what it leans on: its headings, the sentences before it."""
    return (passage.sentences[index].text, *passage.heading_path, *_around(passage, index))


def _around(passage: Passage, index: int) -> Iterator[str]:
    """Yield the first sentence of a sentence's paragraph and the one before it."""
    block = [
        other.text for other in passage.sentences[:index] if other.block == passage.sentences[index].block
    ]
    if block:
        yield block[0]
        yield block[-1]


def _below(heading: Choice, choices: Sequence[Choice]) -> list[Choice]:
    """Return the best sentence under a chosen heading or question: that alone answers nothing."""
    if not heading.sentence.is_heading and not heading.sentence.text.endswith(("?", "？")):
        return []
    sentences = heading.passage.sentences
    end = next(
        (i for i in range(heading.index + 1, len(sentences)) if sentences[i].is_heading), len(sentences)
    )
    inside = [c for c in choices if c.passage is heading.passage and heading.index < c.index < end]
    return inside[:1]


def signs_of(lens: Lens, choices: Sequence[Choice], evidence: Evidence) -> Signs:
    """Return the signs by which it is told whether the evidence answers the question."""
    english = lens.query.language == "en"
    shown = bool(choices) and shows_what_is_asked(lens, choices[0].sentence.text)
    return Signs(
        unseen=lens.unseen,
        dense=evidence.closest,
        passage=evidence.strongest,
        english=float(english),
        no_cue=float(not shown),
        nothing_shared=float(not english and all(choice.coverage == 0 for choice in choices[:_LOOKED_AT])),
    )


def _context(choice: Choice) -> tuple[str, ...]:
    return (*_near(choice.passage, choice.index), choice.passage.topic)


def choose(lens: Lens, choices: Sequence[Choice]) -> list[Choice]:
    """Return the best sentence and those that bring what it leaves open, in reading order."""
    kept = [*choices[:1], *_below(choices[0], choices)] if choices else []
    while kept and len(kept) < _MOST and not kept[0].sentence.announces:
        texts = [text for choice in kept for text in _context(choice)]
        held = lens.coverage(*texts)
        further = [
            choice
            for choice in choices
            if choice not in kept
            and choice.score >= _FURTHER * kept[0].score
            and not choice.sentence.announces
            and lens.coverage(*texts, *_context(choice)) - held >= _ADDS
        ]
        if not further:
            break
        kept.append(further[0])
    order = {id(choice.passage): rank for rank, choice in reversed(list(enumerate(kept)))}
    return sorted(kept, key=lambda choice: (order[id(choice.passage)], choice.index))
