"""Does what an answer cites support what it says? Checked word by word, whoever wrote it.

Markers that point nowhere go; a marker that points to a passage is narrowed to the sentences of it
that support the words it stands behind; a sentence whose words, numbers and names are not in what it
cites is marked. After the citation checks of ALCE (Gao et al., 2023, arXiv:2305.14627), by words and
by the nearness of words where that asks a language model.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.answer.citations import narrowed
from rag.answer.claims import (
    counts_in,
    digits_in,
    marker_groups,
    sentence_spans,
    share_held,
    telling_words,
    unspaced,
    with_digits,
    without_markers,
)
from rag.answer.messages import NOT_FOUND
from rag.text.marks import CLOSING, CLOSING_TITLE, OPENING, OPENING_TITLE, quoted
from rag.text.normalize import count_han, fold, normalise, terms
from rag.text.patterns import as_pattern_text
from rag.text.sentences import as_read, clean
from rag.text.tables import row_at
from rag.types.answer import Claim, Draft
from rag.types.document import Span
from rag.types.evidence import Evidence
from rag.types.query import Language

__all__ = ["Checked", "Embed", "support", "verify"]

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts, shape (n, d)."""

_ENOUGH: Final = 0.6  # share of a sentence's terms that its source must hold
_LEAST: Final = 0.3  # share that does where the meaning is near
_NEAR: Final = 0.6  # cosine
_NEAR_IN_ENGLISH: Final = 0.25  # cosine of an English sentence with Chinese words
_SURE: Final = 0.8  # share from which a sentence that cites nothing is given its source
_FEWEST_TERMS: Final = 2  # a sentence with fewer says nothing that needs a source
_LABEL_LEFT: Final = re.compile(r"(?:^|\n)\s*(?:\d{1,2}\.|[-*•])\s*$")  # of a line of which nothing is left
_OPENING: Final = f"{OPENING}{OPENING_TITLE}"
_QUOTED: Final = re.compile(quoted("{2,30}", _OPENING, f"{CLOSING}{CLOSING_TITLE}", barred=_OPENING))
_MARKS: Final = "。.：:；;，, "  # at the end of what leads to a list, or of an item
_LATIN: Final = re.compile("[a-z][a-z0-9+.-]+")


class Checked(NamedTuple):
    """A draft whose markers all point somewhere, and what each of its sentences rests on."""

    draft: Draft
    claims: tuple[Claim, ...]


class _Source(NamedTuple):
    document: str
    span: Span


def verify(draft: Draft, evidence: Evidence, language: Language, embed: Embed) -> Checked:
    """Check a draft against its evidence; one made of quotations loses what they do not support."""
    draft = replace(draft, text=draft.text.strip())
    if draft.abstained:
        return Checked(replace(draft, sources=(), text=without_markers(draft.text)), ())
    written = _Written(evidence, language, embed)
    at = 0
    for start, end in sentence_spans(draft.text):
        written.text += draft.text[at:start]
        _check_sentence(draft.text[start:end], draft, evidence, written)
        at = end
    written.text += draft.text[at:]
    if draft.quotes_only and not written.claims:
        refused = replace(draft, text=NOT_FOUND[language], sources=(), abstained=True)
        return Checked(refused, ())
    done = replace(draft, text=written.text.strip(), sources=tuple(written.sources), cites="sources")
    return Checked(done, tuple(written.claims))


class _Written:
    """The text as it is put together anew, its sources numbered as they come."""

    def __init__(self, evidence: Evidence, language: Language, embed: Embed) -> None:
        self.text = ""
        self.sources: list[tuple[str, Span]] = []
        self.claims: list[Claim] = []
        self._evidence, self._language, self._embed = evidence, language, embed

    def drop_from(self, start: int, sources: int) -> None:
        """Take back what was written from a place on, its claim and the sources that came with it."""
        self.text = _LABEL_LEFT.sub("", self.text[:start])
        self.claims.pop()
        del self.sources[sources:]

    def cite(self, sources: Sequence[_Source]) -> str:
        """Return the markers of some sources, each once."""
        markers = []
        for source in dict.fromkeys(sources):
            entry = (source.document, source.span)
            if entry not in self.sources:
                self.sources.append(entry)
            markers.append(f"[{self.sources.index(entry) + 1}]")
        return "".join(markers)

    def claim(self, start: int, sentence: str, sources: Sequence[_Source], quotes_only: bool) -> None:
        """Note a sentence and whether what it cites supports it: a quotation that stands in it does."""
        if len(telling_words(sentence)) < _FEWEST_TERMS and not sources:
            return
        quotes = [self._evidence.documents[s.document].text[s.span.start : s.span.end] for s in sources]
        if quotes_only and all(self._is_quoted(sentence, source) for source in sources):
            share, is_supported = 1.0, True
        else:
            share, is_supported = support(sentence, quotes, self._language, self._embed)
        markers = tuple(self.sources.index((s.document, s.span)) + 1 for s in dict.fromkeys(sources))
        self.claims.append(Claim(start, len(self.text), markers, is_supported, round(share, 3)))

    def _is_quoted(self, sentence: str, source: _Source) -> bool:
        """Tell whether the words of a source stand in a sentence: all of them, or the cells of a row."""
        document, said = self._evidence.documents[source.document], fold(unspaced(sentence))
        row = row_at(document, source.span.start)
        if row is not None and row.span == source.span:
            return any(cell and fold(unspaced(cell)) in said for cell in row.cells)
        shown = as_read(clean(document.shown, [source.span]).text, document.has_marks)
        quoted = fold(unspaced(shown))
        return bool(quoted) and (quoted in said or said in quoted or quoted.rstrip(_MARKS) in said)


def _check_sentence(sentence: str, draft: Draft, evidence: Evidence, written: _Written) -> None:
    """Write a sentence anew, each marker in its place, and note what it rests on."""
    body = without_markers(sentence).strip()
    start, at, cited, sources_before = len(written.text), 0, [], len(written.sources)
    for group_start, group_end, numbers in marker_groups(sentence):
        piece = sentence[at:group_start]
        said = piece if len(telling_words(piece)) >= _FEWEST_TERMS else body
        sources = [s for n in numbers for s in _sources_of(n, said, draft, evidence)]
        written.text += piece.rstrip() if sources else piece
        written.text += written.cite(sources)
        cited += sources
        at = group_end
    written.text += sentence[at:]
    if not cited and draft.cites == "passages" and (found := _found_for(body, evidence)):
        cited = found
        written.text += written.cite(found)
    if draft.quotes_only and not cited:
        return  # a label, or words around the quotations
    written.claim(start, body, cited, draft.quotes_only)
    if draft.quotes_only and not written.claims[-1].supported:
        written.drop_from(start, sources_before)


def _sources_of(number: int, said: str, draft: Draft, evidence: Evidence) -> list[_Source]:
    """Return what a marker points to; nothing for one that points nowhere."""
    if draft.cites == "sources":
        return [_Source(*draft.sources[number - 1])] if 1 <= number <= len(draft.sources) else []
    if not 1 <= number <= len(evidence.passages):
        return []
    passage = evidence.passages[number - 1]
    return [_Source(passage.document, narrowed(said, passage)[1])]


def _found_for(said: str, evidence: Evidence) -> list[_Source]:
    """Return the source that nearly holds a sentence which names none."""
    best, share = None, _SURE
    for passage in evidence.passages:
        held, span = narrowed(said, passage)
        if held >= share and _holds_what_must_be(said, [passage.text]):
            best, share = _Source(passage.document, span), held
    return [best] if best else []


def support(sentence: str, quotes: Sequence[str], language: Language, embed: Embed) -> tuple[float, bool]:
    """Return the share of a sentence's terms that its quotes hold, and whether they support it.

    Every number, date, quoted name and Latin word must be there; then 0.6 of the terms, or 0.3 where
    the meaning is near. An English sentence about Chinese words has none of their terms: for it the
    numbers and the meaning count.
    """
    if not quotes:
        return 0.0, False
    wanted = telling_words(sentence)
    if crosses := language == "en" and bool(count_han("".join(quotes))):
        wanted = [term for term in wanted if count_han(term)]
    share = share_held(wanted, frozenset(terms(with_digits("\n".join(quotes)))))
    in_english = crosses and not wanted
    if not _holds_what_must_be(sentence, quotes, in_english=crosses):
        return share, False
    if not in_english and share >= _ENOUGH:
        return share, True
    if not in_english and share < _LEAST:
        return share, False
    vectors = embed([sentence, *quotes])
    near = float((vectors[1:] @ vectors[0]).max())
    return max(share, near if in_english else 0.0), near >= (_NEAR_IN_ENGLISH if in_english else _NEAR)


def _holds_what_must_be(sentence: str, quotes: Sequence[str], in_english: bool = False) -> bool:
    """Tell whether numbers, quoted names and Latin words of a sentence stand in its quotes."""
    together = "\n".join(quotes)
    if not _numbers(sentence) <= _numbers(together):
        return False
    held = fold(together)
    if in_english:
        return True
    names = [fold(name) for name in _QUOTED.findall(sentence)]
    words = _LATIN.findall(normalise(sentence)) if count_han(sentence) else []
    return all(name in held for name in names) and all(word in held for word in words)


def _numbers(text: str) -> frozenset[str]:
    folded = as_pattern_text(normalise(text))
    return digits_in(folded) | counts_in(folded)
