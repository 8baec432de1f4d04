"""Citation precision: do the citations support the sentences that carry them?

After Gao et al. 2023 (ALCE, arXiv:2305.14627): each pair of a sentence and a citation counts once
and the measure is micro-averaged over them. Where ALCE asks a language model whether the one
follows from the other, this compares words, so that it can be worked out by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from eval.data.questions import Question
from eval.metrics.score import Score
from rag.answer.claims import digits_in, share_held, statements, unspaced
from rag.text.normalize import count_han, normalise, telling_terms, terms
from rag.types.answer import Answer
from rag.types.query import Language

__all__ = ["Support", "citation_precision", "judge", "supports", "uncited"]

_ENOUGH: Final = 0.6  # leaves room for "according to …" around what was quoted


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a citation supports a sentence that carries its marker; no sentence is "" and no support."""

    marker: int
    sentence: str
    supported: bool


def citation_precision(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Count the citations that support the sentence carrying them, out of all.

    Micro-averaged over citations, not over questions. A citation carried by several sentences
    counts once for each; one that no sentence carries counts once, as not supporting.

    An answer without citations is left out (None), as neither right nor wrong: a refusal is not
    precise, and a sentence that carries no citation at all does not count here but is one of the
    report's `uncited` sentences. Answers to unanswerable questions count: their citations may
    support what they say, though it answers nothing. An answer made of quotations alone scores 1 by
    construction; the measure is there for backends that write in their own words.
    """
    judged = judge(answer)
    return Score(sum(support.supported for support in judged), len(judged)) if judged else None


def judge(answer: Answer) -> tuple[Support, ...]:
    """Compare every citation with every sentence that carries its marker."""
    said = statements(answer.answer)
    return tuple(
        Support(citation.marker, sentence, supports(citation.quote, sentence, answer.language))
        for citation in answer.citations
        for sentence in [s.text for s in said if citation.marker in s.markers] or [""]
    )


def uncited(answer: Answer) -> tuple[str, ...]:
    """Return the sentences that carry no citation: no marker, or none that any citation has.

    An abstained answer claims nothing that would need one.
    """
    if answer.abstained:
        return ()
    known = {citation.marker for citation in answer.citations}
    return tuple(s.text for s in statements(answer.answer) if not known.intersection(s.markers))


def supports(quote: str, sentence: str, language: Language) -> bool:
    """Tell whether the quote's words hold the sentence's content.

    Width, case, script and white space folded, at least 0.6 of the sentence's Han bigrams and whole
    words must be among the quote's. An English sentence about Chinese words has few of those: the
    quote must hold every number in it, and 0.6 of the bigrams of what it gives in Chinese.
    """
    wanted, held = _content(sentence), frozenset(_terms(quote))
    if not wanted:
        return False
    if language != "en" or not count_han(quote):
        return share_held(wanted, held) >= _ENOUGH
    chinese = [term for term in wanted if count_han(term)]
    return digits_in(sentence) <= digits_in(quote) and (not chinese or share_held(chinese, held) >= _ENOUGH)


def _content(sentence: str) -> list[str]:
    return telling_terms(_terms(sentence))


def _terms(text: str) -> list[str]:
    return terms(unspaced(normalise(text)))  # as `rag.text.normalize.fold`, but English words stay apart
