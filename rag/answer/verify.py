"""Does what an answer cites support what it says? Checked word by word, whoever wrote it.

Markers that point nowhere go; a marker that points to a passage is narrowed to the sentences of it
that support the words it stands behind; a sentence whose words, numbers and names are not in what it
cites is marked. After the citation checks of ALCE (Gao et al., 2023, arXiv:2305.14627), by words and
by the nearness of words where that asks a language model.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from rag.answer.attribution import Attribution, Attributor, Source
from rag.answer.claims import marker_groups, sentence_spans, telling_words, unspaced, without_markers
from rag.answer.messages import NOT_FOUND
from rag.answer.support import FEWEST_TERMS, Embed, support
from rag.text.normalize import fold
from rag.text.sentences import as_read, clean
from rag.text.tables import row_at
from rag.types.answer import Claim, Draft
from rag.types.document import Span
from rag.types.evidence import Evidence
from rag.types.query import Language

__all__ = ["Checked", "verify"]

_LABEL_LEFT: Final = re.compile(r"(?:^|\n)\s*(?:\d{1,2}\.|[-*•])\s*$")  # of a line of which nothing is left
_MARKS: Final = "。.：:；;，, "  # at the end of what leads to a list, or of an item


class Checked(NamedTuple):
    """A draft whose markers all point somewhere, and what each of its sentences rests on."""

    draft: Draft
    claims: tuple[Claim, ...]


def verify(draft: Draft, evidence: Evidence, language: Language, embed: Embed) -> Checked:
    """Check a draft against its evidence; one made of quotations loses what they do not support."""
    draft = replace(draft, text=draft.text.strip())
    if draft.abstained and not draft.sources:
        return Checked(replace(draft, text=without_markers(draft.text)), ())
    written = _Written(evidence, language, embed)
    attributor = Attributor(draft.shown or evidence.passages, evidence, language, embed)
    at = 0
    for start, end in sentence_spans(draft.text):
        written.text += draft.text[at:start]
        if draft.cites == "passages":
            _attribute_sentence(draft.text[start:end], attributor, written)
        else:
            _check_sentence(draft.text[start:end], draft, written)
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

    def cite(self, sources: Sequence[Source]) -> str:
        """Return the markers of some sources, each once."""
        markers = []
        for source in dict.fromkeys(sources):
            entry = (source.document, source.span)
            if entry not in self.sources:
                self.sources.append(entry)
            markers.append(f"[{self.sources.index(entry) + 1}]")
        return "".join(markers)

    def claim(self, start: int, sentence: str, sources: Sequence[Source], quotes_only: bool) -> None:
        """Note a sentence and whether what it cites supports it: a quotation that stands in it does."""
        quotes = [self._evidence.documents[s.document].text[s.span.start : s.span.end] for s in sources]
        if quotes_only and all(self._is_quoted(sentence, source) for source in sources):
            share, is_supported = 1.0, True
        else:
            share, is_supported = support(sentence, quotes, self._language, self._embed)
        self.note(start, sentence, sources, share, is_supported)

    def note(
        self, start: int, sentence: str, sources: Sequence[Source], share: float, is_supported: bool
    ) -> None:
        """Note a sentence with what is known of it, unless it says nothing and cites nothing."""
        if len(telling_words(sentence)) < FEWEST_TERMS and not sources:
            return
        markers = tuple(self.sources.index((s.document, s.span)) + 1 for s in dict.fromkeys(sources))
        self.claims.append(Claim(start, len(self.text), markers, is_supported, round(share, 3)))

    def _is_quoted(self, sentence: str, source: Source) -> bool:
        """Tell whether the words of a source stand in a sentence: all of them, or the cells of a row."""
        document, said = self._evidence.documents[source.document], fold(unspaced(sentence))
        row = row_at(document, source.span.start)
        if row is not None and row.span == source.span:
            return any(cell and fold(unspaced(cell)) in said for cell in row.cells)
        shown = as_read(clean(document.shown, [source.span]).text, document.has_marks)
        quoted = fold(unspaced(shown))
        return bool(quoted) and (quoted in said or said in quoted or quoted.rstrip(_MARKS) in said)


def _check_sentence(sentence: str, draft: Draft, written: _Written) -> None:
    """Write a sentence anew, each marker in its place, and note what it rests on."""
    body = without_markers(sentence).strip()
    start, at, cited, sources_before = len(written.text), 0, [], len(written.sources)
    for group_start, group_end, numbers in marker_groups(sentence):
        piece = sentence[at:group_start]
        sources = [Source(*draft.sources[n - 1]) for n in numbers if 1 <= n <= len(draft.sources)]
        written.text += piece.rstrip() if sources else piece
        written.text += written.cite(sources)
        cited += sources
        at = group_end
    written.text += sentence[at:]
    if draft.quotes_only and not cited:
        return  # a label, or words around the quotations
    written.claim(start, body, cited, draft.quotes_only)
    if draft.quotes_only and not written.claims[-1].supported:
        written.drop_from(start, sources_before)


def _attribute_sentence(sentence: str, attributor: Attributor, written: _Written) -> None:
    """Write a sentence anew, without its markers, behind each clause that of the words it rests on."""
    marked = [number for _, _, numbers in marker_groups(sentence) for number in numbers]
    body = _without_groups(sentence)
    if not body:
        return  # markers alone: what stands before them has its own
    found: Attribution = attributor.attribute(body, marked)
    start, at = len(written.text), 0
    for place in sorted({place.at for place in found.places}):
        sources = [resting.source for resting in found.places if resting.at == place]
        written.text += body[at:place] + written.cite(sources)
        at = place
    written.text += body[at:]
    cited = [resting.source for resting in found.places]
    written.note(start, body, cited, found.share, found.is_supported)


def _without_groups(sentence: str) -> str:
    """Drop every row of markers, those that point nowhere too."""
    text, at = "", 0
    for start, end, _ in marker_groups(sentence):
        text, at = text + sentence[at:start], end
    return (text + sentence[at:]).strip()
