"""The answers to the reference questions got no worse than `eval/baseline.json` says they were.

Where they changed on purpose, or the questions did, `make baseline` writes that file anew: the change
of the file shows which questions moved.
"""

from collections import defaultdict

import pytest

from eval.baseline import Baseline, Scored, read_baseline
from eval.compare import LOWER_IS_BETTER, Comparison, compare
from eval.metrics import MEASURES, Score
from eval.questions import read_questions
from tests.eval.conftest import ROOT

BASELINE = ROOT / "eval" / "baseline.json"
# What may be lost without being significant, as many small losses are one large one; one question may.
LEEWAY = 0.02


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return read_baseline(BASELINE)


@pytest.fixture(scope="module")
def comparison(reference_report, baseline) -> Comparison:
    return compare(reference_report.rows, baseline)


def below_the_floor(figures: dict[str, float | None], baseline: Baseline) -> list[str]:
    """Name the measures that lie further below the whole baseline than the leeway."""
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
    asked = read_questions(ROOT / "eval" / "questions" / "seeds.jsonl")
    known = {id_: row.fingerprint for id_, row in baseline.rows.items()}
    assert {q.id: q.fingerprint for q in asked} == known, "run `make baseline`"


def test_no_measure_got_significantly_worse(comparison):
    assert set(comparison.changes) == set(MEASURES)
    told = [
        f"{c.measure}: {c.difference.mean:+.3f} ({c.difference.low:+.3f} to {c.difference.high:+.3f});"
        f" worse: {', '.join(c.worse)}"
        for c in comparison.dropped
    ]
    assert not told, "\n".join(told)


def test_no_measure_lies_below_its_floor(reference_report, baseline):
    faults = below_the_floor(reference_report.metrics, baseline)
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
    refusing = dict.fromkeys(MEASURES, 0.0) | {"false_abstention": 1.0, "citation_precision": None}
    named = {fault.partition(":")[0] for fault in below_the_floor(refusing, baseline)}
    assert named == set(MEASURES)
