"""How the pretrained reader cuts texts, and that each piece is found again in the original."""

import numpy as np
import pytest

from rag.models.reader import shipped_cross_reader
from rag.models.reader.cross import Pieces, pieces, windows
from rag.models.sentence_encoder import shipped_trunk


def found_in(text: str) -> Pieces:
    return pieces(text, shipped_trunk().vocabulary)


def test_pieces_stand_where_they_are_said_to():
    original = "青石镇　共有党员１２００名。\n其中女黨員三成。"
    text = found_in(original)

    stretches = [original[a:b] for a, b in zip(text.starts, text.ends, strict=True)]
    assert "".join(stretches) == "".join(original.split())
    assert [bool(stretch) for stretch in stretches] == text.visible.tolist()


def test_a_character_that_is_several_once_folded_is_one_stretch():
    text = found_in("共㎡")

    assert max(text.ends) == 2


def test_both_scripts_are_cut_alike():
    assert np.array_equal(found_in("全体党员参加学习").ids, found_in("全體黨員參加學習").ids)


def test_the_first_pieces_are_a_text_of_their_own():
    text = found_in("镇政府在河边。镇上有三所学校。").at(slice(3))

    assert len(text.ids) == len(text.starts) == len(text.ends) == 3


@pytest.mark.parametrize("text", ["", " ", "\n\n", "☃", "a\u3000b", "的" * 3000])
def test_any_text_is_cut(text):
    found = found_in(text)

    assert (found.starts <= found.ends).all()
    assert not len(found.ids) or int(found.ends.max()) <= len(text)


@pytest.mark.parametrize("heading", [0, 1, 60, 100, 101, 399, 5000])
@pytest.mark.parametrize("count", [1, 399, 400, 401, 500, 700, 701, 1800])
def test_every_piece_is_in_a_window_under_the_heading(count, heading):
    found = windows(count, min(heading, count))

    assert sorted({int(place) for places in found for place in places}) == list(range(count))
    assert all(len(places) <= 400 for places in found)
    assert all(len(set(places.tolist())) == len(places) for places in found)
    if heading <= 100:
        assert all(places[:heading].tolist() == list(range(min(heading, count))) for places in found)


def test_a_text_beyond_all_bounds_is_read_in_part():
    assert len(windows(100_000, 20)) == 8


def test_what_stands_far_down_a_long_text_is_read():
    filler = "".join(f"第{number}个村修了水渠，种了果树。" for number in range(90))
    text = f"青石镇\n{filler}镇上的图书馆由陈秀英负责管理。"
    (found,) = shipped_cross_reader().read("图书馆由谁负责管理？", [text])
    answer = found.best_span()

    assert answer
    assert "陈秀英" in text[answer.start : answer.end]
