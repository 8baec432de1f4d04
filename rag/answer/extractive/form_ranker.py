"""Which of the ways to answer is the best: trees over what is seen of each, made by `yinju train answers`."""

from collections.abc import Mapping, Sequence
from functools import cache
from statistics import median
from typing import Final, get_args

import numpy as np

from rag.answer.extractive.answer_forms import Candidate, Kind, candidates
from rag.answer.extractive.sentence_features import FEATURES as SIGHT
from rag.answer.extractive.sentence_ranker import Choice
from rag.models.feature_blocks import FeatureBlock, stacked
from rag.models.forest import Trees
from rag.resources import MODELS
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import fold
from rag.types.document import Document
from rag.types.evidence import Listing

__all__ = ["FEATURES", "SHIPPED", "decided", "look_at_candidates"]

SHIPPED: Final = MODELS / "answers" / "candidates.safetensors"
_KINDS: Final = get_args(Kind)
_ASKS: Final = ("list", "overview", "fact", "count", "reason")
_BESIDE: Final = 8  # characters between a name and what it stands for
_NOWHERE: Final = -20.0  # a logit
_OF_ANCHOR: Final = (
    "read",
    "read_behind",
    "cosine",
    "meaning",
    "own",
    "near",
    "wide",
    "explains",
    "defines",
    "is_heading",
    "length",
)
_ANCHOR_COLUMNS: Final = [SIGHT.index(name) for name in _OF_ANCHOR]
_COMPARED: Final = (
    "anchor",
    "items_most",
    "items_mean",
    "held",
    "held_by_items",
    "held_by_lead",
    "cosine_with",
    "cosine_with_items",
    "meaning_with",
)
_REST: Final = (
    *(f"is_{kind}" for kind in _KINDS),
    *("items", "counts", "is_counted", "is_miscounted", "place", "ranked"),
    *("named", "named_right_by", "stem", "quoted_beside", "about_an_item"),
    *("listing", "coverage", "close", "cosine_of_list", "near_of_list", "counted", "listing_behind"),
    *("is_read", "characters", "longest", "shortest", "usual", "alone"),
    *(f"anchor_{name}" for name in _OF_ANCHOR),
    *(f"asks_{kind}" for kind in _ASKS),
    *("english", "asks_kind_of_thing", "question_length", "follows"),
)
FEATURES: Final = (*_COMPARED, *(f"{name}_behind" for name in _COMPARED), *_REST)


def decided(
    question: Relevance,
    choices: Sequence[Choice],
    listings: Sequence[Listing],
    documents: Mapping[str, Document],
) -> list[tuple[Candidate, float]]:
    """Return all ways to answer, each with its logit."""
    found = candidates(question, choices, listings, documents)
    if not found:
        return []
    return list(
        zip(found, _trees().logits(look_at_candidates(question, choices, found)).tolist(), strict=True)
    )


@cache
def _trees() -> Trees:
    return Trees(SHIPPED, FEATURES)


def look_at_candidates(question: Relevance, choices: Sequence[Choice], found: Sequence[Candidate]) -> Floats:
    """Return a row for each way to answer, shape (c, len(FEATURES))."""
    logits = {(c.passage.document, c.sentence.span.start): c.logit for c in reversed(choices)}
    place = {id(choice): number for number, choice in enumerate(choices)}
    compared = np.array([_compared(question, way, logits) for way in found])
    leads = [_lead(way) for way in found]
    cosines = question.similarity(leads + [" ".join(_texts(way)) for way in found])
    compared = np.column_stack(
        [compared, cosines[: len(found)], cosines[len(found) :], question.meaning(leads)]
    )
    own = FeatureBlock(_COMPARED, compared)
    behind = own.changed(compared.max(axis=0) - compared, "{}_behind".format)
    most = max((way.listing.score for way in found if way.listing), default=0.0)
    reads: dict[str, tuple[int, int] | None] = {}
    rest = [
        (
            *(float(way.kind == kind) for kind in _KINDS),
            *_counts(question, way),
            float(place.get(id(way.anchor), len(place))),
            way.anchor.logit - choices[0].logit if way.anchor else _NOWHERE,
            *_names(question, way),
            *_of_listing(way.listing, most),
            float(_is_read(question, way, reads)),
            *_lengths(way),
            float(sum(other.kind == way.kind for other in found) == 1),
            *(way.anchor.row[_ANCHOR_COLUMNS] if way.anchor else np.zeros(len(_ANCHOR_COLUMNS))),
            *(float(question.analysis.asks == kind) for kind in _ASKS),
            float(question.query.language == "en"),
            float(not question.analysis.expected.anything),
            float(len(question.query.focus)),
            float(question.query.focus != question.query.text),
        )
        for way in found
    ]
    return stacked(FEATURES, own, behind, FeatureBlock(_REST, np.array(rest, dtype=np.float64)))


def _texts(way: Candidate) -> list[str]:
    return [item.text for item in way.items]


def _lead(way: Candidate) -> str:
    if way.listing:
        return f"{way.listing.section.title} {way.lead.text if way.lead else ''}"
    return way.lead.text if way.lead else way.text


def _compared(
    question: Relevance, way: Candidate, logits: Mapping[tuple[str, int], float]
) -> tuple[float, ...]:
    of_items = [
        logits[way.document, item.span.start]
        for item in way.items
        if (way.document, item.span.start) in logits
    ]
    return (
        way.anchor.logit if way.anchor else _NOWHERE,
        max(of_items, default=_NOWHERE),
        sum(of_items) / len(of_items) if of_items else _NOWHERE,
        question.coverage(_lead(way), *_texts(way)),
        question.coverage(*_texts(way)),
        question.coverage(_lead(way)),
    )


def _counts(question: Relevance, way: Candidate) -> tuple[float, ...]:
    """Return how many items there are, how many are asked for, and whether that agrees and disagrees."""
    asked = question.analysis.count or question.analysis.expected.count
    is_list = way.kind != "sentences"
    return (
        float(len(way.items)),
        float(asked or 0),
        float(is_list and asked == len(way.items)),
        float(is_list and asked is not None and asked != len(way.items)),
    )


def _names(question: Relevance, way: Candidate) -> tuple[float, ...]:
    """Tell how the names that the question counts, or puts in quotation marks, lie to the items."""
    lead = fold(way.anchor.sentence.text if way.row and way.anchor else _lead(way))
    items = [fold(text) for text in _texts(way)]
    named = right_by = stem = 0.0
    for name in question.analysis.counted_names:
        if not items or name.number != len(items):
            continue
        shares = [sum(part in item for item in items) / len(items) for part in name.stems]
        stem = max([stem, *shares])
        for part in name.stems:
            at = lead.find(name.prefix + part)
            if at >= 0:
                named = max(named, float(len(part)))
                right_by = max(right_by, _is_right_by(way, at, at + len(name.prefix + part)))
    beside = max(
        (
            _is_right_by(way, lead.find(n), lead.find(n) + len(n))
            for n in question.analysis.quoted_names
            if n in lead
        ),
        default=0.0,
    )
    about = any(sum(name in item for item in items) == 1 for name in question.analysis.quoted_names)
    return named, right_by, stem, beside, float(about)


def _is_right_by(way: Candidate, start: int, end: int) -> float:
    """Tell whether a name in a sentence stands right before, or right behind, its enumeration."""
    if way.row is None:
        return 0.0
    gap = max(way.row.start - end, start - way.row.items[-1][1])
    return float(gap <= _BESIDE)


def _of_listing(listing: Listing | None, most: float) -> tuple[float, ...]:
    if listing is None:
        return (0.0,) * 7
    return (
        *(listing.score, listing.coverage, listing.close, listing.cosine, listing.near, listing.counted),
        most - listing.score,
    )


def _is_read(question: Relevance, way: Candidate, reads: dict[str, tuple[int, int] | None]) -> bool:
    """Tell whether the answer that the reader finds in a sentence stands in its enumeration."""
    if way.row is None or way.anchor is None:
        return False
    text = way.anchor.sentence.text
    if text not in reads:
        span = question.read([text])[0].best_span()
        reads[text] = (span.start, span.end) if span else None
    span_read = reads[text]
    return span_read is not None and way.row.start < span_read[1] and span_read[0] < way.row.items[-1][1]


def _lengths(way: Candidate) -> tuple[float, ...]:
    lengths = [len(text) for text in _texts(way)]
    return (
        float(np.log1p(len(way.text))),
        *(float(np.log1p(length)) for length in (max(lengths), min(lengths), median(lengths))),
    )
