"""A sentence with what it needs to be understood: what leads to an item, what stands below a heading."""

import re
from collections.abc import Sequence
from typing import Final

from rag.answer.blocks import Block, line_of
from rag.answer.extractive.sentence_ranker import Choice
from rag.query.answer_patterns import CUES
from rag.retrieve.listings import items_after, lead_of
from rag.text.patterns import as_pattern_text
from rag.text.tables import row_at
from rag.types.document import Document, Section
from rag.types.evidence import Sentence

__all__ = ["announces_items", "reasons_behind", "section_sentence", "with_context"]

_ANNOUNCES: Final = re.compile("[:：]$|如下|下列|以下|下述|following|as follows|these ")
_GOES_ON: Final = re.compile(
    "^(?:但|但是|不过|除[^了]|另有|其中|否则|逾期|确需|however|but|except|unless|otherwise)", re.IGNORECASE
)
_MOST_REASONS: Final = 4  # sentences
_LONG: Final = 90  # characters of a sentence that needs no second one


def announces_items(text: str) -> bool:
    """Tell whether a sentence says that items follow."""
    return bool(_ANNOUNCES.search(as_pattern_text(text)[-24:]))


def asks_itself(text: str) -> bool:
    """Tell whether a sentence is a question, as those of a FAQ: what follows answers it."""
    return text.rstrip("*_ ").endswith(("?", "？"))


def section_sentence(section: Section) -> Sentence:
    """Return a section's heading as a sentence."""
    return Sentence(section.title, section.heading, 0, is_heading=True)


def with_context(choice: Choice, document: Document) -> Block:
    """Return a sentence as a block: an item with its lead, a heading or a lead with what follows."""
    sentence = choice.sentence
    line = line_of(sentence, document.name)
    if row_at(document, sentence.span.start):
        return Block((line,))
    lead = _lead_of_item(sentence, document)
    if lead and not sentence.announces:
        return Block((line,), lead=line_of(lead, document.name))
    if sentence.announces or sentence.is_heading or asks_itself(sentence.text):
        items = items_after(document, sentence.span.end)
        if items:
            lines = tuple(line_of(section_sentence(item), document.name) for item in items)
            return Block(lines, lead=line, is_list=True)
        below = _below(choice)
        return (
            Block(tuple(line_of(one, document.name) for one in below), lead=line) if below else Block((line,))
        )
    return Block((line,))


def goes_on(choice: Choice) -> Sentence | None:
    """Return the sentence behind one that adds a condition or an exception to it."""
    sentences, after = choice.passage.sentences, choice.index + 1
    if len(choice.sentence.text) > _LONG or after >= len(sentences):
        return None
    following = sentences[after]
    if following.block != choice.sentence.block or following.is_heading:
        return None
    return following if _GOES_ON.match(as_pattern_text(following.text)) else None


def reasons_behind(choice: Choice) -> Sequence[Sentence]:
    """Return what a paragraph goes on with behind a sentence that says what was done and not yet why."""
    if choice.sentence.is_heading or CUES["reason"].search(as_pattern_text(choice.sentence.text)):
        return ()
    following = choice.passage.sentences[choice.index + 1 :]
    rest = [one for one in following if one.block == choice.sentence.block and not one.is_heading]
    return rest[:_MOST_REASONS]


def _below(choice: Choice) -> Sequence[Sentence]:
    """Return the sentences of the paragraph below a heading or a lead."""
    following = choice.passage.sentences[choice.index + 1 :]
    first = next((one for one in following if not one.is_heading), None)
    if first is None:
        return ()
    return [one for one in following if one.block == first.block][:3]


def _lead_of_item(sentence: Sentence, document: Document) -> Sentence | None:
    """Return what leads to the list that a sentence is an item of."""
    path = document.outline.path_at(sentence.span.start)
    for above, section in zip(path[-2::-1], path[:0:-1], strict=False):
        if section.start < sentence.span.start and section.kind != "point":
            return None
        lead = lead_of(document, above)
        if lead and announces_items(lead.text):
            return lead
        if section.kind != "point":
            return None
    return None
