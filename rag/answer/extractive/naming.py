"""What an article is called: by its title, where that says nothing by who it names first."""

import re
from collections.abc import Sequence
from typing import Final

from rag.text.normalize import HAN
from rag.text.numbers import ARABIC, NUMERALS
from rag.text.patterns import as_pattern_text
from rag.text.word_lists import IN_NO_NAME
from rag.types.document import Document, Section

__all__ = ["name_of", "owner_of"]

_LOOKED_AT: Final = 400  # characters in which an article names who it is about
_LONGEST: Final = 40  # characters of a title
_SHORT_NAME: Final = 3  # characters by which a place is named again
_SAYS_NOTHING: Final = re.compile(
    f"篇[{NUMERALS}{ARABIC}]+$|案例[】\\]]?[{NUMERALS}{ARABIC}]+$|^(?:第?[{NUMERALS}{ARABIC}]+[篇章节]?)$|范文"
)
_BODIES: Final = (
    "街道|公司|集团|电站|园区|开发区|社区|学校|大学|医院|政协|新区|自治州|自治县|县|区|市|州|镇|乡|省"
)
_IN_OWNER: Final = f"{IN_NO_NAME}{NUMERALS[:-1]}"
_OWNER: Final = re.compile(
    f"(?:(?![{_IN_OWNER}])[{HAN}]){{2,12}}?(?:{_BODIES})(?:(?:(?![{_IN_OWNER}])[{HAN}]){{1,8}}?(?:{_BODIES}))*"
)
_PLACE: Final = re.compile("[省市州县].*[市县区镇乡街道]$")
_BEFORE: Final = re.compile("^(?:近年来|今年以来|近日|日前|一直以来|作为|中共)+")


def name_of(document: Document, path: Sequence[Section]) -> str:
    """Return what the section at the end of a path is called, its article first."""
    article = path[0]
    title = article.title.strip("。.")
    owner = owner_of(document, article)
    if _SAYS_NOTHING.search(as_pattern_text(title)) or len(title) > _LONGEST:
        name = owner or title[:_LONGEST]
    else:
        name = title
    inner = [section.title for section in path[1:] if section.kind != "point"]
    return " › ".join([name, *inner[-1:]])


def owner_of(document: Document, article: Section) -> str:
    """Return the place or body that an article names first, empty if it names none."""
    text = document.shown[article.heading.end : min(article.end, article.heading.end + _LOOKED_AT)]
    text = re.sub(r"\s+", "", text)
    folded = as_pattern_text(text)
    whole = as_pattern_text(re.sub(r"\s+", "", document.shown[article.start : article.end]))
    for found in _OWNER.finditer(folded):
        name = text[found.start() : found.end()]
        lead = _BEFORE.match(as_pattern_text(name))
        name = name[lead.end() :] if lead else name
        # What an article is about it names again, often shorter: 江北省云川市湖岸区, then 湖岸区.
        often = whole.count(as_pattern_text(name)[-_SHORT_NAME:])
        if len(name) >= _SHORT_NAME and (often > 1 or _PLACE.search(as_pattern_text(name))):
            return name
    return ""
