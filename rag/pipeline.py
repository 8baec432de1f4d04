"""The one object behind every door: documents go in, questions are answered."""

import time
import uuid
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Final

from rag.backends import Backends
from rag.cite import cite
from rag.compose.found import MISSING, Found, apart, best_reading, found_in
from rag.compose.sight import fits
from rag.coordination import readings
from rag.embed import Embedder
from rag.errors import InputError, UnknownDocumentError
from rag.followups import pointed_at
from rag.lens import Lens
from rag.library import Library
from rag.lists import find_listings
from rag.parts import parts_of
from rag.passages import PassageMaker, in_turn
from rag.rerank import Reranker
from rag.retrieve import Legs, Retriever
from rag.settings import Settings
from rag.text import count_han, terms
from rag.types import Answer, Document, DocumentInfo, Draft, Event, Evidence, Part, Passage, Query, Turn
from rag.understand import understand
from rag.verify import verify
from rag.views import Views

__all__ = ["Pipeline"]

_MOST_PASSAGES: Final = 50


class Pipeline:
    """Answers questions from one library. Safe to use from several threads."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        views: Views,
        embedder: Embedder,
        reranker: Reranker | None = None,
    ) -> None:
        self.settings = settings
        self.library = library
        self.views = views
        self.embedder = embedder
        self._retriever = Retriever(library, views, embedder, reranker)
        self._maker = PassageMaker(library)
        self._backends = Backends(settings)

    def prepare(self) -> None:
        """Make what the settings say writes answers, before the first question asks for it."""
        self._backends.get(self.settings.backend)

    def close(self) -> None:
        """Close the library."""
        self.library.close()

    def documents(self) -> list[DocumentInfo]:
        """Return the catalogue, by name."""
        return self.library.documents()

    def document(self, name: str) -> Document:
        """Return a document; raises UnknownDocumentError."""
        return self.library.document(name)

    def search(
        self, query: str, k: int | None = None, documents: Sequence[str] | None = None, legs: Legs = "full"
    ) -> list[Passage]:
        """Return the `k` passages nearest to a query, best first."""
        understood = self._understood(query, (), documents, "query")
        most = self._top_k(k, "k")
        return self._maker.passages(self._retriever.candidates(understood, legs), most, understood)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        top_k: int | None = None,
        backend: str | None = None,
        documents: Sequence[str] | None = None,
    ) -> Answer:
        """Answer a question; `documents` limits what it is answered from."""
        events = self.stream(question, history=history, top_k=top_k, backend=backend, documents=documents)
        *_, answer = events
        if not isinstance(answer, Answer):  # pragma: no cover - stream's contract
            raise TypeError("a streamed answer ends with the answer")
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        top_k: int | None = None,
        backend: str | None = None,
        documents: Sequence[str] | None = None,
    ) -> Generator[Event, None, None]:
        """Yield the passages, then the answer's text as it is written, then the whole answer.

        What is wrong with the question is raised here, before the first event is asked for. Closing
        it ends what a language model is doing.
        """
        name = backend or self.settings.backend
        writer = self._backends.get(name)
        query = self._understood(question, history, documents)
        k = self._top_k(top_k, "top_k")

        def events() -> Generator[Event, None, None]:
            started = time.perf_counter()
            lens = self._lens(query)
            evidence = self._in_parts(lens, k)
            if history and query.text == query.asked:
                lens, evidence = self._with_topic(lens, evidence, k)
            retrieved = time.perf_counter()
            yield tuple(evidence.passages)
            draft, used, notice = yield from self._backends.write(name, writer, lens, evidence)
            timings = {
                "retrieve": round(1000 * (retrieved - started), 2),
                "answer": round(1000 * (time.perf_counter() - retrieved), 2),
            }
            answer = self._answer(lens.query, draft, evidence, used, timings)
            yield replace(answer, notice=notice)

        return events()

    def _with_topic(self, lens: Lens, evidence: Evidence, k: int) -> tuple[Lens, Evidence]:
        """Return a question that is not answered alone, with the topic of the turns before if that helps."""
        alone = lens.query
        if found_in(lens, evidence).is_answered:
            return lens, evidence
        query = self._understood(alone.asked, alone.history, alone.documents, leans=True)
        leaning = self._lens(query)
        found = self._in_parts(leaning, k)
        return (leaning, found) if found_in(leaning, found).is_answered else (lens, evidence)

    def _understood(
        self,
        question: str,
        history: Sequence[Turn],
        documents: Sequence[str] | None,
        field: str = "question",
        *,
        leans: bool | None = None,
    ) -> Query:
        known = self.library.hashes() if documents else {}
        for document in dict.fromkeys(documents or ()):
            if document not in known:
                raise UnknownDocumentError(document, field="documents")
        query = understand(question, history, documents, self.settings.max_question, field, leans=leans)
        if query.item:
            query = pointed_at(query, lambda asked: self._asked(asked, documents))
        return self._retriever.in_own_words(query)

    def _asked(self, question: str, documents: Sequence[str] | None) -> tuple[Lens, Evidence]:
        lens = self._lens(self._understood(question, (), documents))
        return lens, self._evidence(lens, self.settings.top_k)

    def _top_k(self, given: int | None, field: str) -> int:
        k = self.settings.top_k if given is None else given
        if not 1 <= k <= _MOST_PASSAGES:
            raise InputError(field, f"{field} is {k}: give a number from 1 to {_MOST_PASSAGES}")
        return k

    def _lens(self, query: Query) -> Lens:
        found = self._retriever
        words, asked = found.words(query), found.asked(query)
        return Lens(query, words, found.statistics, self.embedder, asked, self._lens)

    def looked_up(self, question: str, history: Sequence[Turn] = ()) -> tuple[Lens, Evidence]:
        """Return a question as it is seen and what was found for it, unanswered."""
        lens = self._lens(self._understood(question, history, None))
        return lens, self._evidence(lens, self.settings.top_k)

    def best_sentence(self, question: str, document: str) -> str:
        """Return the sentence of one document that answers a question best, empty if it has none."""
        lens = self._lens(self._understood(question, (), (document,)))
        passage = self._maker.whole(document, 1.0)
        if not passage.sentences:
            return ""
        return passage.sentences[int(fits(lens, passage).argmax())].text

    def _evidence(self, lens: Lens, k: int) -> Evidence:
        """Return the passages, their documents, and the sections that may list what is asked for."""
        candidates = self._retriever.by_meaning(self._retriever.candidates(lens.query), lens.meaning)
        with self.library.snapshot():
            passages = self._maker.passages(candidates, k, lens.query)
            documents = {passage.document: self._maker.document(passage.document) for passage in passages}
        listings = find_listings(lens, documents.values(), passages)
        closest = max((candidate.dense for candidate in candidates), default=0.0)
        strongest = max((candidate.fused for candidate in candidates), default=0.0)
        return Evidence(passages, documents, listings, closest, strongest)

    def _in_parts(self, lens: Lens, k: int) -> Evidence:
        """Return the evidence; for one that asks several things that of each, passages in turn."""
        evidence = self._evidence(lens, k)
        parts = self._coordinated(lens, k)
        for query in parts_of(lens.query) if not parts else ():
            found = evidence if query.text == lens.query.text else self._evidence(self._lens(query), k)
            parts.append(Part("", query, found))
        if len(parts) < 2:
            return evidence
        passages = in_turn([part.evidence.passages for part in parts], evidence.passages, k)
        # A part may rest on a passage of its own that is not among the `k` of the whole.
        documents = dict(evidence.documents)
        for part in parts:
            documents |= part.evidence.documents
        return replace(evidence, passages=passages, documents=documents, parts=tuple(parts))

    def _coordinated(self, lens: Lens, k: int) -> list[Part]:
        """Return the parts of a question that asks the same of several things, as it is answered best."""
        found = [
            [
                max((self._part(lens.query, label, asked, k) for asked in questions), key=_sure)
                if self._is_called(label, [other for other, _ in reading if other != label])
                else (MISSING, Part(label, lens.query, Evidence((), {}, ())))
                for label, questions in reading
            ]
            for reading in readings(lens.query)
        ]
        return best_reading([apart(parts, self._lens) for parts in found])

    def _is_called(self, name: str, others: Sequence[str]) -> bool:
        """Tell whether anything in the library is called by a word that only this name has."""
        shared = {word for other in others for word in terms(other)}
        own = [word for word in terms(name) if word not in shared and len(word) > 1]
        found = self._retriever.statistics(own) if count_han(name) else {}
        return not found or any(word.frequency for word in found.values())

    def _part(self, whole: Query, label: str, asked: str, k: int) -> tuple[Found, Part]:
        """Return what is found for a question about one of several things, and how well that answers it."""
        # What is put together of a question may be longer than one may be typed.
        query = self._retriever.in_own_words(understand(asked, documents=whole.documents))
        if whole.history and (topic := whole.text.removesuffix(whole.focus).strip()):
            query = replace(query, text=f"{topic} {query.text}")
        lens = self._lens(query)
        evidence = self._evidence(lens, k)
        return found_in(lens, evidence), Part(label, query, evidence)

    def _answer(
        self, query: Query, draft: Draft, evidence: Evidence, backend: str, timings: dict[str, float]
    ) -> Answer:
        draft, claims = verify(draft, evidence, query.language, self.embedder.embed_passages)
        return Answer(
            answer=draft.text,
            abstained=draft.abstained,
            language=query.language,
            citations=cite(draft, evidence),
            passages=tuple(evidence.passages),
            backend=backend,
            model=draft.model,
            timings_ms=timings,
            request_id=uuid.uuid4().hex,
            understood=query.text,
            confidence=draft.confidence,
            claims=claims,
        )


def _sure(tried: tuple[Found, Part]) -> float:
    return tried[0].confidence
