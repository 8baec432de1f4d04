"""A question with what was found for it, and how that answers it: worked out once, for whoever asks."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rag.answer.extractive.answer_forms import Candidate
from rag.answer.extractive.answerability import confidence, is_treated, threshold
from rag.answer.extractive.form_ranker import decided
from rag.answer.extractive.remainder import rest_first
from rag.answer.extractive.sentence_ranker import Choice, rank_sentences
from rag.query.keywords import holds_code
from rag.retrieve.relevance import Relevance
from rag.text.ranges import Amount, amounts, fits_ranges, ranges_of, reach
from rag.text.tables import row_at
from rag.types.document import Span
from rag.types.evidence import Evidence

__all__ = ["Plan"]

_OF_A_PART: Final = 0.1  # of the threshold: the other parts say that it can be answered
_OF_A_THING: Final = 0.5  # the same, of a part that asks what the others do of another thing
_LIKELIEST: Final = 12  # sentences that may be a rule for the case
_OF_A_RANGE: Final = 1.5  # of the logit: what it counts that a case falls into a rule, or past it
_OF_A_ROW: Final = 3.0  # the same, of a row of a table whose first cell is the range
_OF_REACH: Final = 0.5  # what it counts that a case comes far beyond no border: 满3个月 before 满2个月
_CLOSE_IN_ENGLISH: Final = 0.2  # cosine below which an English question shares nothing with the text


@dataclass(frozen=True, eq=False)
class Plan:
    """What a question, or one part of it, is answered with; a language model needs no more than the evidence.

    `label` names which of the compared a part is about; it is empty where nothing is compared. Of one that
    `is_missing` the library knows nothing by name; `instead` is what it has of that kind. `whole` is the
    stretch of a document that answers as it stands.
    """

    question: Relevance
    evidence: Evidence
    label: str = ""
    parts: tuple["Plan", ...] = ()
    is_missing: bool = False
    instead: tuple[str, ...] = ()
    whole: tuple[str, Span] | None = None

    @cached_property
    def choices(self) -> list[Choice]:
        """The sentences of the passages, best first, the rule that a case falls into before others.

        What counts the rest stands first where that is asked for. Those that have the codes of the question
        stand before those of other codes.
        """
        found = rank_sentences(self.question, self.evidence.passages, self.evidence.documents)
        codes = self.question.analysis.codes
        if codes:
            found.sort(key=lambda one: -sum(holds_code(one.sentence.text, code) for code in codes))
            return found
        asked = amounts(self.question.query.text)
        if asked:
            fits = {id(one): self._fit(asked, one) for one in found[:_LIKELIEST]}
            found.sort(key=lambda one: -(one.logit + fits.get(id(one), 0.0)))
        return rest_first(self.question, found)

    def _fit(self, asked: list[Amount], one: Choice) -> float:
        """Return what it counts how a case lies to the ranges of a rule; of a row, to those of its cells.

        A row that is a range itself was made for such cases.
        """
        row = row_at(self.evidence.documents[one.passage.document], one.sentence.span.start)
        text = " ".join(row.cells) if row else one.sentence.text
        fit = fits_ranges(asked, text)
        if row and fit > 0 and ranges_of(row.cells[0]):
            return _OF_A_ROW
        return _OF_A_RANGE * fit + (_OF_REACH * reach(asked, text) if fit > 0 else 0.0)

    @cached_property
    def ways(self) -> list[tuple[Candidate, float]]:
        """The ways to answer, each with its logit."""
        return decided(self.question, self.choices, self.evidence.listings, self.evidence.documents)

    @property
    def best(self) -> tuple[Candidate, float] | None:
        """The likeliest way to answer and its logit, None where there is no sentence."""
        return max(self.ways, key=lambda judged: judged[1], default=None)

    @cached_property
    def confidence(self) -> float:
        """How likely it is that the evidence answers the question."""
        says_something = self.question.analysis.says_something
        if self.question.query.language == "en" and not self.question.words:
            says_something = says_something and self.evidence.closest >= _CLOSE_IN_ENGLISH
        return confidence(self.question, self.choices, self.evidence) if says_something else 0.0

    @cached_property
    def is_treated(self) -> bool:
        """Whether the documents surely treat what is asked about, be the detail told or not."""
        return is_treated(self.question, self.choices, self.evidence)

    @property
    def source(self) -> tuple[str, Span] | None:
        """Where what answers best begins."""
        return (self.best[0].document, self.best[0].items[0].span) if self.best else None

    def is_answered(self, least: float = 1.0) -> bool:
        """Tell whether the answer is sure enough: `least` times the threshold."""
        return bool(self.choices) and self.confidence >= least * threshold()

    @property
    def is_told(self) -> bool:
        """Tell whether it is sure enough beside the answers to other parts."""
        return self.is_answered(_OF_A_THING if self.label else _OF_A_PART)
