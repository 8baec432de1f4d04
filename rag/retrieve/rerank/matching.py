"""A question laid over texts, sentence by sentence: which terms stand where, and how near the rest comes."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.models.embedders.static import StaticEmbedder, shipped
from rag.query.answer_patterns import SIGNS
from rag.query.answer_type import Asks, asks_for
from rag.text.coordination import LIST_COMMA
from rag.text.marks import OPENING, OPENING_TITLE
from rag.text.normalize import HAN, count_han, normalise
from rag.text.sentences import sentence_ends
from rag.types.query import Query

__all__ = [
    "ASKED_KINDS",
    "CLOSE",
    "SENTENCE_MARKS",
    "Floats",
    "Ints",
    "MatchedQuestion",
    "MatchedText",
    "Sight",
    "TermWeights",
    "cues_of",
    "look",
    "matched_question",
    "matched_sentences",
    "matched_text",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LATIN: Final = re.compile(r"[a-z]{2,}")
_QUOTES: Final = re.compile(f'[{OPENING_TITLE}{OPENING}"]')
_REFERS_BACK: Final = re.compile(
    "[但而并]?(?:[其他她它该这此]|同[年月日]|因此|后来)|(?:he|she|it|they|this|these)\\b"
)
_MARK: Final = re.compile(rf"[^\w{HAN}]+")
_LETTER: Final = re.compile(rf"[\w{HAN}]")
# The noun that a question asks for: 哪一个疾病, 什么名称.
_ASKED_NOUN: Final = re.compile(
    f"(?:什么样的|什么|哪一?[个位种所座部本家项条支些次场款类名间]?|何)([{HAN}]{{1,4}})"
)
ASKED_KINDS: Final[tuple[Asks, ...]] = ("time", "count", "person", "place")
SENTENCE_MARKS: Final = ("quotes", "latin", "is_list", "is_question", "refers_back")
"""What a sentence holds: quotes opened; 1 for Latin words, a list, a question, a pronoun at the start."""
_BORDER: Final = "\x1e"  # between sentences that are normalised together: a record separator
_PLANE: Final = 0x10000
_NO_LENGTH: Final = 1e-9  # stands for 0 where one divides by it
_COMMONEST: Final = 20.0  # pieces that count as equally common
_LEAST_RARITY: Final = 0.05
CLOSE: Final = 0.99  # cosine from which two pieces are one


class TermWeights(NamedTuple):
    """The terms of a question and their inverse document frequencies, shape (t,)."""

    terms: tuple[str, ...]
    weights: Floats


class Words(NamedTuple):
    """A term as it may be written."""

    alternatives: tuple[str, ...]
    pattern: re.Pattern[str]


class MatchedQuestion(NamedTuple):
    """A question as it is matched."""

    query: Query
    asks: Asks
    text: str  # normalised, marks left out
    numbers: frozenset[str]
    latin: frozenset[str]
    terms: tuple[str, ...]
    weights: Floats
    wide: Floats  # 1 for terms of more than one character
    known: float  # share of the weights whose terms stand somewhere
    number_of: NDArray[np.int16]  # of each code point: its number among the terms' characters, from 1
    single: Ints  # character number -> its term, -1 if it is none
    double: Ints  # two character numbers -> their term, -1 if they are none
    others: tuple[tuple[int, "Words"], ...]  # terms that are no one or two Han characters
    pieces: Ints  # pieces of the vocabulary, (p,)
    directions: NDArray[np.float32]  # (p + 2, d): unit rows of the pieces, the question, the asked noun
    rarity: Floats  # (p,): how rare the pieces are, adding up to 1


class MatchedText(NamedTuple):
    """A text as it is matched: normalised, in sentences, as code points and as pieces of the vocabulary."""

    heading: str
    text: str
    codes: NDArray[np.uint16]  # 0 at the end; characters beyond the first plane are all one
    sentence_of: NDArray[np.int32]  # of each code point
    lengths: Ints  # (s,): characters of each sentence
    pieces: NDArray[np.int32]
    piece_starts: Ints  # (s,)
    norms: Floats  # (s,): lengths of the sums of the pieces' rows
    numbers: tuple[frozenset[str], ...]  # of each sentence
    marks: Floats  # (s, len(SENTENCE_MARKS))
    cues: Floats  # (s, 4): 1 where a sentence shows what each of the ASKED_KINDS asks for
    han_share: float


class Sight(NamedTuple):
    """A question over n texts with s sentences in all, t terms and p pieces."""

    starts: Ints  # (n,): each text's first sentence
    held: Bools  # (s, t): which sentence holds which term
    counts: Ints  # (n, t): how often each text holds each term
    in_heading: Bools  # (n, t)
    near: Floats  # (s, p): the closest each sentence comes to each piece, as a cosine
    cosines: Floats  # (s,): of the sentences with the question
    noun: Floats  # (s,): the closest a new word of each sentence comes to the asked noun, 0 if there is none
    runs: Ints  # (s,): characters of the longest run of the question's terms


def matched_text(heading: str, text: str) -> MatchedText:
    """Prepare a chunk."""
    ends = sentence_ends(text)
    parts = [text[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    return matched_sentences(heading, [part for part in parts if part.strip()] or [text])


def matched_sentences(heading: str, sentences: Sequence[str]) -> MatchedText:
    """Prepare a text that is in sentences already (one at least)."""
    together = normalise(_BORDER.join(sentence.replace(_BORDER, " ") for sentence in sentences))
    folded = [" ".join(sentence.split()) for sentence in together.split(_BORDER)]
    lengths = np.array([len(sentence) for sentence in folded], dtype=np.int64)
    text = "\n".join(folded)
    signs = [SIGNS[kind] for kind in ASKED_KINDS]
    table = shipped()
    found = [ids or [0] for ids in table.pieces(folded)]
    pieces = np.array([id_ for ids in found for id_ in ids], dtype=np.int32)
    starts = np.cumsum([0, *(len(ids) for ids in found[:-1])])
    return MatchedText(
        normalise(heading),
        text,
        _codes(text),
        np.repeat(np.arange(len(folded), dtype=np.int32), lengths + 1),
        lengths,
        pieces,
        starts,
        table.sum_lengths(pieces, starts).astype(np.float64),
        tuple(frozenset(_NUMBER.findall(sentence)) for sentence in folded),
        np.array([_marks(sentence) for sentence in folded]),
        np.array([[float(bool(sign.search(sentence))) for sign in signs] for sentence in folded]),
        count_han(text) / max(1, len(text)),
    )


def cues_of(asks: Asks, texts: Sequence[MatchedText]) -> Floats:
    """Return 1 for each sentence that shows what a question of this kind asks for, 0 for the others, (s,)."""
    if asks not in ASKED_KINDS:
        return np.zeros(sum(len(text.lengths) for text in texts))
    kind = ASKED_KINDS.index(asks)
    return np.concatenate([text.cues[:, kind] for text in texts])


def _codes(text: str) -> NDArray[np.uint16]:
    points = np.frombuffer(f"{text}\0".encode("utf-32-le"), dtype="<u4")
    return np.asarray(np.minimum(points, _PLANE - 1), dtype=np.uint16)


def _marks(sentence: str) -> tuple[float, ...]:
    return (
        float(len(_QUOTES.findall(sentence))),
        float(bool(_LATIN.search(sentence))),
        float(LIST_COMMA in sentence),
        float(sentence.endswith("?")),
        float(bool(_REFERS_BACK.match(sentence))),
    )


def matched_question(query: Query, found: TermWeights, known: float) -> MatchedQuestion:
    """Prepare a question."""
    folded = normalise(query.text)
    wide = [len(term) <= 2 and count_han(term) == len(term) for term in found.terms]
    letters = dict.fromkeys("".join(term for term, is_wide in zip(found.terms, wide, strict=True) if is_wide))
    number_of = np.zeros(_PLANE, dtype=np.int16)
    for number, letter in enumerate(letters, 1):
        number_of[min(ord(letter), _PLANE - 1)] = number
    single = np.full(len(letters) + 1, -1, dtype=np.int64)
    double = np.full((len(letters) + 1, len(letters) + 1), -1, dtype=np.int64)
    for index, (term, is_wide) in enumerate(zip(found.terms, wide, strict=True)):
        numbers = [int(number_of[min(ord(letter), _PLANE - 1)]) for letter in term] if is_wide else []
        if len(numbers) == 1:
            single[numbers[0]] = index
        elif numbers:
            double[numbers[0], numbers[1]] = index
    table = shipped()
    noun = _ASKED_NOUN.search(folded)
    [whole], [first] = table.pieces([folded]), table.pieces([noun[1]]) if noun else [[]]
    pieces = _telling_pieces(table, whole, set(letters))
    return MatchedQuestion(
        query,
        asks_for(query.asked),
        _MARK.sub("", folded),
        frozenset(_NUMBER.findall(folded)),
        frozenset(_LATIN.findall(folded)),
        found.terms,
        found.weights,
        np.array([len(term) > 1 for term in found.terms], dtype=np.float64),
        known,
        number_of,
        single,
        double,
        _others(query, found.terms, wide),
        pieces,
        _directions(table, pieces, whole, first[:1]),
        _rarity(table, pieces),
    )


def _others(query: Query, terms: Sequence[str], wide: Sequence[bool]) -> tuple[tuple[int, Words], ...]:
    meant = {meaning.word: meaning.alternatives for meaning in query.meant}
    return tuple(
        (index, _written(meant.get(term, (term,))))
        for index, (term, is_wide) in enumerate(zip(terms, wide, strict=True))
        if not is_wide
    )


def _written(alternatives: tuple[str, ...]) -> Words:
    """Return what finds a term that is not part of a longer word or number."""
    ways = []
    for text in alternatives:
        before = "" if count_han(text[0]) else rf"(?<![^\W{HAN}])"
        after = "" if count_han(text[-1]) else rf"(?![^\W{HAN}])"
        ways.append(before + re.escape(text) + after)
    return Words(alternatives, re.compile("|".join(ways)))


def _telling_pieces(table: StaticEmbedder, whole: Sequence[int], letters: set[str]) -> Ints:
    """Return a question's pieces without those that only ask, each once; all if none is left."""
    unique = list(dict.fromkeys(whole)) or [0]
    telling = [
        id_
        for id_ in unique
        if _LETTER.search(piece := table.piece(id_))
        and all(letter in letters or not count_han(letter) for letter in piece)
    ]
    return np.array(telling or unique, dtype=np.int64)


def _directions(
    table: StaticEmbedder, pieces: Ints, whole: Sequence[int], noun: Sequence[int]
) -> NDArray[np.float32]:
    sums = [table.rows(whole).sum(axis=0), table.rows(noun).sum(axis=0)]
    directions = np.vstack([table.rows(pieces), *sums])
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    return np.asarray(directions / np.maximum(lengths, _NO_LENGTH))


def _rarity(table: StaticEmbedder, pieces: Ints) -> Floats:
    """Weigh pieces by their places in the vocabulary, which is ordered by frequency (Zipf, 1949)."""
    top = np.log1p(table.size / _COMMONEST)
    rarity = np.maximum(np.log1p(pieces / _COMMONEST) / top, _LEAST_RARITY)
    return np.asarray(rarity / rarity.sum())


def look(asked: MatchedQuestion, texts: Sequence[MatchedText]) -> Sight:
    """Lay a question over some texts (one at least)."""
    sentences = np.array([len(text.lengths) for text in texts])
    starts = np.cumsum([0, *sentences[:-1]])
    held, counts, runs = _terms(asked, texts, starts, int(sentences.sum()))
    near, cosines, noun = _pieces(asked, texts)
    in_heading = np.array([[term in text.heading for term in asked.terms] for text in texts], dtype=bool)
    if asked.query.meant:
        for index, words in asked.others:
            in_heading.T[index] = [any(w in text.heading for w in words.alternatives) for text in texts]
    return Sight(starts, held, counts, in_heading.reshape(counts.shape), near, cosines, noun, runs)


def _terms(
    asked: MatchedQuestion, texts: Sequence[MatchedText], starts: Ints, sentences: int
) -> tuple[Bools, Ints, Ints]:
    """Find the terms: by sentence, by text, and the longest runs."""
    lengths = np.array([len(text.codes) for text in texts])
    first_code = np.cumsum([0, *lengths[:-1]])
    codes = np.concatenate([text.codes for text in texts])
    sentence = np.concatenate([text.sentence_of for text in texts]) + np.repeat(starts, lengths)
    numbers = asked.number_of[codes]
    places = np.flatnonzero(numbers)
    here, after = numbers[places], numbers[np.minimum(places + 1, len(numbers) - 1)]
    ones, twos = asked.single[here], asked.double[here, after]
    others = [
        (first_code[row] + at, index)
        for index, words in asked.others
        for row, text in enumerate(texts)
        for at in _places(words, text.text)
    ]
    where = np.concatenate([places[ones >= 0], places[twos >= 0], _column(others, 0)])
    which = np.concatenate([ones[ones >= 0], twos[twos >= 0], _column(others, 1)])
    held = np.zeros((sentences, len(asked.terms)), dtype=bool)
    held[sentence[where], which] = True
    counts = np.zeros((len(texts), len(asked.terms)), dtype=np.int64)
    np.add.at(counts, (np.searchsorted(first_code, where, side="right") - 1, which), 1)
    return held, counts, _longest_runs(places[twos >= 0], sentence, sentences)


def _column(rows: Sequence[tuple[int, int]], column: int) -> Ints:
    return np.array([row[column] for row in rows], dtype=np.int64)


def _places(words: Words, text: str) -> list[int]:
    """Return where a term stands, in any of its ways."""
    if not any(alternative in text for alternative in words.alternatives):
        return []
    return [found.start() for found in words.pattern.finditer(text)]


def _longest_runs(doubles: Ints, sentence: NDArray[np.int64], sentences: int) -> Ints:
    """Return the length of the longest chain of the question's bigrams in each sentence, in characters."""
    longest = np.zeros(sentences, dtype=np.int64)
    if len(doubles):
        breaks = np.flatnonzero(np.diff(doubles) != 1) + 1
        begins = np.concatenate([[0], breaks])
        runs = np.diff(np.append(begins, len(doubles))) + 1
        np.maximum.at(longest, sentence[doubles[begins]], runs)
    return longest


def _pieces(asked: MatchedQuestion, texts: Sequence[MatchedText]) -> tuple[Floats, Floats, Floats]:
    """Compare the pieces of the texts with those of the question: each different one once."""
    table = shipped()
    ids = np.concatenate([text.pieces for text in texts])
    offsets = np.cumsum([0, *(len(text.pieces) for text in texts[:-1])])
    starts = np.concatenate([text.piece_starts + offset for text, offset in zip(texts, offsets, strict=True)])
    is_there = np.zeros(table.size, dtype=bool)
    is_there[ids] = True
    unique = np.flatnonzero(is_there)
    number_of = np.empty(table.size, dtype=np.intp)
    number_of[unique] = np.arange(len(unique))
    inverse = number_of[ids]
    products = table.products(asked.directions, unique)
    nearness = products / table.lengths(unique)
    near, noun = nearness[:-2], nearness[-1]
    own = np.flatnonzero(is_there[asked.pieces])
    near[own, number_of[asked.pieces[own]]] = 1.0
    noun[number_of[asked.pieces[own]]] = 0.0
    norms = np.concatenate([text.norms for text in texts])
    return (
        np.maximum.reduceat(near[:, inverse], starts, axis=1).T.astype(np.float64),
        np.add.reduceat(products[-2][inverse], starts) / np.maximum(norms, _NO_LENGTH),
        np.maximum.reduceat(noun[inverse], starts).astype(np.float64),
    )
