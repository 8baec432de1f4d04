"""Which of them: one line for each place, document or person that the library shows, led by its name.

What is named last of many may stand far down among the passages: of all that was found, the sentences
that hold most of what is asked about are read each under its headings, and of each article the one that
reader and words together take for an answer is given.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rag.answer.blocks import Block, Line, Quote
from rag.answer.extractive.naming import name_of
from rag.answer.extractive.sentence_ranker import Choice
from rag.query.form import asked_kind
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import fold
from rag.types.document import Document, Section
from rag.types.evidence import Evidence, Passage, Sentence

__all__ = ["each_that_shows"]

_MOST: Final = 10  # lines
_READ: Final = 24  # sentences that are read
_OF_ONE_ARTICLE: Final = 2  # sentences of it that are read
_SHORTEST: Final = 9  # characters of a sentence that shows anything
_HOLDS: Final = 0.4  # of what the fullest sentence holds of the question's words, to be read at all
_WORDS: Final = 6.0  # of a logit: what it counts that a sentence holds as much as the fullest
# A sentence is an answer from here on. Of 95 read for sixteen questions, 24 of the 27 that a person takes
# for answers lie above, and 1 of the others.
_SHOWS: Final = 2.8
_ONE_ALONE: Final = 2.0  # of the best score that a second may lie behind where one is asked for
_TITLE: Final = re.compile("《([^《》]{2,})》")


@dataclass(frozen=True, slots=True)
class _Nominee:
    """A sentence that may show what is asked for, and how much of the question's words it holds."""

    passage: Passage
    sentence: Sentence
    document: Document
    article: Section | None
    held: float

    @property
    def key(self) -> tuple[str, int]:
        """The article it stands in."""
        return (self.document.name, self.article.start if self.article else 0)

    @property
    def path(self) -> str:
        """Its headings."""
        return " ".join(self.passage.heading_path)


def each_that_shows(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> Block:
    """Return the sentence of each article that shows what is asked for best, best first."""
    nominees = _nominees(question, choices, evidence)
    scores = _scores(question, nominees)
    order = sorted(range(len(nominees)), key=lambda place: -scores[place])
    least = scores[order[0]] - _ONE_ALONE if asked_kind(question.query).is_one else _SHOWS
    found: dict[tuple[str, int], _Nominee] = {}
    said: set[str] = set()
    for place in order:
        one = nominees[place]
        words = fold(one.sentence.text)
        if one.key in found or words in said or (found and scores[place] < max(least, _SHOWS)):
            continue
        found[one.key] = one
        said.add(words)
    lines = tuple(_line(one) for one in list(found.values())[:_MOST])
    return Block(lines, is_list=len(lines) > 1)


def _nominees(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> list[_Nominee]:
    """Return the sentences to read: the best of those that were ranked, and the fullest of each article."""
    subject = _subject(question)
    best = next((choice for choice in choices if _says_something(choice.sentence)), choices[0])
    first = _nominee(question, subject, best.passage, best.sentence, evidence)
    everywhere = [first, *_sentences(question, subject, evidence)]
    named: list[str] = _TITLE.findall(question.query.text)
    of_title = [one for one in everywhere if any(_is_called(name, one) for name in named)]
    everywhere = of_title or everywhere
    most = max(one.held for one in everywhere)
    taken: dict[tuple[str, int], int] = {}
    spans = set()
    nominees = []
    for one in [everywhere[0], *sorted(everywhere[1:], key=lambda one: -one.held)]:
        place = (one.document.name, one.sentence.span)
        if place in spans or one.held < _HOLDS * most or taken.get(one.key, 0) == _OF_ONE_ARTICLE:
            continue
        spans.add(place)
        taken[one.key] = taken.get(one.key, 0) + 1
        nominees.append(one)
    return nominees[:_READ] or [first]


def _sentences(question: Relevance, subject: Floats, evidence: Evidence) -> Iterator[_Nominee]:
    for passage in (*evidence.passages, *evidence.further):
        for sentence in passage.sentences:
            if _says_something(sentence):
                yield _nominee(question, subject, passage, sentence, evidence)


def _nominee(
    question: Relevance, subject: Floats, passage: Passage, sentence: Sentence, evidence: Evidence
) -> _Nominee:
    document = evidence.documents[passage.document]
    path = document.outline.path_at(sentence.span.start)
    text = f"{' '.join(passage.heading_path)} {sentence.text}"
    held = float(question.holds(text) @ subject)
    return _Nominee(passage, sentence, document, path[0] if path else None, held)


def _subject(question: Relevance) -> Floats:
    """Return what each word of the question weighs, none of those that only say what kind is asked for."""
    kind = fold(asked_kind(question.query).text)
    weights = [0.0 if word in kind or len(word) == 1 else weight for word, weight in question.content]
    if not any(weights):
        weights = [weight for _, weight in question.content]
    return np.array(weights, dtype=np.float64)


def _says_something(sentence: Sentence) -> bool:
    asks = sentence.text.endswith(("?", "？"))
    return len(sentence.text) >= _SHORTEST and not sentence.is_heading and not asks


def _is_called(name: str, one: _Nominee) -> bool:
    return fold(name) in fold(f"{one.document.title} {one.path}")


def _scores(question: Relevance, nominees: Sequence[_Nominee]) -> Floats:
    """Return how surely each sentence shows what is asked for: what the reader says, and its words, (n,)."""
    texts = [f"{one.path}\n{one.sentence.text}" for one in nominees]
    read = [
        reading.sentence_scores([(len(text) - len(one.sentence.text), len(text))])[0]
        for reading, text, one in zip(question.read_closely(texts), texts, nominees, strict=True)
    ]
    held = np.array([one.held for one in nominees])
    return np.array(read, dtype=np.float64) + _WORDS * held / (held.max() or 1.0)


def _line(one: _Nominee) -> Line:
    name = name_of(one.document, (one.article,)) if one.article else one.document.title
    quote = Quote(one.sentence.text, one.document.name, one.sentence.span)
    if fold(name) in fold(one.sentence.text):
        return Line((quote,))
    return Line((Quote(f"{name}："), quote))
