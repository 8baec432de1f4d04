import json

import pytest

from eval.data.questions import Question, read_questions
from rag.errors import InputError
from rag.types.query import Turn

PLAIN = {"id": "q1", "question": "多少名?", "lang": "zh-Hans", "type": "fact"}


@pytest.fixture
def write(tmp_path):
    def write(*rows):
        path = tmp_path / "q.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def test_reads_a_whole_question(write):
    whole = PLAIN | {
        "doc": "a.txt",
        "spans": ["党员109名"],
        "facts": [["109名", "109 members"]],
        "history": [{"role": "user", "content": "中心?"}, {"role": "assistant", "content": "信息化中心"}],
        "method": "一岗双责",
    }
    assert read_questions(write(whole)) == [
        Question(
            "q1",
            "多少名?",
            "zh-Hans",
            "fact",
            "a.txt",
            ("党员109名",),
            (("109名", "109 members"),),
            (Turn("user", "中心?"), Turn("assistant", "信息化中心")),
            {"method": "一岗双责"},
        )
    ]


def test_what_may_be_left_out_is_empty(write):
    [question] = read_questions(write(PLAIN))
    assert (question.doc, question.spans, question.facts, question.history) == (None, (), (), ())
    assert question.labels == {}


@pytest.mark.parametrize(
    ("doc", "documents"),
    [(None, ()), ([], ()), ("a.txt", ("a.txt",)), (["a.txt", "b.txt"], ("a.txt", "b.txt"))],
)
def test_doc_is_none_one_or_several(write, doc, documents):
    [question] = read_questions(write(PLAIN | {"doc": doc}))
    assert question.documents == documents


def test_skips_blank_lines_and_a_byte_order_mark(write):
    assert len(read_questions(write("\ufeff" + json.dumps(PLAIN), "", "  "))) == 1


def test_a_line_separator_inside_a_string_ends_no_line(write):
    [question] = read_questions(write(PLAIN | {"spans": ["甲\u2028乙"]}))
    assert question.spans == ("甲\u2028乙",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "expected a JSON object"),
        (json.dumps(PLAIN | {"id": "\ud800"}), "not JSON that can be used"),
        (PLAIN | {"id": ""}, '"id": expected a string'),
        (PLAIN | {"question": None}, '"question": expected a string that is not blank, found nothing'),
        (PLAIN | {"lang": 3}, '"lang": expected a string'),
        (PLAIN | {"type": "facts"}, '"type": expected one of fact, list, .*, found "facts"'),
        (PLAIN | {"type": ["fact"]}, '"type": expected one of'),
        (PLAIN | {"doc": 7}, '"doc": expected a string'),
        (PLAIN | {"spans": "甲"}, '"spans": expected a list'),
        (PLAIN | {"spans": [" "]}, '"spans": expected a string that is not blank'),
        (PLAIN | {"facts": ["甲"]}, '"facts": expected a list, found "甲"'),
        (PLAIN | {"facts": [[]]}, "an empty group"),
        (PLAIN | {"history": [{"role": "bot", "content": "x"}]}, '"history": expected {"role"'),
        (PLAIN | {"history": [{"role": "user"}]}, '"history": expected a string'),
        (PLAIN | {"type": "unanswerable", "facts": [["甲"]]}, "no spans and no facts"),
        (PLAIN, "id 'q1' is already used on line 1"),
    ],
)
def test_an_error_names_file_line_and_what_was_expected(write, row, message):
    with pytest.raises(InputError, match=message) as caught:
        read_questions(write(PLAIN, row))
    assert "q.jsonl, line 2: " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.field == "questions"


def test_a_file_that_cannot_be_used_is_named(tmp_path, write):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="no questions in it"):
        read_questions(write(""))
    path = tmp_path / "gbk.jsonl"
    path.write_bytes("问".encode("gb18030"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_questions(path)
