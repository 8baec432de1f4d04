import json

import pytest

from eval.answers.baseline import Baseline, Scored, read_baseline, save_baseline
from eval.answers.compare import compare
from eval.answers.run import evaluate
from eval.data.questions import Question
from eval.metrics.bootstrap import paired_ratio_difference
from eval.report.write import write_json
from rag.errors import InputError
from tests.eval.doubles import ScriptedPipeline, answer, citation

TEXTS = {"a.txt": "党员109名。一是抓学习。"}
RIGHT = answer("党员109名。[1]", [citation(1, "党员109名。")])
BESIDE = answer("党员109名。[1]天气很好。[1]", [citation(1, "党员109名。")])
REFUSED = answer("没有。", abstained=True)


def asked(n):
    return [Question(f"q{i}", f"{i}?", "zh-Hans", "fact", "a.txt", ("109",), (("109",),)) for i in range(n)]


def run(*given, questions=None):
    questions = questions or asked(len(given))
    answers = {q.question: a for q, a in zip(questions, given, strict=True)}
    return evaluate(ScriptedPipeline(TEXTS, answers), questions)


def baseline_of(report, name="before"):
    return Baseline(name, {row.id: Scored(row.fingerprint, row.scores) for row in report.rows})


def test_the_same_run_changes_nothing():
    report = run(RIGHT, REFUSED)
    found = compare(report.rows, baseline_of(report))
    assert found.questions == 2
    assert {change.verdict for change in found.changes.values()} == {"same"}
    assert {tuple(change.difference) for change in found.changes.values()} == {(0.0, 0.0, 0.0)}
    assert found.dropped == []


def test_a_drop_is_significant_when_its_interval_leaves_out_zero():
    before = baseline_of(run(*[RIGHT] * 20))
    one = compare(run(*[RIGHT] * 19, REFUSED).rows, before)
    assert one.changes["fact_recall"].verdict == "same"  # 1 of 20 draws without it: 0.95²⁰ = 0.36
    assert one.changes["fact_recall"].worse == ("q19",)
    ten = compare(run(*[RIGHT] * 10, *[REFUSED] * 10).rows, before)
    assert {change.measure for change in ten.dropped} == {
        "citation_recall",
        "fact_recall",
        "false_abstention",
    }
    assert ten.changes["fact_recall"].difference.mean == pytest.approx(10 / 20 - 20 / 20)


def test_refusing_less_is_better():
    found = compare(run(*[RIGHT] * 20).rows, baseline_of(run(*[RIGHT] * 10, *[REFUSED] * 10)))
    assert found.changes["false_abstention"].difference.mean == pytest.approx(0 / 20 - 10 / 20)
    assert found.changes["false_abstention"].verdict == "better"
    assert len(found.changes["false_abstention"].better) == 10


def test_citation_precision_is_a_ratio_of_sums_in_either_run():
    # before: 1/1, 1/1 and none = 2/2; now: 1/2, none and 1/1 = 2/3
    before = baseline_of(run(RIGHT, RIGHT, REFUSED))
    change = compare(run(BESIDE, REFUSED, RIGHT).rows, before).changes["citation_precision"]
    assert (change.before, change.now) == (2 / 2, 2 / 3)
    assert change.difference.mean == pytest.approx(2 / 3 - 2 / 2)
    assert change.questions == 3
    assert (change.better, change.worse) == ((), ("q0",))  # a refusal is neither


def test_a_measure_that_one_run_lacks_is_left_out():
    found = compare(run(REFUSED).rows, baseline_of(run(RIGHT)))
    assert "citation_precision" not in found.changes
    assert "abstention_recall" not in found.changes


def test_questions_that_are_not_in_both_or_not_the_same_are_named():
    questions = asked(4)
    before = baseline_of(run(*[RIGHT] * 3, questions=questions[:3]))
    changed = Question("q1", "1?", "zh-Hans", "fact", "a.txt", ("109名",), (("109",),))
    now = run(*[RIGHT] * 3, questions=[changed, *questions[2:]])
    found = compare(now.rows, before)
    assert (found.added, found.removed, found.edited) == (("q3",), ("q0",), ("q1",))
    assert found.questions == 1


def test_labels_do_not_make_another_question():
    plain = asked(1)[0]
    labelled = Question("q0", "0?", "en", "fact", "a.txt", ("109",), (("109",),), labels={"method": "x"})
    assert labelled.fingerprint == plain.fingerprint
    assert asked(2)[1].fingerprint != plain.fingerprint


def test_a_ratio_of_sums_is_drawn_in_pairs():
    # each question's parts move together, so every draw has the same difference
    first, second = [(1, 2), (2, 4), (3, 6)], [(2, 2), (4, 4), (6, 6)]
    assert paired_ratio_difference(first, second) == pytest.approx((0.5, 0.5, 0.5))
    # a draw of the second question alone has nothing to divide by and is left out
    assert paired_ratio_difference([(1, 1), (0, 0)], [(0, 1), (0, 0)]) == (-1.0, -1.0, -1.0)
    with pytest.raises(ValueError, match="divide"):
        paired_ratio_difference([(0, 0)], [(1, 1)])


@pytest.mark.parametrize("write", [write_json, save_baseline])
def test_both_files_hold_the_scores(tmp_path, write):
    report = run(BESIDE, REFUSED, RIGHT)
    write(report, tmp_path / "before.json")
    read = read_baseline(tmp_path / "before.json")
    assert read.rows == baseline_of(report).rows
    assert read.name == str(tmp_path / "before.json")


def test_a_report_from_before_the_scores_stood_in_it_is_read(tmp_path):
    report = run(BESIDE, REFUSED)
    data = report.as_dict()
    for row in data["rows"]:
        del row["scores"], row["fingerprint"]
    (tmp_path / "old.json").write_text(json.dumps(data), encoding="utf-8")
    read = read_baseline(tmp_path / "old.json")
    then = [{**row.scores, "noise": None} for row in report.rows]  # which no such report held
    assert [row.scores for row in read.rows.values()] == then
    assert compare(report.rows, read).questions == 2


ROW = {"id": "q0", "fingerprint": "f", "scores": {"fact_recall": [1, 1]}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[1]", 'no "rows"'),
        ({"set": "texts", "metrics": {}}, 'no "rows" in it; expected what `yinju eval` writes'),
        ({"rows": []}, 'no "rows"'),
        ({"rows": [{"id": "\ud800"}]}, "no JSON"),
        ({"rows": [1]}, 'row 1: "id": expected a string'),
        ({"rows": [{"id": 3}]}, 'row 1: "id": expected a string'),
        ({"rows": [ROW, ROW]}, "row 2: a second row of question 'q0'"),
        ({"rows": [ROW | {"fingerprint": 7}]}, '"fingerprint": expected a string'),
        ({"rows": [ROW | {"scores": 7}]}, '"scores": expected passage_recall, '),
        ({"rows": [ROW | {"scores": {}}]}, '"scores": expected passage_recall, '),
        ({"rows": [ROW | {"scores": {"fact_recall": [2, 1]}}]}, r"expected \[hits, out of\], found \[2, 1\]"),
        ({"rows": [ROW | {"scores": {"fact_recall": 0.5}}]}, r"expected \[hits, out of\], found 0.5"),
    ],
)
def test_a_file_that_is_no_baseline_is_said_to_be_none(tmp_path, content, message):
    path = tmp_path / "b.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_baseline(path)
    assert "b.json" in str(caught.value)
    assert caught.value.field == "baseline"


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.json: cannot be read: No such file"):
        read_baseline(tmp_path / "none.json")
    (tmp_path / "gbk.json").write_bytes("问".encode("gb18030"))
    with pytest.raises(InputError, match="no JSON"):
        read_baseline(tmp_path / "gbk.json")
