import pytest

from eval.data.beir import BeirSet
from eval.data.sets import draw_questions, set_folders
from rag.errors import InputError
from tests.doubles import write_files

SET = BeirSet((), {f"q{i}": f"问题{i}" for i in range(50)}, {}, {})


def test_the_sets_of_a_folder_come_by_name(tmp_path):
    write_files(tmp_path, {"b/corpus.jsonl": "", "a/corpus.jsonl": "", "c/other.txt": ""})
    assert set_folders(tmp_path) == [tmp_path / "a", tmp_path / "b"]


def test_a_set_itself_is_one_too(tmp_path):
    write_files(tmp_path, {"corpus.jsonl": ""})
    assert set_folders(tmp_path) == [tmp_path]


def test_a_folder_without_sets_is_told(tmp_path):
    with pytest.raises(InputError, match=r"holds no BEIR set.*corpus\.jsonl"):
        set_folders(tmp_path)


def test_the_same_questions_are_drawn_each_time_and_keep_their_order():
    drawn = draw_questions(SET, 20).questions
    assert len(drawn) == 20
    assert draw_questions(SET, 20).questions == drawn
    assert list(drawn) == [id_ for id_ in SET.questions if id_ in drawn]
    assert list(drawn) != list(SET.questions)[:20]


@pytest.mark.parametrize("most", [None, 50, 51])
def test_all_are_asked_where_no_fewer_are_wanted(most):
    assert draw_questions(SET, most) is SET
