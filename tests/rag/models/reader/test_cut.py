"""How texts are cut, and that each piece is found again in the original."""

import numpy as np
import pytest

from rag.models.reader.cut import cut, cut_all
from rag.text.normalize import normalise


def test_pieces_stand_where_they_are_said_to():
    text = cut("青石镇共有党员１２００名。其中女党员三成。")

    assert "".join(text.text[a:b] for a, b in zip(text.starts, text.ends, strict=True)) == text.text
    assert text.sentence[0] == 0 and text.sentence[-1] == 1


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("㎡是面积单位", "m2是面积单位"),
        ("第①项", "第1项"),
        ("黨員ＡＢＣ", "党员abc"),
        ("…等", "...等"),
        ("", ""),
    ],
)
def test_characters_are_traced_to_the_original(original, folded):
    text = cut(original)

    assert text.text == folded == normalise(original)
    assert len(text.origin) == len(folded) + 1
    assert text.origin[-1] == len(original)
    for at, character in enumerate(text.text):
        assert character in normalise(original[text.origin[at]])


def test_both_scripts_are_cut_alike():
    simplified, traditional = cut_all(["全体党员参加学习", "全體黨員參加學習"])

    assert np.array_equal(simplified.ids, traditional.ids)


def test_the_first_pieces_are_a_text_of_their_own():
    text = cut("镇政府在河边。镇上有三所学校。").first(3)

    assert len(text) == len(text.starts) == len(text.shape) == 3
    assert text.text == "镇政府在河边。"[: int(text.ends[-1])]
    assert len(text.codes) == len(text.text)
