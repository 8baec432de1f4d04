"""A rule by its provisions: articles 第二十三条 and their items （八）, and which of them one refers to."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rag.text.numbers import ARABIC, HUNDREDS, NUMERALS, ordinal
from rag.text.patterns import as_pattern_text
from rag.text.sentences import clean
from rag.types.document import Document, Span

__all__ = ["Provision", "provisions_of", "refers_to"]

_NUMBER: Final = f"[{NUMERALS}{HUNDREDS}{ARABIC}]{{1,7}}"
_ARTICLE: Final = re.compile(rf"第(?P<number>{_NUMBER})条(?=\s)")
_ITEM: Final = re.compile(rf"\((?P<number>{_NUMBER})\)")
_REFERENCE: Final = re.compile(f"第({_NUMBER})条")
_ITEM_REFERENCE: Final = re.compile(f"第({_NUMBER})项")
_FEWEST: Final = 3  # articles of what is a rule


@dataclass(frozen=True, slots=True)
class Provision:
    """A paragraph or an item of an article; `lead` is what leads to an item, `item` is 0 of a paragraph."""

    article: int
    item: int
    text: str
    span: Span
    lead: "Provision | None" = None

    @property
    def articles(self) -> frozenset[int]:
        """The articles that it refers to, by its lead where it is an item."""
        own = frozenset(ordinal(number) for number in _REFERENCE.findall(as_pattern_text(self._body)))
        return own or (self.lead.articles if self.lead else frozenset())

    @property
    def items(self) -> frozenset[int]:
        """The items that it refers to; none where it refers to the whole of an article."""
        return frozenset(ordinal(number) for number in _ITEM_REFERENCE.findall(as_pattern_text(self._body)))

    @property
    def _body(self) -> str:
        return _ARTICLE.sub("", self.text, count=1) if self.text.startswith("第") else self.text


@lru_cache(maxsize=32)
def provisions_of(document: Document) -> tuple[Provision, ...]:
    """Return the provisions of a rule in order, none of a document that is no rule."""
    found: list[Provision] = []
    article, lead = 0, None
    for block in document.outline.blocks:
        text = clean(document.shown, [block]).text
        folded = as_pattern_text(text)
        if begins := _ARTICLE.match(folded):
            article, lead = ordinal(begins["number"]), None
        elif not article:
            continue
        item = _ITEM.match(folded)
        one = Provision(article, ordinal(item["number"]) if item else 0, text, block, lead if item else None)
        if not item:
            lead = one
        found.append(one)
    return tuple(found) if len({one.article for one in found}) >= _FEWEST else ()


def refers_to(one: Provision, other: Provision) -> bool:
    """Tell whether a provision refers to another: to its article, and to its item if it names items."""
    if one.article == other.article or other.article not in one.articles:
        return False
    return not other.item or not one.items or other.item in one.items
