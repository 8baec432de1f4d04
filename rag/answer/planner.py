"""From a question to the evidence it is answered from: understood, taken apart, searched for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from rag.answer.extractive.sentence_features import fits
from rag.answer.extractive.subanswers import apart, best_reading
from rag.answer.followup_items import pointed_at
from rag.answer.plan import Plan
from rag.errors import UnknownDocumentError
from rag.interrupt import check
from rag.models.embedders import Embedder
from rag.query.analysis import analyse
from rag.query.comparisons import Conjunct
from rag.query.form import asked_form
from rag.query.rewrite import rewrite
from rag.query.versions import asks_for_changes, aspects_of, compares_versions
from rag.retrieve.listings import find_listings
from rag.retrieve.passages import PassageBuilder, in_turn
from rag.retrieve.relevance import Relevance, VectorsOf
from rag.retrieve.retriever import Legs, RankedChunk, Retriever
from rag.retrieve.versions import (
    change_list_asked_for,
    change_lists,
    name_of_version,
    of_one_version,
    outside_of,
    version_not_there,
    versions_among,
    versions_compared,
)
from rag.settings import Settings
from rag.text.normalize import count_han, terms
from rag.types.document import Document
from rag.types.evidence import Evidence, Passage
from rag.types.query import Query, Turn

__all__ = ["Planner"]

_HEAD: Final = 300  # characters of a document in which it says whose it is
_BEST: Final = 3  # passages, one of which is of the document that a question is put to
_NAMED_IN: Final = 8  # passages in which a name is looked for
_FURTHER: Final = 40  # passages in which all that a question asks which of are looked for
_AT_HOME: Final = 0.7  # share of a name's terms that stand in the article it is spoken of in


class Planner:
    """Finds the evidence for questions in one snapshot of a library."""

    def __init__(
        self,
        settings: Settings,
        retriever: Retriever,
        builder: PassageBuilder,
        embedder: Embedder,
        vectors_of: VectorsOf,
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._vectors_of = vectors_of
        self._retriever = retriever
        self._builder = builder
        self.document = builder.document

    def found(self, query: Query, k: int, legs: Legs = "full") -> list[Passage]:
        """Return the `k` passages nearest to a question, best first."""
        return self._builder.passages(self._retriever.candidates(query, legs), k, query)

    def planned(self, query: Query, k: int) -> Plan:
        """Return the plan of the answer to a question; of one that asks several things with that of each.

        A follow-up that is not answered alone is asked with the topic of the turns before.
        """
        alone = self.in_parts(self.question(query), k)
        if not query.history or query.text != query.asked or alone.is_answered():
            return alone
        leaning = self.understood(query.asked, query.history, query.documents, leans=True)
        with_topic = self.in_parts(self.question(leaning), k)
        return with_topic if with_topic.is_answered() else alone

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
        for document in self._builder.unknown(documents or ()):
            raise UnknownDocumentError(document, field="documents")
        query = rewrite(question, history, documents, self._settings.max_question, field, leans=leans)
        if query.item:
            query = pointed_at(query, lambda asked: self.found_alone(self.understood(asked, (), documents)))
        return self._retriever.in_own_words(query)

    def found_alone(self, query: Query) -> Plan:
        """Return the plan of the answer to a question that is not taken apart."""
        question = self.question(query)
        return Plan(question, self.evidence(question, self._settings.top_k))

    def question(self, query: Query) -> Relevance:
        """Return a question as sentences are compared with it."""
        found = self._retriever
        words, asked = found.words(query), found.asked(query)
        return Relevance(analyse(query), words, found.statistics, self._embedder, asked, self._vectors_of)

    def best_sentence(self, question: str, document: str) -> str:
        """Return the sentence of one document that answers a question best, empty if it has none."""
        passage = self.whole(document)
        if not passage.sentences:
            return ""
        asked = self.question(self.understood(question, (), (document,)))
        return passage.sentences[int(fits(asked, passage).argmax())].text

    def whole(self, document: str) -> Passage:
        """Return all of a document as one passage; raises UnknownDocumentError."""
        return self._builder.whole(document, 1.0)

    def evidence(self, question: Relevance, k: int) -> Evidence:
        """Return the passages, their documents, and the sections that may list what is asked for."""
        check()
        query = question.query
        candidates = self._retriever.candidates(query)
        candidates = self._retriever.by_meaning(candidates, question.meaning, query.language)
        passages = self._builder.passages(candidates, k, question.query)
        documents = {passage.document: self._builder.document(passage.document) for passage in passages}
        if question.query.documents is None:
            passages = of_one_version(question.query.text, passages, documents)
        listings = find_listings(question, documents.values(), passages)
        closest = max((candidate.dense for candidate in candidates), default=0.0)
        strongest = max((candidate.fused for candidate in candidates), default=0.0)
        evidence = Evidence(passages, documents, listings, closest, strongest)
        return self._widened(evidence, candidates, question) if _asks_which(question) else evidence

    def _widened(
        self, evidence: Evidence, candidates: Sequence[RankedChunk], question: Relevance
    ) -> Evidence:
        """Return evidence with what stands behind its best passages: who asks which of all wants all."""
        given = {(passage.document, span) for passage in evidence.passages for span in passage.spans}
        further = [
            passage
            for passage in self._builder.passages(candidates, _FURTHER, question.query)
            if not any((passage.document, span) in given for span in passage.spans)
        ]
        others = {passage.document for passage in further} - evidence.documents.keys()
        documents = {**evidence.documents, **{name: self._builder.document(name) for name in others}}
        return replace(evidence, documents=documents, further=further)

    def in_parts(self, question: Relevance, k: int) -> Plan:
        """Return the plan of an answer; of one to several questions that of each, passages in turn."""
        evidence = self.evidence(question, k)
        if plan := self._about_versions(question, evidence):
            return plan
        parts = self._versions(question, evidence, k) or self._compared(question, evidence, k)
        parts = parts or self._subquestions(question, evidence, k)
        if len(parts) < 2:
            return Plan(question, evidence)
        passages = in_turn([part.evidence.passages for part in parts], evidence.passages, k)
        # A part may rest on a passage of its own that is not among the `k` of the whole.
        documents = dict(evidence.documents)
        for part in parts:
            documents |= part.evidence.documents
        return Plan(question, replace(evidence, passages=passages, documents=documents), parts=tuple(parts))

    def _subquestions(self, whole: Relevance, evidence: Evidence, k: int) -> list[Plan]:
        """Return the plans of the questions that a question puts one after the other, none if it is one."""
        queries = whole.analysis.subquestions
        return [self._subquestion(query, whole, evidence, k) for query in queries] if len(queries) > 1 else []

    def _subquestion(self, query: Query, whole: Relevance, evidence: Evidence, k: int) -> Plan:
        question = self.question(query)
        if query.text != whole.query.text:
            return Plan(question, self.evidence(question, k))
        listings = find_listings(question, evidence.documents.values(), evidence.passages)
        return Plan(question, replace(evidence, listings=listings))

    def _versions(self, question: Relevance, evidence: Evidence, k: int) -> list[Plan]:
        """Return the plans of a question that compares the versions of a document, the newest first."""
        if not compares_versions(question.query.text):
            return []
        versions = versions_compared(question.query.text, _versions_found(evidence))
        aspects = aspects_of(question.query.text, [document.text[:_HEAD] for document in versions])
        return [
            self._of_version(question, document, aspect, document is versions[-1], k)
            for document in versions
            for aspect in aspects or ("",)
        ]

    def _of_version(
        self, question: Relevance, version: Document, aspect: str, is_oldest: bool, k: int
    ) -> Plan:
        """Return the plan of what one version says of an aspect, of all that is asked if that is empty."""
        query = replace(question.query, documents=(version.name,))
        if aspect:
            query = self._retriever.in_own_words(rewrite(aspect, documents=(version.name,)))
        asked = self.question(query)
        evidence = self.evidence(asked, k)
        listings = [listing for listing in evidence.listings if listing.section.kind != "article"]
        evidence = replace(evidence, listings=listings)
        if is_oldest:  # what it lists was changed from one before it
            passages = outside_of(evidence.passages, list(change_lists(version)))
            evidence = replace(evidence, passages=passages)
        return Plan(asked, evidence, name_of_version(version))

    def _about_versions(self, question: Relevance, evidence: Evidence) -> Plan | None:
        """Return the plan of a question about versions that is not asked of each of them.

        One document may list what it changed; or there is no such version.
        """
        text, versions = question.query.text, _versions_found(evidence)
        year = version_not_there(text, versions)
        if year:
            titles = tuple(name_of_version(version) for version in versions)
            return Plan(question, evidence, year, is_missing=True, instead=titles)
        if not asks_for_changes(text):
            return None
        compared = versions_compared(text, versions)
        if compared and aspects_of(text, [version.text[:_HEAD] for version in compared]):
            return None
        found = change_list_asked_for(text, compared or list(evidence.documents.values()))
        return Plan(question, evidence, whole=(found[0].name, found[1])) if found else None

    def _compared(self, question: Relevance, evidence: Evidence, k: int) -> list[Plan]:
        """Return the plans of a question that asks the same of several things, as it is answered best.

        What is said of each stands in the documents that the whole question finds.
        """
        among = question.query.documents or tuple(evidence.documents)
        whole = replace(question.query, documents=among)
        found = [self._of_each(question, whole, reading, k) for reading in question.analysis.comparisons]
        return best_reading([apart(parts) for parts in found])

    def _of_each(self, question: Relevance, whole: Query, reading: Sequence[Conjunct], k: int) -> list[Plan]:
        """Return the plan for each of several things, by the way to ask about it that is answered best.

        Where each has an article of its own, that is asked what is asked of all, without their names.
        """
        homes = [self._home_of(one.label, question.query.documents) for one in reading]
        plans = []
        for one, home in zip(reading, homes, strict=True):
            if not self._is_called(one.label, [other.label for other in reading if other.label != one.label]):
                plans.append(Plan(question, Evidence((), {}), one.label, is_missing=True))
                continue
            if one.aspect and home is not None and homes.count(home) == 1:
                plan = self._part(whole, one.label, one.aspect, k, home)
                if plan.is_told:
                    plans.append(plan)
                    continue
            near = home if home is not None and home.document in (whole.documents or ()) else None
            ways = (self._part(whole, one.label, asked, k, near) for asked in one.questions)
            plans.append(max(ways, key=lambda plan: plan.confidence))
        return plans

    def _is_called(self, name: str, others: Sequence[str]) -> bool:
        """Tell whether anything in the library is called by a word that only this name has."""
        shared = {word for other in others for word in terms(other)}
        own = [word for word in terms(name) if word not in shared and len(word) > 1]
        found = self._retriever.statistics(own) if count_han(name) else {}
        return not found or any(word.frequency for word in found.values())

    def _part(self, whole: Query, label: str, asked: str, k: int, home: "_Home | None") -> Plan:
        """Return the plan of the answer to a question about one of several things."""
        # What is put together of a question may be longer than one may be typed.
        query = self._retriever.in_own_words(rewrite(asked, documents=whole.documents))
        if whole.history and (topic := whole.text.removesuffix(whole.focus).strip()):
            query = replace(query, text=f"{topic} {query.text}")
        if home is not None:
            query = replace(query, documents=(home.document,))
        question = self.question(query)
        evidence = self.evidence(question, k)
        return Plan(question, _within(evidence, home) if home else evidence, label)

    def _home_of(self, label: str, documents: tuple[str, ...] | None) -> "_Home | None":
        """Return the one article that a thing is spoken of in by name, None if it is several or none."""
        wanted = [term for term in terms(label) if len(term) > 1] or terms(label)
        query = rewrite(label, documents=documents)
        articles: dict[_Home, float] = {}
        for passage in self._builder.passages(self._retriever.fused(query, "lexical"), _NAMED_IN):
            document = self._builder.document(passage.document)
            path = document.outline.path_at(passage.spans[0].start)
            home = _Home(document.name, *((path[0].start, path[0].end) if path else (0, len(document.text))))
            if home not in articles:
                said = set(terms(document.text[home.start : home.end]))
                articles[home] = sum(term in said for term in wanted) / (len(wanted) or 1)
        best = max(articles.values(), default=0.0)
        at_home = [home for home, share in articles.items() if share >= best]
        return at_home[0] if len(at_home) == 1 and best >= _AT_HOME else None


def _versions_found(evidence: Evidence) -> list[Document]:
    """Return the versions of the document that a question is put to, the newest first; none of one."""
    best = {passage.document for passage in evidence.passages[:_BEST]}
    groups = versions_among(evidence.documents.values())
    return next((group for group in groups if any(version.name in best for version in group)), [])


class _Home(NamedTuple):
    """The article that a thing is spoken of in."""

    document: str
    start: int
    end: int


def _within(evidence: Evidence, home: _Home) -> Evidence:
    """Return the evidence of one article alone, all of it if none of it is there."""
    inside = [
        passage
        for passage in evidence.passages
        if passage.document == home.document and home.start <= passage.spans[0].start < home.end
    ]
    return replace(evidence, passages=inside) if inside else evidence


def _asks_which(question: Relevance) -> bool:
    return asked_form(question.query) == "which"
