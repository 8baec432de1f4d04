"""Text with markers, and the sources they point to, built up side by side."""

import re
from typing import Final

from rag.types import Draft, Span

__all__ = ["CitedText"]


_NUMBER_IN_BRACKETS: Final = re.compile(r"\[(\d+)\]")


class CitedText:
    """Collects an answer; a source that is cited again keeps its marker."""

    def __init__(self) -> None:
        self.text = ""
        self._sources: list[tuple[str, Span]] = []

    def add(self, text: str, document: str | None = None, span: Span | None = None) -> str:
        """Append text, with a marker if it comes from somewhere; return what was appended."""
        text = _NUMBER_IN_BRACKETS.sub(r"［\1］", text)  # the document's own, which are no markers
        if document is not None and span is not None:
            source = (document, span)
            if source not in self._sources:
                self._sources.append(source)
            text = f"{text}[{self._sources.index(source) + 1}]"
        self.text += text
        return text

    def draft(self, abstained: bool = False, confidence: float | None = None) -> Draft:
        """Return what was collected."""
        return Draft(self.text, tuple(self._sources), abstained, confidence=confidence)
