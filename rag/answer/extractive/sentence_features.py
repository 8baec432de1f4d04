"""What is seen of each sentence of the passages: does it answer the question?

The rows that the trees of `sentence_ranker` beside it judge. Where the sentence selector of a text looks
at one text, these compare across the passages, and with what the question is about.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from rag.answer.extractive.constraint_features import FEATURES as DEMANDS
from rag.answer.extractive.constraint_features import look_at_demands
from rag.models.feature_blocks import FeatureBlock, stacked
from rag.query.answer_cues import defines, has_cue
from rag.query.answer_type import Asks
from rag.query.expected_answer import Expected, Meets, meets
from rag.retrieve.passages import LaidOut, laid_out, standings
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats, matched_sentences
from rag.retrieve.rerank.sentence_selector import FEATURES as SELECTOR_FEATURES
from rag.retrieve.rerank.sentence_selector import features as selector_features
from rag.retrieve.rerank.sentence_selector import shipped_selector
from rag.text.enumerations import enumerations
from rag.text.normalize import fold, terms, unquoted
from rag.text.patterns import is_byline
from rag.types.document import Document
from rag.types.evidence import Passage

__all__ = ["FEATURES", "LEAST_READ", "article_around", "fits", "look_at"]

_KINDS: Final[tuple[Asks, ...]] = (
    *("time", "count", "person", "place", "reason", "list", "overview", "yes-no", "author", "fact"),
)
_COMPARED: Final = ("fit", "own", "near", "wide", "read", "closely", "cosine", "meaning")
LEAST_READ: Final = -20.0
"""The logit of what a reader reached no piece of."""
# The logits of a passage that is not read closely, and of its sentences: of those that are, one in ten
# gets less.
_UNREAD: Final = -6.0
_UNREAD_SENTENCE: Final = -8.0
_MANY: Final = 20  # terms that are not the question's
_OF_SELECTOR: Final = (
    *("near", "near_telling", "least_near", "rarest_missing", "noun", "new_numbers", "asked_numbers"),
    *("run_share", "text_misses", "text_near", "covered_in_context"),
)
_SELECTOR_COLUMNS: Final = [SELECTOR_FEATURES.index(name) for name in _OF_SELECTOR]
_REST: Final = (
    *("fit_place", "standing", "passage", "passage_behind", "fused", "fused_behind", "meaning_path"),
    *("readable", "readable_most", "read_place"),
    *("closely_readable", "closely_readable_most", "closely_place"),
    *("span", "span_length", "span_new", "span_shape"),  # what the reader would answer with
    *("missing_here", "missing_near", "missing_in_article", "article"),
    *DEMANDS,
    *(f"seen_{name}" for name in _OF_SELECTOR),
    *(
        "cue",
        *("shape", "beside", "explains", "right_by", "which", "items"),
        "byline",
        "defines",
        "named",
        "named_in_path",
        "named_in_article",
    ),
    *("new_terms", "announces", "is_heading", "asks_itself", "length", "place"),
)
_OF_QUESTION: Final = (
    *("unseen", "open", "leans", "groups", "names", "question_terms", "question_length"),
    *(f"asks_{kind}" for kind in _KINDS),
)
FEATURES: Final = (
    *_COMPARED,
    *(f"{name}_behind" for name in _COMPARED),  # the best of all sentences
    *_REST,
    *_OF_QUESTION,
)


def look_at(
    question: Relevance,
    passages: Sequence[Passage],
    documents: Mapping[str, Document],
    article_of: Callable[[str], str] | None = None,
) -> Floats:
    """Return a row for each sentence of each passage, in order, shape (s, len(FEATURES)).

    Nothing is read closely yet: `close_reading` does it, and says so in the rows. `article_of` gives the
    folded text of a document that a passage is a part of, where that is not the article it stands in.
    """
    passages = [passage for passage in passages if passage.sentences]
    if not passages:
        return np.zeros((0, len(FEATURES)))
    sentences = [sentence.text for passage in passages for sentence in passage.sentences]
    meant = np.column_stack([question.similarity(sentences), question.meaning(sentences)])
    paths = question.meaning([" ".join(passage.heading_path) for passage in passages])
    laid = [laid_out(passage) for passage in passages]
    readings = _read(question, laid)
    strongest = max(passage.fused for passage in passages)
    readable = max(read.whole for read in readings)
    best = max(passage.score for passage in passages)
    compared, rest = [], []
    seen = zip(passages, standings(len(passages)), readings, paths, strict=True)
    for passage, standing, read, path in seen:
        rows = _selector_rows(question, passage)
        fit = shipped_selector().judge(rows)
        shared = (standing, passage.score, best - passage.score, passage.fused, strongest - passage.fused)
        article = (
            article_of(passage.document)
            if article_of
            else article_around(documents[passage.document], passage)
        )
        covers, missing = _coverage(question, passage, article)
        unread = np.full(len(fit), _UNREAD_SENTENCE)
        place_read = np.argsort(np.argsort(-read.sentences))
        compared.append(np.column_stack([fit, covers[:, :3], read.sentences, unread]))
        rest.append(
            np.column_stack(
                [
                    np.argsort(np.argsort(-fit)),
                    np.tile((*shared, path, read.whole, readable), (len(fit), 1)),
                    place_read,
                    np.full((len(fit), 2), _UNREAD),
                    place_read,
                    _of_spans(question, read.spans),
                    missing,
                    covers[:, 3],
                    look_at_demands(question, passage, article),
                    rows[:, _SELECTOR_COLUMNS],
                    _of_sentences(question, passage, article),
                ]
            )
        )
    return _together(question, np.column_stack([np.concatenate(compared), meant]), np.concatenate(rest))


def _together(question: Relevance, compared: Floats, rest: Floats) -> Floats:
    own = FeatureBlock(_COMPARED, compared)
    return stacked(
        FEATURES,
        own,
        own.changed(compared.max(axis=0) - compared, "{}_behind".format),
        FeatureBlock(_REST, rest),
        FeatureBlock(_OF_QUESTION, np.tile(_of_question(question), (len(compared), 1))),
    )


class _Read(NamedTuple):
    """What the small reader says of a passage and of its sentences, logits against no answer, and what it
    would answer with from each: text and score."""

    whole: float
    sentences: Floats
    spans: Sequence[tuple[str, float]]


def _read(question: Relevance, laid: Sequence[LaidOut]) -> list[_Read]:
    found = []
    for reading, (text, places) in zip(question.read([text for text, _ in laid]), laid, strict=True):
        best = [reading.best_span(start, end) for start, end in places]
        spans = [
            (text[span.start : span.end], max(span.score, 2 * LEAST_READ)) if span else ("", 2 * LEAST_READ)
            for span in best
        ]
        found.append(
            _Read(
                max(reading.answerable, LEAST_READ),
                np.maximum(reading.sentence_scores(places), LEAST_READ),
                spans,
            )
        )
    return found


def _of_spans(question: Relevance, spans: Sequence[tuple[str, float]]) -> Floats:
    """Return what the reader would answer with from each sentence, shape (s, 4).

    Its score, its length, how much of it the question lacks, whether it is the kind of thing asked for.
    """
    wanted, asked = question.analysis.expected, set(terms(question.query.text))
    rows = []
    for text, score in spans:
        found = terms(text)
        new = sum(term not in asked for term in found) / (len(found) or 1)
        rows.append((score, np.log1p(len(text)), new, meets(wanted, text).shape))
    return np.array(rows, dtype=np.float64)


def fits(question: Relevance, passage: Passage) -> Floats:
    """Return how well each sentence of a passage answers, as a logit that compares within it, (s,)."""
    return (
        shipped_selector().judge(_selector_rows(question, passage))
        + _read(question, [laid_out(passage)])[0].sentences
    )


def _selector_rows(question: Relevance, passage: Passage) -> Floats:
    heading = " ".join(passage.heading_path)
    text = matched_sentences(heading, [sentence.text for sentence in passage.sentences])
    return selector_features(question.matched, text)


def _coverage(question: Relevance, passage: Passage, text: str) -> tuple[Floats, Floats]:
    """Return what of the question stands in, and near, each sentence, and the heaviest term that does not.

    By columns: the sentence alone; with its headings, the first sentence of its paragraph and the one
    before; with how its article begins; anywhere in its article. The missing: the first, the third,
    the fourth.
    """
    here = np.array([question.held(sentence.text) for sentence in passage.sentences])
    near = here | question.held(" ".join(passage.heading_path))
    first: dict[int, int] = {}
    for index, sentence in enumerate(passage.sentences):
        start = first.setdefault(sentence.block, index)
        if start < index:
            near[index] |= here[start] | here[index - 1]
    wide = near | question.held(passage.topic)
    article = np.broadcast_to(question.held(text), here.shape)
    weights = question.weights
    total, heaviest = weights.sum() or 1.0, weights.max(initial=0.0) or 1.0
    held = np.stack([here, near, wide, article])
    missing = np.where(held, 0.0, weights).max(axis=2, initial=0.0) / heaviest
    return (held @ weights / total).T, missing[[0, 2, 3]].T


def _of_question(question: Relevance) -> tuple[float, ...]:
    return (
        question.unseen,
        float(question.analysis.expected.anything),
        float(question.query.focus != question.query.text),
        float(len(question.analysis.expected.groups)),
        float(len(question.analysis.quoted_names)),
        float(len(question.words)),
        float(len(question.query.focus)),
        *(float(question.analysis.asks == kind) for kind in _KINDS),
    )


def _of_sentences(question: Relevance, passage: Passage, article: str) -> Floats:
    wanted = question.analysis.expected
    asked = set(terms(question.query.text))
    path = unquoted("".join(passage.heading_path))
    in_path = any(name in path for name in question.analysis.quoted_names)
    in_article = bool(question.analysis.quoted_names) and any(
        name in unquoted(article) for name in question.analysis.quoted_names
    )
    rows = [
        (
            has_cue(question.analysis.asks, sentence.text),
            *_meets(question, wanted, sentence.text),
            max((len(row.items) for row in enumerations(sentence.text)), default=0),
            is_byline(sentence.text),
            defines(sentence.text, question.analysis.quoted_names),
            any(name in unquoted(sentence.text) for name in question.analysis.quoted_names),
            in_path,
            in_article,
            min(_MANY, sum(term not in asked for term in terms(sentence.text))),
            sentence.announces,
            sentence.is_heading,
            sentence.text.endswith(("?", "？")),
            np.log1p(len(sentence.text)),
            index / len(passage.sentences),
        )
        for index, sentence in enumerate(passage.sentences)
    ]
    return np.array(rows, dtype=np.float64)


def _meets(question: Relevance, wanted: Expected, sentence: str) -> Meets:
    """Tell how far a sentence meets what is expected; the noun that an English question counts is Chinese."""
    met = meets(wanted, sentence)
    if question.query.language == "en" and question.analysis.asks == "count":
        return met._replace(beside=float(question.counts(sentence)))
    return met


def article_around(document: Document, passage: Passage) -> str:
    """Return the folded text of the article a passage stands in."""
    path = document.outline.path_at(passage.spans[0].start)
    start, end = (path[0].start, path[0].end) if path else (0, len(document.text))
    return _folded(document.shown[start:end])


@lru_cache(maxsize=128)
def _folded(text: str) -> str:
    return fold(text)
