import io
import json
import re

import pytest
from rich.console import Console

from eval.answers.baseline import Baseline, Scored
from eval.answers.compare import compare
from eval.answers.misses import find_misses
from eval.answers.run import evaluate
from eval.data.questions import Question
from eval.metrics import Score
from eval.report.table import render
from eval.report.write import write_json
from rag.errors import InputError
from rag.types.query import Turn
from tests.eval.doubles import ScriptedPipeline, answer, citation, passage

TEXTS = {"a.txt": "党员109名。一是抓学习。", "b.txt": "第二篇。"}
MEASURES = {
    "passage_recall",
    "citation_recall",
    "citation_precision",
    "fact_recall",
    "abstention_recall",
    "false_abstention",
    "noise",
    "cut_sentences",
}
QUESTIONS = [
    Question("good", "多少名?", "zh-Hans", "fact", "a.txt", ("党员109名",), (("109",),)),
    Question(
        "bad", "那学什么?", "zh-Hans", "follow-up", "a.txt", ("抓学习",), (("学习",),), (Turn("user", "嗯"),)
    ),
    Question("none", "Who?", "en", "unanswerable"),
    Question("lost", "何处?", "zh-Hant", "across", ("a.txt", "b.txt"), ("第二篇",), (("二",),)),
]
ANSWERS = {
    "多少名?": answer("党员109名。[1]", [citation(1, "党员109名。")], [passage("a.txt", (0, 13))]),
    "那学什么?": answer(
        "天气很好。[1]党员109名。[2]",
        [citation(1, "党员109名。"), citation(2, "党员109", start=1)],  # the second is one character off
        [passage("a.txt", (0, 13))],
    ),
    "Who?": answer("The documents do not say.", abstained=True, language="en"),
    "何处?": answer("文件裏沒有。", abstained=True, language="zh-Hant"),
}


@pytest.fixture
def pipeline():
    return ScriptedPipeline(TEXTS, ANSWERS)


@pytest.fixture
def report(pipeline):
    return evaluate(pipeline, QUESTIONS)


def test_figures_are_worked_out_over_the_questions_they_apply_to(report):
    assert report.questions == 4
    assert report.metrics == {
        "passage_recall": 2 / 3,  # good, bad | lost
        "citation_recall": 1 / 3,  # good | bad, lost
        "citation_precision": 2 / 3,  # 1 of 1 and 1 of 2
        "fact_recall": 1 / 3,
        "abstention_recall": 1 / 1,
        "false_abstention": 1 / 3,  # lost
        "noise": 2 / 3,  # 0 of 1 and 2 of 2
        "cut_sentences": 0 / 2,
    }


def test_intervals_hold_their_figures(report):
    for name, (low, high) in report.ci95.items():
        assert low <= report.metrics[name] <= high


def test_groups_have_the_same_figures(report):
    assert report.by_lang["zh-Hans"].questions == 2
    assert report.by_lang["zh-Hans"].metrics["fact_recall"] == 1 / 2
    assert report.by_type["unanswerable"].metrics["abstention_recall"] == 1.0
    assert report.by_type["unanswerable"].metrics["passage_recall"] is None
    # `lost` is over both documents and counts under each
    assert {key: group.questions for key, group in report.by_doc.items()} == {
        "a.txt": 3,
        "b.txt": 1,
        "any": 1,
    }


def test_a_citation_that_is_not_the_text_is_counted(report):
    assert report.inexact_citations == 1
    assert report.rows[1].inexact == (2,)


@pytest.mark.parametrize("start", [-8, 9])
def test_a_citation_past_the_text_is_inexact(start):
    short = Question("q", "?", "zh-Hans", "fact")
    given = answer("第二篇。[1]", [citation(1, "第二篇。", "b.txt", start)])
    assert evaluate(ScriptedPipeline(TEXTS, {"?": given}), [short]).inexact_citations == 1


def test_a_citation_of_an_unknown_document_is_inexact():
    given = answer("甲。[1]", [citation(1, "甲。", "gone.txt")])
    asked = [Question("q", "?", "zh-Hans", "fact", None, ("甲",))]
    report = evaluate(ScriptedPipeline(TEXTS, {"?": given}), asked)
    assert (report.inexact_citations, report.metrics["citation_recall"]) == (1, 0.0)


def test_asks_with_the_history_and_tells_how_far_it_is(pipeline):
    told = []
    evaluate(pipeline, QUESTIONS, lambda done, total: told.append((done, total)))
    assert pipeline.asked[1] == ("那学什么?", [Turn("user", "嗯")])
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_measure_that_no_question_is_there_for_is_null(pipeline):
    report = evaluate(pipeline, QUESTIONS[2:3])
    assert report.metrics["fact_recall"] is None
    assert report.ci95["fact_recall"] is None


def test_no_questions_give_no_figures(pipeline):
    report = evaluate(pipeline, [])
    assert report.questions == 0
    assert set(report.metrics.values()) == {None}


def test_faults_of_the_question_file_are_told_apart_from_misses(pipeline):
    faulty = [
        Question("x", "多少名?", "zh-Hans", "fact", "gone.txt", ("甲",)),
        Question("y", "多少名?", "zh-Hans", "fact", ("a.txt", "b.txt"), ("不在其中",)),
    ]
    assert evaluate(pipeline, faulty).problems == (
        "x: no document named 'gone.txt' in the library",
        "y: '不在其中' stands nowhere in a.txt, b.txt",
    )


def test_the_file_has_the_promised_shape(report, tmp_path):
    write_json(report, tmp_path / "out.json")
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert set(written) >= {"questions", "metrics", "ci95", "by_type", "by_lang", "by_doc", "rows"}
    assert set(written["metrics"]) == set(written["ci95"]) == MEASURES
    assert written["inexact_citations"] == 1
    good, bad, none, lost = written["rows"]
    assert (good["id"], good["passage_recall"], good["citation_precision"]) == ("good", 1.0, 1.0)
    assert (bad["citation_precision"], bad["abstention_recall"]) == (0.5, None)
    assert none["doc"] is None
    assert lost["doc"] == ["a.txt", "b.txt"]
    assert (
        good["citations"][0].items()
        >= {
            "marker": 1,
            "document": "a.txt",
            "heading_path": ["题", "节"],
            "quote": "党员109名。",
            "start": 0,
            "end": 7,
        }.items()
    )
    assert good["passages"] == [
        {"document": "a.txt", "heading_path": ["题", "节"], "spans": [[0, 13]], "score": 1.0}
    ]
    assert good["facts"] == [["109"]]
    assert (good["backend"], good["understood"]) == ("scripted", "what was searched for")
    assert good["timings_ms"] == {"retrieve": 1.0, "answer": 2.0}


def test_a_file_that_cannot_be_written_is_named(report, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"out\.json: cannot be written: "):
        write_json(report, tmp_path / "file" / "out.json")


def test_misses_say_what_was_missing(report):
    bad, lost = find_misses(report.rows)
    assert bad.id == "bad"
    assert bad.missing == (
        "quotes that are not the document's text: [2]",
        "fact: 学习",
        "not cited: 抓学习",
        "does not support its sentence: [1]",
    )
    assert lost.missing == ("abstained", "fact: 二", "not in the passages: 第二篇")


def test_an_answer_to_the_unanswerable_is_a_miss():
    asked = [Question("u", "?", "en", "unanswerable")]
    [miss] = find_misses(evaluate(ScriptedPipeline(TEXTS, {"?": answer("Yes.")}), asked).rows)
    assert miss.missing == ("answered, though no document holds it",)


def test_the_table_shows_figures_groups_and_misses(report):
    shown = rendered(render(report))
    for words in [
        "4 questions",
        "passage recall",
        "0.667",
        "follow-up",
        "zh-Hant",
        "b.txt",
        "fact: 学习",
        "–",
    ]:
        assert words in shown
    assert "Inexact citations: 1" in shown


def test_the_table_marks_what_changed_and_names_the_questions(report):
    worse = {row.id: Scored(row.fingerprint, row.scores) for row in report.rows[:3]}
    worse["bad"] = Scored("another", report.rows[1].scores)
    worse["good"] = Scored("", report.rows[0].scores | {"fact_recall": Score(0, 1)})
    shown = rendered(render(report, compare(report.rows, Baseline("b.json", worse))))
    assert "Beside b.json: 2 questions that are in both" in shown
    assert re.search(r"fact recall\s+0.000\s+1.000\s+\+1.000\s+\+1.000 to \+1.000\s+1\s+0\s+▲ better", shown)
    assert "Better in fact recall: good" in shown
    assert "Left out, new: lost" in shown
    assert "Left out, no longer the same question: bad" in shown


def test_the_table_tells_where_questions_were_lost(report):
    shown = rendered(render(report))
    assert "right: 1 (" in shown
    assert "not found: 1 (" in shown
    assert "Median answer to a fact question: 7 characters" in shown  # 党员109名。
    assert "Sentences without a citation: 0" in shown


def test_the_table_is_cut_where_misses_are_many(report):
    shown = rendered(render(report, shown=1))
    assert "2 with something missing, the first 1" in shown
    assert "not in the passages" not in shown


def rendered(renderable):
    shown = io.StringIO()
    Console(file=shown, width=200).print(renderable)
    return shown.getvalue()
