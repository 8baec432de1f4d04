"""Questions to start with, made of the titles that the library's own documents have."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rag.pipeline import Pipeline
from rag.text.normalize import HAN, count_han, language_of
from rag.types.document import Document, Section
from rag.types.query import Language

__all__ = ["example_questions"]

_MOST: Final = 6
_LOOKED_AT: Final = 24  # documents: a start page need not read a large library
_TRIED: Final = 24  # questions
_FROM_ONE: Final = 6  # of them from one document
_TITLE_LENGTH: Final = range(6, 27)
_CHILDREN: Final = range(2, 9)
_FORMS: Final[dict[Language, tuple[str, ...]]] = {
    "zh-Hans": ("「{title}」包括哪些内容？", "「{title}」有哪几个方面？", "「{title}」的具体做法有哪些？"),
    "zh-Hant": ("「{title}」包括哪些內容？", "「{title}」有哪幾個方面？", "「{title}」的具體做法有哪些？"),
    "en": ("What does “{title}” include?",),
}
_ASCII_COMMA: Final = re.compile(f"(?<=[{HAN}”’」』]),(?=[{HAN}“‘「『])")


def example_questions(pipeline: Pipeline) -> list[str]:
    """Return at most six questions, the same ones until the library changes.

    Only questions that the built-in backend answers with citations are kept.
    """
    names = [info.name for info in pipeline.documents()]
    documents = (pipeline.document(name) for name in _spread(names))
    by_document = [list(_titles(document))[:_FROM_ONE] for document in documents]
    in_turns = [title for row in zip_longest(*by_document) for title in row if title]
    questions: list[str] = []
    for title in list(dict.fromkeys(in_turns))[:_TRIED]:
        question = _question(title, len(questions))
        if _is_answered(pipeline, question):
            questions.append(question)
        if len(questions) == _MOST:
            break
    return questions


def _spread(names: Sequence[str]) -> list[str]:
    """Choose documents from all over the catalogue."""
    step = max(1, -(-len(names) // _LOOKED_AT))
    return list(names[::step])


def _titles(document: Document) -> Iterator[str]:
    """Yield the titles that stand above a short list and say enough to be asked about, best first."""
    sections = [section for article in document.outline.sections for section in article.walk()]
    seen = [section.title for section in sections]
    usable = [s for s in sections if _has_list(s) and _says_enough(s.title) and seen.count(s.title) == 1]
    usable.sort(key=lambda section: len(section.children) < 3)
    for section in usable:
        yield section.title


def _has_list(section: Section) -> bool:
    return section.kind != "article" and len(section.children) in _CHILDREN


def _says_enough(title: str) -> bool:
    """Tell whether a title is neither a bare word such as 主要做法 nor half a paragraph."""
    return len(title) in _TITLE_LENGTH and (count_han(title) >= 6 or " " in title.strip())


def _question(title: str, number: int) -> str:
    forms = _FORMS[language_of(title)]
    return forms[number % len(forms)].format(title=_ASCII_COMMA.sub("，", title))


def _is_answered(pipeline: Pipeline, question: str) -> bool:
    answer = pipeline.ask(question, backend="extractive")
    return not answer.abstained and bool(answer.citations)
