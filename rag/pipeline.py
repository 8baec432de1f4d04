"""The one object behind every door: documents go in, questions are answered."""

import time
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import Final

from rag.answer.backend_runner import BackendRunner
from rag.answer.citations import cite
from rag.answer.extractive.encoded_ahead import texts_of
from rag.answer.plan import Plan
from rag.answer.planner import Planner
from rag.answer.verify import verify
from rag.errors import InputError, UnknownDocumentError
from rag.retrieve.passages import PassageBuilder
from rag.retrieve.rerank import Reranker
from rag.retrieve.retriever import Legs, Retriever
from rag.settings import Settings
from rag.store.corpus import Corpus
from rag.store.library import Library
from rag.store.sentence_vectors import MOST
from rag.types.answer import Answer, Draft, Event
from rag.types.document import Document, DocumentInfo
from rag.types.evidence import Evidence, Passage
from rag.types.query import Query, Turn

__all__ = ["Pipeline"]

_MOST_PASSAGES: Final = 50


class Pipeline:
    """Answers questions from one library. Safe to use from several threads."""

    def __init__(self, corpus: Corpus, reranker: Reranker | None = None) -> None:
        self.corpus = corpus
        self._reranker = reranker
        self._runner = BackendRunner(corpus.settings)

    @property
    def settings(self) -> Settings:
        """What it was put together by."""
        return self.corpus.settings

    @property
    def library(self) -> Library:
        """What it answers from."""
        return self.corpus.library

    def prepare(self) -> None:
        """Make what the settings say writes answers, before the first question asks for it."""
        self._runner.get(self.settings.backend)

    def close(self) -> None:
        """Close the library."""
        self.corpus.close()

    def documents(self) -> list[DocumentInfo]:
        """Return the catalogue, by name."""
        return self.library.documents()

    def document(self, name: str) -> Document:
        """Return a document; raises UnknownDocumentError."""
        return self.library.document(name)

    @contextmanager
    def planner(self) -> Iterator[Planner]:
        """Give what finds evidence in the library as it is now, whoever writes meanwhile."""
        with self.corpus.snapshot() as snapshot:
            retriever = Retriever(snapshot, self.corpus.embedder, self._reranker)
            builder, corpus = PassageBuilder(snapshot), self.corpus
            yield Planner(self.settings, retriever, builder, corpus.embedder, corpus.sentences.of)

    def search(
        self, query: str, k: int | None = None, documents: Sequence[str] | None = None, legs: Legs = "full"
    ) -> list[Passage]:
        """Return the `k` passages nearest to a query, best first."""
        with self.planner() as planner:
            understood = planner.understood(query, (), documents, "query")
            return planner.found(understood, self._top_k(k, "k"), legs)

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

        What is wrong with the question is raised here, before the first event is asked for. All of it
        is answered from one state of the library. Closing it ends what a language model is doing.
        """
        name = backend or self.settings.backend
        writer = self._runner.get(name)
        k = self._top_k(top_k, "top_k")
        with ExitStack() as opening:
            planner = opening.enter_context(self.planner())
            query = planner.understood(question, history, documents)
            opened = opening.pop_all()

        def events() -> Generator[Event, None, None]:
            with opened:
                started = time.perf_counter()
                plan = planner.planned(query, k)
                retrieved = time.perf_counter()
                yield tuple(plan.evidence.passages)
                draft, used, notice = yield from self._runner.write(name, writer, plan)
                timings = {
                    "retrieve": round(1000 * (retrieved - started), 2),
                    "answer": round(1000 * (time.perf_counter() - retrieved), 2),
                }
                answer = self._answer(plan.question.query, draft, plan.evidence, used, timings)
                yield replace(answer, notice=notice)

        return events()

    def found_alone(self, question: str, history: Sequence[Turn] = ()) -> Plan:
        """Return the plan of the answer to a question that is not taken apart, to learn from."""
        with self.planner() as planner:
            return planner.found_alone(planner.understood(question, history, None))

    def best_sentence(self, question: str, document: str) -> str:
        """Return the sentence of one document that answers a question best, empty if it has none."""
        with self.planner() as planner:
            return planner.best_sentence(question, document)

    def encode_ahead(self, may_go_on: Callable[[], bool]) -> None:
        """Encode what will be compared with every question, until it is told to stop.

        Each question encodes what is missing, so that nothing depends on how far this comes.
        """
        texts: list[str] = []
        for info in self.documents():
            with self.planner() as planner, suppress(UnknownDocumentError):  # it may be gone by now
                texts += texts_of(planner.document(info.name), planner.whole(info.name))
            if len(texts) >= MOST:
                break
        for text in texts[:MOST]:
            if not may_go_on():
                return
            self.corpus.sentences.of([text])

    def _top_k(self, given: int | None, field: str) -> int:
        k = self.settings.top_k if given is None else given
        if not 1 <= k <= _MOST_PASSAGES:
            raise InputError(field, f"{field} is {k}: give a number from 1 to {_MOST_PASSAGES}")
        return k

    def _answer(
        self, query: Query, draft: Draft, evidence: Evidence, backend: str, timings: dict[str, float]
    ) -> Answer:
        draft, claims = verify(draft, evidence, query.language, self.corpus.embedder.embed_passages)
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
            form=draft.form,
            highlights=_places(draft),
            missing=draft.missing,
            documents=evidence.documents,
        )


def _places(draft: Draft) -> tuple[tuple[int, int], ...]:
    """Return where the words of a draft that answer stand first, in order, none within another."""
    found: list[tuple[int, int]] = []
    for words in sorted(draft.highlights, key=len, reverse=True):
        start = draft.text.find(words) if words else -1
        if start >= 0 and not any(a < start + len(words) and start < b for a, b in found):
            found.append((start, start + len(words)))
    return tuple(sorted(found))
