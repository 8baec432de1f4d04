"""Answers made by hand and a pipeline that gives them."""

from collections.abc import Mapping, Sequence

from rag.errors import UnknownDocumentError
from rag.types.answer import Answer, Citation
from rag.types.document import Document, Outline, Span
from rag.types.evidence import Passage
from rag.types.query import Language, Turn


def passage(document: str, *spans: tuple[int, int], id: int = 0) -> Passage:
    return Passage(id, document, "题", ("题", "节"), "", tuple(Span(*span) for span in spans), 1.0)


def citation(marker: int, quote: str, document: str = "a.txt", start: int = 0) -> Citation:
    return Citation(marker, document, "题", ("题", "节"), quote, start, start + len(quote), 1.0)


def answer(
    text: str = "",
    citations: Sequence[Citation] = (),
    passages: Sequence[Passage] = (),
    abstained: bool = False,
    language: Language = "zh-Hans",
) -> Answer:
    return Answer(
        answer=text,
        abstained=abstained,
        language=language,
        citations=tuple(citations),
        passages=tuple(passages),
        backend="scripted",
        model=None,
        timings_ms={"retrieve": 1.0, "answer": 2.0},
        request_id="r",
        understood="what was searched for",
    )


class ScriptedPipeline:
    """Gives each question the answer written for it."""

    def __init__(self, texts: Mapping[str, str], answers: Mapping[str, Answer]) -> None:
        self._texts = texts
        self._answers = answers
        self.asked: list[tuple[str, list[Turn]]] = []

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, list(history)))
        return self._answers[question]

    def document(self, name: str) -> Document:
        if name not in self._texts:
            raise UnknownDocumentError(name)
        return Document(name, self._texts[name], Outline("题", (), ()), "utf-8", "0" * 64, name)
