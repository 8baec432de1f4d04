"""Several versions, or copies, of one document: which of them a question is answered from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rag.text.normalize import fold
from rag.text.numbers import ARABIC, NUMERALS
from rag.text.patterns import as_pattern_text
from rag.types.document import Document
from rag.types.evidence import Passage

__all__ = ["compares_versions", "of_one_version", "versions_among"]

_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_IN_FORCE: Final = re.compile(
    "((?:19|20)[0-9]{2})年[0-9]{1,2}月[0-9]{1,2}日起(?:施行|实施|执行|生效)|"
    "(?:effective|in force) (?:from|as of|on) [^.]{0,20}((?:19|20)[0-9]{2})",
    re.IGNORECASE,
)
_OF_VERSION: Final = re.compile(
    "[（(][^（）()]*[）)]|(?:19|20)[0-9]{2}年?|修订版?|修正案?|试行|暂行|新版?|旧版?|[vV][0-9.]+|"
    f"第?[{NUMERALS}{ARABIC}]+版|[\\s_-]+"
)
_MARK: Final = re.compile("修订|修正|试行|暂行|[年新旧]版|版[)）]?$|[vV][0-9]|revis|version")
_SHORTEST: Final = 4  # characters of a title that names a document
_COMPARES: Final = re.compile(
    "新旧|版本|两版|前后|变化|改动|修订|不同|区别|对比|比较|changed?|differ|compared?|version", re.IGNORECASE
)


def compares_versions(question: str) -> bool:
    """Tell whether a question asks what differs between versions."""
    return bool(_COMPARES.search(as_pattern_text(question)))


def versions_among(documents: Iterable[Document]) -> list[list[Document]]:
    """Return the documents that are versions of one, the newest first, where there are two at least."""
    groups: list[list[Document]] = []
    for document in documents:
        group = next((found for found in groups if _are_alike(found[0], document)), None)
        if group is None:
            groups.append([document])
        else:
            group.append(document)
    return [sorted(group, key=_newness, reverse=True) for group in groups if len(group) > 1]


def of_one_version(
    question: str, passages: Sequence[Passage], documents: Mapping[str, Document]
) -> list[Passage]:
    """Return the passages of the version that is asked about: the one that is named, else the newest.

    A question that compares versions keeps them all.
    """
    if compares_versions(question):
        return list(passages)
    asked = frozenset(_YEAR.findall(as_pattern_text(question)))
    left_out: set[str] = set()
    for group in versions_among(documents.values()):
        named = [document for document in group if asked & _years_of(document)]
        kept = named[:1] or group[:1]
        left_out |= {document.name for document in group if document not in kept}
    return [passage for passage in passages if passage.document not in left_out] or list(passages)


def _are_alike(one: Document, other: Document) -> bool:
    """Tell whether two documents have one title but for a mark of a version: reports of two years do not."""
    title = _bare_title(one)
    is_marked = any(_MARK.search(fold(document.title)) for document in (one, other))
    return is_marked and len(title) >= _SHORTEST and title == _bare_title(other)


def _bare_title(document: Document) -> str:
    return _OF_VERSION.sub("", fold(document.title))


def _years_of(document: Document) -> frozenset[str]:
    """Return the years that tell a version apart: in its title and name, else when it came into force."""
    told = frozenset(_YEAR.findall(f"{document.title} {document.name}"))
    return told or frozenset(_in_force(document))


def _in_force(document: Document) -> list[str]:
    found = _IN_FORCE.finditer(as_pattern_text(document.text))
    return [year for match in found for year in match.groups() if year]


def _newness(document: Document) -> str:
    return max([*_years_of(document), *_in_force(document)], default="")
