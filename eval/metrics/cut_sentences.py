"""Cut sentences: does an answer leave off in the middle of one?"""

from collections.abc import Iterator, Mapping
from typing import Final

from eval.data.questions import Question
from eval.metrics.answer_lines import AnswerLine, answer_lines, below
from eval.metrics.score import Score
from rag.answer.claims import Statement
from rag.text.marks import CLOSING_BRACKETS, COLONS, OPENING_BRACKETS, TERMINAL, TRAILING
from rag.text.normalize import fold
from rag.types.answer import Answer, Citation

__all__ = ["cut_sentences", "sentences_cut"]

_ENDS: Final = (*TERMINAL, *COLONS, ".")


def cut_sentences(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Score 1 when an answer holds a sentence that was cut before its end; 0 is expected.

    What has no end of its own is not cut: an item of a list, a heading or a lead, a row of a table and
    whatever else stands on a line of its own in the document it is cited from, a word of the program's
    in brackets. None for a refusal.
    """
    return None if answer.abstained else Score(int(bool(sentences_cut(answer, texts))))


def sentences_cut(answer: Answer, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sentences of an answer that were cut before their end; a refusal has none."""
    return () if answer.abstained else tuple(_cut(answer, texts))


def _cut(answer: Answer, texts: Mapping[str, str]) -> Iterator[str]:
    lines = answer_lines(answer.answer)
    cited = {citation.marker: citation for citation in answer.citations}
    for at, line in enumerate(lines):
        if line.depth or (below(lines, at) and _leads(lines, at)):
            continue
        last = line.statements[-1]
        if _is_ended(last.text):
            continue
        sources = [cited[marker] for marker in last.markers if marker in cited]
        if not any(_stands_alone(last, source, texts.get(source.document, "")) for source in sources):
            yield last.text


def _leads(lines: list[AnswerLine], at: int) -> bool:
    return lines[at].announces or lines[at + 1].depth > 0


def _is_ended(text: str) -> bool:
    is_aside = text.startswith(tuple(OPENING_BRACKETS)) and text.endswith(tuple(CLOSING_BRACKETS))
    return is_aside or text.rstrip(TRAILING).endswith(_ENDS)


def _stands_alone(said: Statement, source: Citation, text: str) -> bool:
    """Tell whether what is cited is a heading, or fills the line or lines it stands on."""
    if any(fold(said.text) in fold(title) for title in source.heading_path):
        return True
    before = text[: source.start].rpartition("\n")[2]
    after = text[source.end :].partition("\n")[0]
    return not before.strip() and not after.strip()
