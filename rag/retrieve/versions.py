"""Several versions, or copies, of one document: which of them a question is answered from."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rag.query.versions import compares_versions, version_named, version_numbers
from rag.retrieve.listings import items_after
from rag.text.normalize import fold
from rag.text.numbers import ARABIC, NUMERALS
from rag.text.patterns import as_pattern_text
from rag.types.document import Document, Span
from rag.types.evidence import Passage

__all__ = [
    "change_list_asked_for",
    "change_lists",
    "name_of_version",
    "of_one_version",
    "outside_of",
    "version_not_there",
    "versions_among",
    "versions_compared",
]

_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_IN_FORCE: Final = re.compile(
    "((?:19|20)[0-9]{2})年[0-9]{1,2}月[0-9]{1,2}日起(?:施行|实施|执行|生效)|"
    "(?:effective|in force) (?:from|as of|on) [^.]{0,20}((?:19|20)[0-9]{2})",
    re.IGNORECASE,
)
_OF_VERSION: Final = re.compile(
    "[（(][^（）()]*[）)]|(?:19|20)[0-9]{2}年?|修订版?|修正案?|试行|暂行|新版?|旧版?|[vV][0-9.]+|"
    f"第?[{NUMERALS}{ARABIC}]+版|edition|[\\s_-]+"
)
_MARK: Final = re.compile("修订|修正|试行|暂行|[年新旧]版|版[)）]?$|[vV][0-9]|revis|version|edition")
_SHORTEST: Final = 4  # characters of a title that names a document
_LISTS_CHANGES: Final = re.compile(
    "(?:修订|修改|变更|更新|改动|变化|调整)(?:的?主要|的?具体)?(?:内容|记录|说明|情况|要点|如下|历史)|"
    "主要(?:的?(?:修订|修改|变化|区别|改动|变更))|[与和跟].{1,12}(?:的|相比|比较).{0,4}(?:不同|区别|变化|差异)|"
    "\\bchanges? (?:from|since|in|log|history)\\b|\\bchangelog\\b|\\bwhat'?s new\\b|"
    "\\brevision (?:history|record)\\b|"
    "\\bdifferences? (?:from|to|between)\\b|\\bamendments? (?:to|made)\\b",
    re.IGNORECASE,
)
_LONGEST_LEAD: Final = 40  # characters of a line that leads to a list of changes
_HEAD: Final = 400  # characters of a document in which its own version stands


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


def name_of_version(document: Document) -> str:
    """Return a document's title, with the year that it came into force where the title marks no version."""
    year = _newness(document)
    is_marked = bool(_MARK.search(document.title) or _YEAR.search(document.title))
    return document.title if is_marked or not year else f"{document.title}（{year}年）"


def _all_years(document: Document) -> frozenset[str]:
    """Return the years by which a version may be named: of its title and name, and of coming into force."""
    return _years_of(document) | frozenset(_in_force(document))


def versions_compared(question: str, versions: Sequence[Document]) -> list[Document]:
    """Return those of a document's versions that a question compares: those it names, else all.

    None are compared where it names releases that none of them bears: V2.1, V2.0.
    """
    asked = version_numbers(question)
    named = [document for document in versions if asked & (_all_years(document) | _releases(document))]
    if not named and any("." in number for number in asked):
        return []
    return named if len(named) > 1 else list(versions)


def _releases(document: Document) -> frozenset[str]:
    return version_numbers(f"{document.title} {document.name}")


def version_not_there(question: str, versions: Sequence[Document]) -> str:
    """Return the year of the version that a question names and the library lacks, empty if it has it."""
    year = version_named(question)
    is_there = not versions or any(year in _all_years(document) for document in versions)
    return "" if is_there else year


def change_lists(document: Document) -> Iterator[Span]:
    """Yield where a document lists what it changed: sections with such a heading, leads with their items."""
    for article in document.outline.sections:
        for section in article.walk():
            if section is not article and _LISTS_CHANGES.search(as_pattern_text(section.title)):
                yield Span(section.start, section.end)
    for block in document.outline.blocks:
        text = as_pattern_text(document.text[block.start : block.end]).strip()
        if len(text) <= _LONGEST_LEAD and text.endswith((":", "：")) and _LISTS_CHANGES.search(text):
            items = items_after(document, block.end)
            yield Span(block.start, items[-1].end if items else block.end)


def change_list_asked_for(question: str, documents: Sequence[Document]) -> tuple[Document, Span] | None:
    """Return where the document that a question asks for the changes of lists them, None if none does.

    It is one that the question names by a number that it or its list bears; the first if several do.
    """
    asked = version_numbers(question)
    for document in documents:
        own = version_numbers(f"{document.name} {document.text[:_HEAD]}")
        for span in change_lists(document):
            listed = version_numbers(document.text[span.start : span.end].split("\n", 1)[0])
            if asked & (listed or own):
                return document, span
    return None


def outside_of(passages: Sequence[Passage], spans: Sequence[Span]) -> list[Passage]:
    """Return passages without the sentences that stand in some stretches of their document."""
    kept = []
    for passage in passages:
        sentences = tuple(
            one
            for one in passage.sentences
            if not any(span.start <= one.span.start < span.end for span in spans)
        )
        if sentences:
            kept.append(replace(passage, sentences=sentences))
    return kept
