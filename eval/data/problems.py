"""Faults of a question file that would otherwise read as misses of the pipeline."""

from collections.abc import Callable, Iterable, Iterator

from eval.data.questions import Question

__all__ = ["find_problems"]


def find_problems(questions: Iterable[Question], text_of: Callable[[str], str | None]) -> list[str]:
    """Name the documents that the library lacks and the spans that stand in no named document."""
    return [problem for question in questions for problem in _problems(question, text_of)]


def _problems(question: Question, text_of: Callable[[str], str | None]) -> Iterator[str]:
    texts = {name: text_of(name) for name in question.documents}
    missing = [name for name, text in texts.items() if text is None]
    for name in missing:
        yield f"{question.id}: no document named {name!r} in the library"
    if missing or not texts:
        return
    for words in question.spans:
        if not any(words in text for text in texts.values() if text):
            yield f"{question.id}: {words!r} stands nowhere in {', '.join(texts)}"
