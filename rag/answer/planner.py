"""From a question to the evidence it is answered from: understood, taken apart, searched for."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.extractive.sentence_features import fits
from rag.answer.extractive.subanswers import MISSING, Found, apart, best_reading, found_in
from rag.answer.followup_items import pointed_at
from rag.errors import UnknownDocumentError
from rag.interrupt import check
from rag.models.embedders import Embedder
from rag.query.comparisons import readings
from rag.query.rewrite import understand
from rag.query.subquestions import parts_of
from rag.retrieve.listings import find_listings
from rag.retrieve.passages import PassageMaker, in_turn
from rag.retrieve.relevance import Lens
from rag.retrieve.retriever import Legs, Retriever
from rag.settings import Settings
from rag.text.normalize import count_han, terms
from rag.types.evidence import Evidence, Part, Passage
from rag.types.query import Query, Turn

__all__ = ["Planner"]


class Planner:
    """Finds the evidence for questions in one snapshot of a library."""

    def __init__(
        self, settings: Settings, retriever: Retriever, maker: PassageMaker, embedder: Embedder
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._retriever = retriever
        self._maker = maker
        self.document = maker.document

    def found(self, query: Query, k: int, legs: Legs = "full") -> list[Passage]:
        """Return the `k` passages nearest to a question, best first."""
        return self._maker.passages(self._retriever.candidates(query, legs), k, query)

    def planned(self, query: Query, k: int) -> tuple[Lens, Evidence]:
        """Return a question as it is seen, and the evidence; of one that asks several things that of each.

        A follow-up that is not answered alone is asked with the topic of the turns before.
        """
        lens = self.lens(query)
        evidence = self.in_parts(lens, k)
        if query.history and query.text == query.asked:
            return self._with_topic(lens, evidence, k)
        return lens, evidence

    def _with_topic(self, lens: Lens, evidence: Evidence, k: int) -> tuple[Lens, Evidence]:
        """Return a question that is not answered alone, with the topic of the turns before if that helps."""
        alone = lens.query
        if found_in(lens, evidence).is_answered:
            return lens, evidence
        query = self.understood(alone.asked, alone.history, alone.documents, leans=True)
        leaning = self.lens(query)
        found = self.in_parts(leaning, k)
        return (leaning, found) if found_in(leaning, found).is_answered else (lens, evidence)

    def understood(
        self,
        question: str,
        history: Sequence[Turn],
        documents: Sequence[str] | None,
        field: str = "question",
        *,
        leans: bool | None = None,
    ) -> Query:
        """Return a question as it is searched for; raises InputError and UnknownDocumentError."""
        for document in self._maker.unknown(documents or ()):
            raise UnknownDocumentError(document, field="documents")
        query = understand(question, history, documents, self._settings.max_question, field, leans=leans)
        if query.item:
            query = pointed_at(query, lambda asked: self._asked(asked, documents))
        return self._retriever.in_own_words(query)

    def _asked(self, question: str, documents: Sequence[str] | None) -> tuple[Lens, Evidence]:
        lens = self.lens(self.understood(question, (), documents))
        return lens, self.evidence(lens, self._settings.top_k)

    def lens(self, query: Query) -> Lens:
        """Return a question as sentences are compared with it."""
        found = self._retriever
        words, asked = found.words(query), found.asked(query)
        return Lens(query, words, found.statistics, self._embedder, asked, self.lens)

    def best_sentence(self, question: str, document: str) -> str:
        """Return the sentence of one document that answers a question best, empty if it has none."""
        lens = self.lens(self.understood(question, (), (document,)))
        passage = self._maker.whole(document, 1.0)
        if not passage.sentences:
            return ""
        return passage.sentences[int(fits(lens, passage).argmax())].text

    def evidence(self, lens: Lens, k: int) -> Evidence:
        """Return the passages, their documents, and the sections that may list what is asked for."""
        check()
        candidates = self._retriever.by_meaning(self._retriever.candidates(lens.query), lens.meaning)
        passages = self._maker.passages(candidates, k, lens.query)
        documents = {passage.document: self._maker.document(passage.document) for passage in passages}
        listings = find_listings(lens, documents.values(), passages)
        closest = max((candidate.dense for candidate in candidates), default=0.0)
        strongest = max((candidate.fused for candidate in candidates), default=0.0)
        return Evidence(passages, documents, listings, closest, strongest)

    def in_parts(self, lens: Lens, k: int) -> Evidence:
        """Return the evidence; for one that asks several things that of each, passages in turn."""
        evidence = self.evidence(lens, k)
        parts = self._coordinated(lens, k)
        for query in parts_of(lens.query) if not parts else ():
            found = evidence if query.text == lens.query.text else self.evidence(self.lens(query), k)
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
        return best_reading([apart(parts, self.lens) for parts in found])

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
        lens = self.lens(query)
        evidence = self.evidence(lens, k)
        return found_in(lens, evidence), Part(label, query, evidence)


def _sure(tried: tuple[Found, Part]) -> float:
    return tried[0].confidence
