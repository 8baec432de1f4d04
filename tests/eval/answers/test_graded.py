import io
import json

import pytest
from rich.console import Console

from eval.answers.reading import with_grades, write_ungraded
from eval.answers.run import evaluate
from eval.data.grades import Grade, Grades, decided, sha256_of
from eval.data.questions import Question
from eval.report.page import render_page
from eval.report.table import render
from rag.errors import InputError
from rag.types.query import Turn
from tests.eval.doubles import ScriptedPipeline, answer

QUESTIONS = [
    Question("a", "几班？", "zh-Hans", "fact", "ferry.txt", labels={"form": "fact", "set": "rules"}),
    Question("b", "几点？", "zh-Hans", "fact", "ferry.txt", labels={"form": "fact", "set": "rules"}),
    Question(
        "c", "Which?", "en", "list", "fees.txt", labels={"form": "list", "set": "prices", "must": "both"}
    ),
    Question("d", "那谁？", "zh-Hant", "unanswerable", history=(Turn("user", "船长？"),)),
]
ANSWERS = {"几班？": "六班。[1]", "几点？": "八点。[1]", "Which?": "Both. [1]", "那谁？": "没有。"}
READ = {"a": ("GOOD", "GOOD"), "b": ("GOOD", "BAD", "BAD"), "c": ("PARTIAL", "PARTIAL")}


def graded_as(given, texts=ANSWERS):
    asked = {question.id: texts[question.question] for question in QUESTIONS}
    return Grades(
        [Grade(id_, sha256_of(asked[id_]), grades, decided(grades)) for id_, grades in given.items()]
    )


@pytest.fixture
def plain():
    return evaluate(ScriptedPipeline({}, {asked: answer(said) for asked, said in ANSWERS.items()}), QUESTIONS)


@pytest.fixture
def report(plain):
    return with_grades(plain, graded_as(READ))


def test_shares_are_of_the_graded_answers(report):
    found = report.graded.overall
    assert (found.graded, found.ungraded) == (3, 1)
    assert found.counts == {"GOOD": 1, "PARTIAL": 1, "BAD": 1, "REFUSED": 0, "ANSWERED": 0}
    assert found.share("GOOD") == 1 / 3
    low, high = found.interval("REFUSED")
    assert low == 0 < high < 0.6  # none of three is no certainty


def test_shares_are_told_by_form_set_document_and_language(report):
    found = report.graded
    assert {key: (s.graded, s.counts["GOOD"]) for key, s in found.by_form.items()} == {
        "fact": (2, 1),
        "list": (1, 0),
    }
    assert {key: s.graded for key, s in found.by_set.items()} == {"prices": 1, "rules": 2}
    assert {key: s.graded for key, s in found.by_doc.items()} == {"any": 0, "fees.txt": 1, "ferry.txt": 2}
    assert {key: s.ungraded for key, s in found.by_lang.items()} == {"en": 0, "zh-Hans": 0, "zh-Hant": 1}
    assert found.by_lang["zh-Hant"].share("GOOD") is None


def test_readers_agreement_leaves_out_what_chance_would(report):
    found = report.graded.agreement
    # First GOOD GOOD PARTIAL, second GOOD BAD PARTIAL: 2 of 3; by chance 2/3·1/3 + 1/3·1/3 = 3/9.
    assert (found.answers, found.agreed) == (3, 2)
    assert found.kappa == pytest.approx((2 / 3 - 3 / 9) / (1 - 3 / 9))


def test_a_changed_answer_has_no_grade(plain):
    changed = with_grades(plain, graded_as(READ, {**ANSWERS, "几班？": "6班。[1]"}))
    assert [row.grade and row.grade.grade for row in changed.rows] == [None, "BAD", "PARTIAL", None]
    assert changed.graded.overall.ungraded == 2


def test_answers_that_want_a_grade_are_written_for_a_reader(report, tmp_path):
    write_ungraded(report.rows, tmp_path / "new" / "read.jsonl")
    [line] = (tmp_path / "new" / "read.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "id": "d",
        "history": [{"role": "user", "content": "船长？"}],
        "question": "那谁？",
        "must": None,
        "answer": "没有。",
        "answer_sha256": sha256_of("没有。"),
    }


def test_without_grades_every_answer_wants_one(plain, tmp_path):
    write_ungraded(plain.rows, tmp_path / "read.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "read.jsonl").read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", "c", "d"]
    assert lines[2]["must"] == "both"
    with pytest.raises(InputError, match="cannot be written"):
        write_ungraded(plain.rows, tmp_path)


def test_the_report_has_grades_in_json_only_where_there_are_any(report, plain):
    assert plain.as_dict()["grades"] is None
    written = json.loads(json.dumps(report.as_dict()))
    assert written["grades"]["counts"]["PARTIAL"] == 1
    assert written["grades"]["by_set"]["rules"]["shares"]["GOOD"] == 0.5
    assert written["grades"]["agreement"]["agreed"] == 2
    assert [row["grade"] and row["grade"]["grade"] for row in written["rows"]] == [
        "GOOD",
        "BAD",
        "PARTIAL",
        None,
    ]
    assert written["rows"][0]["answer_sha256"] == sha256_of("六班。[1]")


def test_the_table_and_the_page_show_them(report, plain):
    shown = rendered(render(report))
    assert "Grades by reading" in shown
    assert "form: fact" in shown
    assert "0.33 (0.06–0.79)" in shown
    assert "agree on 2 of 3 answers, Cohen's kappa 0.500; 1 answers have no grade yet" in shown
    page = " ".join(render_page(report).split())
    assert 'id="grades"' in page
    assert "Two readers agree on 2 of 3, Cohen’s kappa 0.500" in page
    assert "1/3" in page
    for other in (rendered(render(plain)), render_page(plain)):
        assert "Grades by reading" not in other


def test_grades_of_other_answers_are_none(plain):
    none = with_grades(plain, Grades([]))
    assert none.graded.agreement.kappa is None
    assert "No answer of this run has a grade yet" in rendered(render(none))
    assert "No answer of this run has a grade yet" in render_page(none)


def rendered(renderable):
    shown = io.StringIO()
    Console(file=shown, width=200).print(renderable)
    return shown.getvalue()
