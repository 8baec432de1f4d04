"""What an article is called: by its title, where that says nothing by who it names first."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from operator import itemgetter
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
_PART: Final = re.compile(f"(?P<stem>[{HAN}]{{2,}}?)(?:{_BODIES})")
_OPENING: Final = 40  # characters with which an article begins
_OF_A_REGION: Final = re.compile(f"^[{HAN}]{{4,}}[縣县市區区州鎮镇鄉乡]$")
_OFTEN: Final = 3  # times that a name stands in an article which does not begin with it
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
    """Return the place or body that an article names first, else the one it names most, empty if none.

    What an article is about it names again, often shorter: 江北省云川市湖岸区, then 湖岸区.
    """
    whole = re.sub(r"\s+", "", document.shown[article.heading.end : article.end])
    first = list(_owners(whole[:_LOOKED_AT]))
    for _, name in first:
        if _PLACE.search(as_pattern_text(name)) or whole.count(name[-_SHORT_NAME:]) > 1:
            return _to_what_is_told_of(name, whole)
    for start, name in first:
        if start < _OPENING and _OF_A_REGION.search(name):
            return name
    counts = Counter(name for _, name in _owners(whole))
    name, often = max(counts.items(), key=itemgetter(1), default=("", 0))
    return name if often >= _OFTEN else ""


def _to_what_is_told_of(name: str, text: str) -> str:
    """Cut a name of several places behind the one that a text names most: a city, not a street of it."""
    parts = list(_PART.finditer(as_pattern_text(name)))
    if len(parts) < 2 or parts[-1].end() < len(name):
        return name
    often = [text.count(name[part.start("stem") : part.end("stem")]) for part in parts]
    best = max(range(len(parts)), key=lambda at: (often[at], at))
    return name[: parts[best].end()]


def _owners(text: str) -> Iterator[tuple[int, str]]:
    """Yield what may be the name of a place or body, and where it starts, without what leads to it."""
    for found in _OWNER.finditer(as_pattern_text(text)):
        name = text[found.start() : found.end()]
        lead = _BEFORE.match(as_pattern_text(name))
        name = name[lead.end() :] if lead else name
        if len(name) >= _SHORT_NAME:
            yield found.start(), name
