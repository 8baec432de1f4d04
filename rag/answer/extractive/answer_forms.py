"""What a question may be answered with: a row of items, a section's list, or a few sentences.

Each way is put together from the sentences that were ranked; `form_ranker` beside it says which is best.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from rag.answer.extractive.sentence_ranker import Choice, choose
from rag.query.answer_type import Asks
from rag.query.counted_names import CountedName
from rag.retrieve.relevance import Relevance
from rag.text.enumerations import Enumeration, enumerations
from rag.text.marks import (
    CLOSING,
    CLOSING_BRACKETS,
    COLONS,
    COMMAS,
    EXCLAMATION_MARKS,
    FULL_STOP,
    OPENING,
    OPENING_BRACKETS,
    QUESTION_MARKS,
    SEMICOLONS,
)
from rag.text.normalize import fold, unquoted
from rag.text.sentences import clauses_of, clean
from rag.types.document import Document, Section
from rag.types.evidence import Listing, Sentence
from rag.types.query import Pointed

__all__ = ["Candidate", "Kind", "candidates", "part_of"]

Kind = Literal["sentences", "row", "outline", "below", "spread"]

_LISTED: Final = ("list", "overview", "fact")  # kinds of questions that items may answer
_ROWS: Final = 6  # sentences whose enumerations are looked at
_LISTINGS: Final = 5
_AROUND: Final = 3  # sentences whose sections' lists are looked at, however they fit
_BELOW: Final = 4  # sentences whose paragraphs below are looked at
_MOST_BELOW: Final = 9
_MOST_OWN: Final = 4  # sentences of a heading's own paragraph
_FEWEST: Final = 2
_SHORTEST_QUOTE: Final = 3  # characters of an item that is cited alone, not with its sentence
_SPREAD: Final = 3  # articles in which items are looked for that stand apart
_LONGEST_HEAD: Final = 40  # characters of a sentence that begins with an item
_AROUND_PART: Final = " ，,；;、"
_ENDS_LEAD: Final = f"{OPENING}{OPENING_BRACKETS}{COLONS}{COMMAS} "
_ENDS_HEAD: Final = f"{COMMAS}{FULL_STOP}{SEMICOLONS}{COLONS}{EXCLAMATION_MARKS}{QUESTION_MARKS}"


class Candidate(NamedTuple):
    """One way to answer: what leads to the items, then the items, each a stretch of the document.

    `anchor` is the best-ranked sentence it is made from; `row` the enumeration within that sentence,
    `listing` the section's list.
    """

    kind: Kind
    document: str
    lead: Sentence | None
    items: tuple[Sentence, ...]
    anchor: Choice | None
    row: Enumeration | None = None
    listing: Listing | None = None

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(s.text for s in (*([self.lead] if self.lead else []), *self.items))


def candidates(
    question: Relevance,
    choices: Sequence[Choice],
    listings: Sequence[Listing],
    documents: Mapping[str, Document],
) -> list[Candidate]:
    """Return the ways to answer, one at least; none where there is no sentence."""
    if not choices:
        return []
    chosen = choose(question, choices)
    found = [
        Candidate(
            "sentences", chosen[0].passage.document, None, tuple(c.sentence for c in chosen), choices[0]
        )
    ]
    if question.analysis.asks not in _LISTED:
        return found
    if question.analysis.asks != "fact" or question.analysis.count or question.analysis.counted_names:
        rows = _rows(question.analysis.counted_names, choices, documents)
        # Two things that a sentence joins are seldom what something is.
        found += [way for way in rows if question.analysis.asks != "overview" or len(way.items) > _FEWEST]
    found += _outlines(choices, listings)
    found += _below(choices)
    found += _spread(question.analysis.counted_names, choices, documents)
    if question.analysis.counted_names:
        found = _of_the_name(question.analysis.counted_names[-1], found, question.analysis.asks)
    pointed = question.query.pointed
    return [way for way in found if pointed is None or way.kind == "sentences" or not _lists(way, pointed)]


def _of_the_name(name: CountedName, found: Sequence[Candidate], asks: Asks) -> list[Candidate]:
    """Leave out lists of as many items as the name counts, where all items of another list hold the name.

    A row beside which the name stands remains. Where a list is asked for and the items of a section's
    list are the things counted, that is the answer. It is the last name of the question: 三甲三乙里的三甲
    asks for three of 甲.
    """

    def hold(way: Candidate, stems: Sequence[str]) -> bool:
        texts = [fold(item.text) for item in way.items]
        return any(all(stem in text for text in texts) for stem in stems)

    def is_another(way: Candidate) -> bool:
        named = way.row is not None and way.anchor is not None and _mentions(name, way.anchor.sentence)
        if named and way.anchor and any(way.anchor.sentence == sentence for sentence in holding):
            named = False  # 四必谈、四必访 stand before both rows
        return way.kind in ("outline", "row") and not named and not hold(way, name.stems)

    counted = [way for way in found if way.kind != "sentences" and len(way.items) == name.number]
    holding = [way.anchor.sentence for way in counted if way.anchor and way.row and hold(way, name.stems)]
    if not any(hold(way, name.stems) for way in counted):
        return list(found)
    kept = [way for way in found if len(way.items) != name.number or not is_another(way)]
    words = [stem for stem in name.stems if len(stem) > 1 or name.quoted]
    if asks == "list" and any(way.kind == "outline" and hold(way, words) for way in counted):
        return [way for way in kept if way.kind in ("outline", "row") and len(way.items) == name.number]
    return kept


def _lists(way: Candidate, pointed: Pointed) -> bool:
    """Tell whether a list is the one of which one item alone is asked about."""
    return any(fold(pointed.text) in fold(item.text) for item in way.items)


def _rows(
    counted: Sequence[CountedName], choices: Sequence[Choice], documents: Mapping[str, Document]
) -> Iterator[Candidate]:
    seen: set[str] = set()
    for choice in choices[:_ROWS]:
        sentence, document = choice.sentence, documents[choice.passage.document]
        if sentence.text in seen:
            continue
        seen.add(sentence.text)
        for row in _with_shorter(counted, sentence.text, enumerations(sentence.text)):
            items = tuple(
                part_of(sentence, document, start, end)
                if end - start >= _SHORTEST_QUOTE
                else replace(sentence, text=sentence.text[start:end])
                for start, end in row.items
            )
            led = sentence.text[: row.start].rstrip(_ENDS_LEAD) or _clause_behind(sentence.text, row)
            lead = replace(sentence, text=led) if led else None  # the whole sentence is its source
            yield Candidate("row", document.name, lead, items, choice, row=row)


def _with_shorter(
    counted: Sequence[CountedName], text: str, rows: Sequence[Enumeration]
) -> Iterator[Enumeration]:
    """Yield the rows, and of one that is longer than a counted name says the items that hold the name."""
    for row in rows:
        yield row
        for name in counted:
            for stem in name.stems if len(row.items) > name.number else ():
                items = tuple((start, end) for start, end in row.items if stem in fold(text[start:end]))
                if len(items) == name.number:
                    yield Enumeration(items[0][0], items)
                    break


def _clause_behind(text: str, row: Enumeration) -> str:
    """Return what follows an enumeration up to the next mark: 亲人、亲友、亲邻“三亲”."""
    behind = text[row.items[-1][1] :].lstrip(CLOSING + CLOSING_BRACKETS)
    return behind[: _end_of_head(behind)]


def _outlines(choices: Sequence[Choice], listings: Sequence[Listing]) -> Iterator[Candidate]:
    """The lists that fit best, and those around the best sentences."""
    for place, listing in enumerate(listings):
        section = listing.section
        inside = [choice for choice in choices if _is_inside(choice, listing)]
        if place >= _LISTINGS and not any(choice in inside for choice in choices[:_AROUND]):
            continue
        items = tuple(_as_sentence(child) for child in section.children)
        lead = listing.lead or _as_sentence(section)
        anchor = inside[0] if inside else None
        yield Candidate("outline", listing.document, lead, items, anchor, listing=listing)


def _is_inside(choice: Choice, listing: Listing) -> bool:
    start = choice.sentence.span.start
    return (
        choice.passage.document == listing.document and listing.section.start <= start < listing.section.end
    )


def _as_sentence(section: Section) -> Sentence:
    return Sentence(section.title, section.heading, 0, is_heading=True)


def _below(choices: Sequence[Choice]) -> Iterator[Candidate]:
    """The first sentence of each paragraph below a heading, or below a sentence that announces them.

    Where a heading runs into its paragraph, the sentences of that.
    """
    for choice in choices[:_BELOW]:
        if not (choice.sentence.is_heading or choice.sentence.announces):
            continue
        following = choice.passage.sentences[choice.index + 1 :]
        end = next((i for i, sentence in enumerate(following) if sentence.is_heading), len(following))
        own = [sentence for sentence in following[:end] if sentence.block == choice.sentence.block]
        firsts, block = list[Sentence](), choice.sentence.block
        for sentence in following[:end]:
            if sentence.block != block:
                firsts.append(sentence)
            block = sentence.block
        items = firsts[:_MOST_BELOW] if len(firsts) >= _FEWEST else own[:_MOST_OWN]
        if items:
            yield Candidate("below", choice.passage.document, choice.sentence, tuple(items), choice)


def _spread(
    counted: Sequence[CountedName], choices: Sequence[Choice], documents: Mapping[str, Document]
) -> Iterator[Candidate]:
    """Sentences that begin with what a counting name counts: 单独组建一批…… 巩固提升一批……, of 三个一批."""
    if not counted:
        return
    articles: dict[tuple[str, int], dict[int, Choice]] = {}
    for choice in choices:
        name = choice.passage.document
        path = documents[name].outline.path_at(choice.sentence.span.start)
        article = articles.setdefault((name, path[0].start if path else 0), {})
        article[choice.sentence.span.start] = choice
    for (name, _), inside in list(articles.items())[:_SPREAD]:
        ordered = [inside[start] for start in sorted(inside)]
        for counted_name in counted:
            items = _counted(counted_name, ordered, documents[name])
            if items:
                best = max((choice for choice, _ in items), key=lambda choice: choice.logit)
                lead = next((c.sentence for c in ordered if _mentions(counted_name, c.sentence)), None)
                yield Candidate("spread", name, lead, tuple(item for _, item in items), best)


def _mentions(name: CountedName, sentence: Sentence) -> bool:
    text = unquoted(sentence.text)
    return any(name.prefix + stem in text for stem in name.stems if len(stem) > 1 or name.quoted)


def _counted(
    name: CountedName, ordered: Sequence[Choice], document: Document
) -> list[tuple[Choice, Sentence]]:
    """Return what begins or ends with the name, if there is as much of it as the name counts.

    These are the first clauses of sentences, else clauses of the section that the name stands in.
    """
    heads = [(choice, _head(choice.sentence, document)) for choice in ordered]
    for stem in name.stems:
        for clauses in (heads, list(_clauses_behind(name.prefix + stem, ordered, document))):
            found: dict[str, tuple[Choice, Sentence]] = {}
            for choice, clause in clauses:
                text = fold(clause.text).rstrip("。.")
                is_one = (
                    text.startswith(stem)
                    or text.endswith(stem)
                    or (len(stem) > 1 and clauses is heads and stem in text)
                )
                if is_one and len(text) <= _LONGEST_HEAD and name.prefix + stem not in text:
                    found.setdefault(text, (choice, clause))
            if len(found) == name.number:
                return list(found.values())
    return []


def _clauses_behind(
    mention: str, ordered: Sequence[Choice], document: Document
) -> Iterator[tuple[Choice, Sentence]]:
    """Yield the clauses from the sentence on that holds a name, as far as its section goes."""
    end = -1
    for choice in ordered:
        start = choice.sentence.span.start
        if end < 0 and mention in unquoted(choice.sentence.text):
            path = document.outline.path_at(start)
            end = path[-1].end if path else len(document.text)
        if start < end:
            for clause in clauses_of(choice.sentence.text):
                yield choice, part_of(choice.sentence, document, clause.start, clause.end)


def _head(sentence: Sentence, document: Document) -> Sentence:
    """Return a sentence up to its first mark."""
    end = _end_of_head(sentence.text)
    return part_of(sentence, document, 0, end) if end else sentence


def _end_of_head(text: str) -> int:
    return next((i for i, character in enumerate(text) if character in _ENDS_HEAD), 0)


def part_of(sentence: Sentence, document: Document, start: int, end: int) -> Sentence:
    """Return a stretch of a sentence, in characters of its text, as a sentence of its own."""
    text = sentence.text[start:end]
    stripped = text.strip(_AROUND_PART)
    if not stripped:
        return sentence
    start += text.index(stripped[0])
    end = start + len(stripped)
    whole = clean(document.shown, [sentence.span])
    offset = whole.text.find(sentence.text)
    if offset < 0:
        return sentence
    return Sentence(stripped, whole.span(offset + start, offset + end), sentence.block, sentence.is_heading)
