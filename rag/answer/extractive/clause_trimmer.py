"""A sentence cut down to the clauses that answer: trees say which, made by `yinju train answers`."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, get_args

import numpy as np

from rag.models.forest import Trees
from rag.query.answer_cues import has_cue
from rag.query.answer_type import Asks
from rag.query.expected_answer import Meets, meets
from rag.resources import MODELS
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import terms, unquoted
from rag.text.sentences import clauses_of, clean
from rag.types.document import Document
from rag.types.evidence import Sentence

__all__ = ["FEATURES", "SHIPPED", "kept", "look_at_clauses", "part_of", "trimmed"]

SHIPPED: Final = MODELS / "answers" / "clauses.safetensors"
_SHORT: Final = 72  # characters of a sentence that is left whole
_TOGETHER: Final = 50  # characters up to which clauses beside those needed come along
_LIKELY: Final = 0.1  # probability from which a clause is needed
_ASKS: Final = get_args(Asks)
_STRIPPED: Final = " ，,；;、"
_PARTS: Final = re.compile("[，,；;?？]")
FEATURES: Final = (
    *("read", "read_behind", "starts_behind", "ends_behind", "is_read", "clauses_to_read", "to_read"),
    *("held", "held_behind", "held_before", "held_after", "held_alone"),
    *("cosine", "cosine_behind", "clauses_to_best", "to_best"),
    *("shape", "beside", "cue", "shape_elsewhere", "beside_elsewhere", "cue_elsewhere"),
    *("named", "new_terms", "digits", "quoted", "enumerates", "ends_part", "begins_part"),
    *("place", "place_from_end", "clauses", "length", "whole_length"),
    *("anything", "count", "groups", "english", "question_length", "question_parts"),
    *(f"asks_{kind}" for kind in _ASKS),
)


def trimmed(questions: Sequence[Relevance], sentence: Sentence, document: Document) -> Sentence:
    """Return the sentence without the clauses before and behind that the questions did not ask for.

    Kept is all between the first and the last clause that is likely to answer one of them; the
    sentence as it is where it is short.
    """
    if len(sentence.text) <= _SHORT:
        return sentence
    clauses = clauses_of(sentence.text)
    if len(clauses) < 2:
        return sentence
    likely = np.max(
        [_trees().logits(look_at_clauses(question, sentence.text)) for question in questions], axis=0
    )
    first, last = kept(likely, [clause.end - clause.start for clause in clauses])
    return part_of(sentence, document, clauses[first].start, clauses[last].end)


def kept(logits: Floats, lengths: Sequence[int]) -> tuple[int, int]:
    """Return the first and the last clause to keep.

    Those on either side come along, the likelier one first, as long as the whole stays short.
    """
    needed = np.flatnonzero(logits >= np.log(_LIKELY / (1 - _LIKELY)))
    first, last = (int(needed[0]), int(needed[-1])) if len(needed) else (int(logits.argmax()),) * 2
    length = sum(lengths[first : last + 1])
    while True:
        sides = [
            n for n in (first - 1, last + 1) if 0 <= n < len(lengths) and length + lengths[n] <= _TOGETHER
        ]
        if not sides:
            return first, last
        side = max(sides, key=lambda n: logits[n])
        length += lengths[side]
        first, last = min(first, side), max(last, side)


def part_of(sentence: Sentence, document: Document, start: int, end: int) -> Sentence:
    """Return a stretch of a sentence, in characters of its text, as a sentence of its own."""
    text = sentence.text[start:end]
    stripped = text.strip(_STRIPPED)
    if not stripped:
        return sentence
    start += text.index(stripped[0])
    end = start + len(stripped)
    whole = clean(document.shown, [sentence.span])
    offset = whole.text.find(sentence.text)
    if offset < 0:
        return sentence
    return Sentence(stripped, whole.span(offset + start, offset + end), sentence.block, sentence.is_heading)


@cache
def _trees() -> Trees:
    return Trees(SHIPPED, FEATURES)


def look_at_clauses(question: Relevance, text: str) -> Floats:
    """Return a row for each clause of a sentence, shape (c, len(FEATURES))."""
    spans = [(clause.start, clause.end) for clause in clauses_of(text)]
    texts = [text[start:end] for start, end in spans]
    shown = np.array([_shows(question, clause) for clause in texts], dtype=np.float64)
    total = shown.sum(axis=0, keepdims=True)
    columns = (
        *_of_reader(question, text, spans),
        *_of_words(question, texts, spans),
        *shown.T,
        *((total - shown) > 0).T,
        *_of_texts(question, texts),
        *_of_places(texts),
        *(np.full(len(texts), told) for told in _of_question(question)),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def _of_reader(question: Relevance, text: str, spans: Sequence[tuple[int, int]]) -> list[Floats]:
    reading = question.read([text])[0]
    scores = reading.sentence_scores(spans)
    firsts = np.array([reading.starts[start:end].max() for start, end in spans])
    lasts = np.array([reading.ends[start:end].max() for start, end in spans])
    answer = reading.best_span()
    inside = [answer is not None and s < answer.end and answer.start < e for s, e in spans]
    best = int(scores.argmax())
    return [
        scores,
        scores.max() - scores,
        firsts.max() - firsts,
        lasts.max() - lasts,
        np.array(inside),
        *_distances(spans, best),
    ]


def _distances(spans: Sequence[tuple[int, int]], best: int) -> tuple[Floats, Floats]:
    """Return how many clauses and characters each lies behind one clause; those before it, less than 0."""
    clauses = np.arange(len(spans), dtype=np.float64) - best
    gaps = [
        start - spans[best][1] if n > best else end - spans[best][0] if n < best else 0
        for n, (start, end) in enumerate(spans)
    ]
    return clauses, np.array(gaps, dtype=np.float64)


def _of_words(question: Relevance, texts: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[Floats]:
    held = np.array([question.held(clause) for clause in texts])
    weights, total = question.weights, float(question.weights.sum()) or 1.0
    share = held @ weights / total
    before = np.logical_or.accumulate(held) @ weights / total
    after = np.logical_or.accumulate(held[::-1])[::-1] @ weights / total
    alone = (held & (held.sum(axis=0) == 1)) @ weights / total
    cosines = question.similarity(texts)
    best = int((share + cosines).argmax())
    return [
        *(share, share.max() - share, before, after, alone),
        *(cosines, cosines.max() - cosines),
        *_distances(spans, best),
    ]


def _shows(question: Relevance, clause: str) -> tuple[float, float, float]:
    wanted = question.analysis.expected
    met = Meets(0.0, 0.0) if wanted.anything else meets(wanted, clause)
    return met.shape, met.beside, float(has_cue(question.analysis.asks, clause))


def _of_texts(question: Relevance, texts: Sequence[str]) -> list[Floats]:
    asked = set(terms(question.query.text))
    ends = [text.rstrip()[-1:] in "；;：:。！？!?" for text in texts]
    rows = [
        (
            any(name in unquoted(text) for name in question.analysis.quoted_names),
            sum(term not in asked for term in terms(text)),
            any(character.isdigit() for character in text),
            any(character in '“”「」『』‘’"' for character in text),
            text.count("、"),
            ends[n],
            n == 0 or ends[n - 1],
        )
        for n, text in enumerate(texts)
    ]
    return list(np.array(rows, dtype=np.float64).T)


def _of_places(texts: Sequence[str]) -> list[Floats]:
    places = np.arange(len(texts), dtype=np.float64)
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    return [
        *(places, places[::-1], np.full(len(texts), float(len(texts)))),
        *(lengths, np.full(len(texts), lengths.sum())),
    ]


def _of_question(question: Relevance) -> tuple[float, ...]:
    wanted = question.analysis.expected
    return (
        float(wanted.anything),
        float(question.analysis.count or wanted.count or 0),
        float(len(wanted.groups)),
        float(question.query.language == "en"),
        float(len(question.query.focus)),
        float(len(_PARTS.findall(question.query.focus))),
        *(float(question.analysis.asks == kind) for kind in _ASKS),
    )
