"""What holds of the answers to the reference questions, and that they got no worse.

A fixed sample of every type in every language is asked here, as all of them take minutes, and compared
with its own rows of `eval/baseline.json`; `make eval` asks all and compares them. Where answers changed
on purpose, or the questions did, `make baseline` writes that file anew, and its change shows which
questions moved.
"""

import math
import re
from collections import Counter, defaultdict

import pytest

from eval.answers.baseline import Baseline, Scored, read_baseline
from eval.answers.compare import LOWER_IS_BETTER, Comparison, compare
from eval.answers.summary import Report
from eval.data.questions import Question, read_questions
from eval.metrics import MEASURES, Score
from rag.text.normalize import language_of
from tests.eval.conftest import ONE_IN, QUESTIONS, ROOT, Answered, sample_of

BASELINE = ROOT / "eval" / "baseline.json"
# What may be lost without being significant, as many small losses are one large one; one question may.
LEEWAY = 0.02


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    """The scores of before, of every question."""
    return read_baseline(BASELINE)


@pytest.fixture(scope="module")
def asked_before(baseline: Baseline, reference_answers: Answered) -> Baseline:
    """The scores of before, of the questions that are asked here."""
    asked = {question.id for question, _ in reference_answers}
    return Baseline(baseline.name, {id_: row for id_, row in baseline.rows.items() if id_ in asked})


@pytest.fixture(scope="module")
def comparison(reference_report: Report, asked_before: Baseline) -> Comparison:
    return compare(reference_report.rows, asked_before)


def below_the_floor(figures: dict[str, float | None], baseline: Baseline) -> list[str]:
    """Name the measures that lie further below the baseline than the leeway."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in baseline.rows.values():
        for name, score in row.scores.items():
            if score:
                sums[name][0] += score.hits
                sums[name][1] += score.of
    faults = []
    for name, (hits, of) in sums.items():
        now, sign = figures[name], -1 if name in LOWER_IS_BETTER else 1
        leeway = max(LEEWAY, 1 / of) + 1e-9
        if now is None or sign * now < sign * hits / of - leeway:
            faults.append(f"{name}: {hits / of:.3f} in the baseline, {now} now")
    return faults


def test_the_baseline_knows_every_question_as_it_is(baseline):
    known = {id_: row.fingerprint for id_, row in baseline.rows.items()}
    assert {q.id: q.fingerprint for q in read_questions(QUESTIONS)} == known, "run `make baseline`"


def test_the_sample_holds_its_share_of_every_type_in_every_language_in_any_order():
    questions = read_questions(QUESTIONS)
    alike, sampled = (Counter(map(kind_of, some)) for some in (questions, sample_of(questions)))
    assert sampled == {kind: math.ceil(count / ONE_IN) for kind, count in alike.items()}
    backwards = {question.id for question in sample_of(reversed(questions))}
    assert backwards == {question.id for question in sample_of(questions)}


def kind_of(question: Question) -> tuple[str, str]:
    return question.type, question.lang


def test_no_measure_got_significantly_worse(comparison):
    assert set(comparison.changes) == set(MEASURES)
    told = [
        f"{c.measure}: {c.difference.mean:+.3f} ({c.difference.low:+.3f} to {c.difference.high:+.3f});"
        f" worse: {', '.join(c.worse)}"
        for c in comparison.dropped
    ]
    assert not told, "\n".join(told)


def test_no_measure_lies_below_its_floor(reference_report, asked_before):
    faults = below_the_floor(reference_report.metrics, asked_before)
    assert not faults, "\n".join(faults)


def test_every_citation_is_the_documents_text(reference_report):
    assert reference_report.inexact_citations == 0
    assert reference_report.problems == ()


def test_one_question_may_be_lost_where_few_were_asked_and_two_may_not():
    few = Baseline("few", {f"q{i}": Scored("", {"abstention_recall": Score(1, 1)}) for i in range(10)})
    assert below_the_floor({"abstention_recall": 9 / 10}, few) == []
    assert below_the_floor({"abstention_recall": 8 / 10}, few) == [
        "abstention_recall: 1.000 in the baseline, 0.8 now"
    ]


def test_a_run_that_refuses_everything_falls_below_the_floor(baseline):
    of_what_is_said = dict.fromkeys(("citation_precision", "noise", "cut_sentences"))
    refusing = dict.fromkeys(MEASURES, 0.0) | {"false_abstention": 1.0} | of_what_is_said
    named = {fault.partition(":")[0] for fault in below_the_floor(refusing, baseline)}
    assert named == set(MEASURES)


# Each answer


def test_every_citation_quotes_its_document_to_the_character(seeds, reference_answers):
    texts = {info.name: seeds.document(info.name).text for info in seeds.documents()}
    wrong = [
        (question.id, citation.marker)
        for question, answer in reference_answers
        for citation in answer.citations
        if texts[citation.document][citation.start : citation.end] != citation.quote or not citation.quote
    ]

    assert wrong == []
    assert sum(len(answer.citations) for _, answer in reference_answers) > 100


def test_every_marker_has_its_citation_and_every_citation_its_marker(reference_answers):
    for question, answer in reference_answers:
        markers = list(dict.fromkeys(int(found) for found in re.findall(r"\[(\d+)\]", answer.answer)))
        assert markers == [citation.marker for citation in answer.citations], question.id
        assert markers == list(range(1, len(markers) + 1)), question.id


def test_every_answer_is_in_the_language_of_its_question(reference_answers):
    for question, answer in reference_answers:
        assert answer.language == question.lang, question.id


def test_an_abstention_cites_nothing_and_is_said_in_the_language_of_the_question(reference_answers):
    abstained = [(question, answer) for question, answer in reference_answers if answer.abstained]
    assert abstained

    for question, answer in abstained:
        assert answer.citations == ()
        assert answer.passages
        assert language_of(answer.answer) == question.lang, question.id


def test_every_citation_that_names_a_passage_stands_in_it(reference_answers):
    for question, answer in reference_answers:
        spans = {passage.id: (passage.document, passage.spans) for passage in answer.passages}
        for citation in answer.citations:
            if citation.passage is not None:
                document, parts = spans[citation.passage]
                assert document == citation.document, question.id
                assert any(a <= citation.start and citation.end <= b for a, b in parts), question.id


def test_the_passages_of_an_answer_never_show_the_same_text_twice(reference_answers):
    for question, answer in reference_answers:
        for index, passage in enumerate(answer.passages):
            for other in answer.passages[:index]:
                assert passage.document != other.document or not any(
                    a < d and c < b for a, b in passage.spans for c, d in other.spans
                ), question.id
