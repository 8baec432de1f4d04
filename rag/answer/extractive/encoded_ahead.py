"""What will be compared with every question, and can be encoded before the first: sentences and sections."""

from rag.answer.extractive.sections import all_sections, shown_as
from rag.types.document import Document
from rag.types.evidence import Passage

__all__ = ["texts_of"]


def texts_of(document: Document, whole: Passage) -> list[str]:
    """Return the texts of a document whose meaning an answer may look at, each once; `whole` is all of it."""
    found = all_sections(document)
    shown = [text for one in found for text in shown_as(one)]
    return list(dict.fromkeys([*(sentence.text for sentence in whole.sentences), *shown]))
