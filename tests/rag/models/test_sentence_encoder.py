"""What sentences mean, by the encoder that ships."""

import shutil

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models.sentence_encoder import FOLDER, SentenceEncoder, shipped_encoder

SENTENCES = [
    "全厂去年共发出电力十二亿千瓦时。",
    "村里成立红白理事会，丧事从简办理。",
    "渡口由船队长李春生负责。",
]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("电站一年能产生多少度电？", 0),
        ("How much electricity did the plant generate last year?", 0),
        ("老人走了以后怎么送葬？", 1),
        ("码头归谁管？", 2),
        ("Who is in charge of the ferry?", 2),
    ],
)
def test_a_question_in_words_of_its_own_is_nearest_to_what_answers(question, best):
    encoder = shipped_encoder()

    assert (encoder.sentences(SENTENCES) @ encoder.question(question)).argmax() == best


def test_both_scripts_mean_the_same():
    simplified, traditional = shipped_encoder().sentences(["渡口由船队长负责", "渡口由船隊長負責"])

    assert np.array_equal(simplified, traditional)


def test_what_a_sentence_means_does_not_depend_on_the_others():
    alone = SentenceEncoder().sentences(SENTENCES[:1])
    among = SentenceEncoder().sentences([*SENTENCES[::-1], "短", "很长的一句话，" * 40])

    assert np.array_equal(alone[0], among[2])


@pytest.mark.parametrize("text", ["", " ", "的" * 5000, "\ud7ff𠀀☃"])
def test_any_text_has_a_vector(text):
    encoder = shipped_encoder()

    assert np.linalg.norm(encoder.question(text)) == pytest.approx(1, abs=1e-4)
    assert encoder.sentences([text]).shape == (1, encoder.size)


def test_no_text_has_none():
    assert shipped_encoder().sentences([]).shape == (0, shipped_encoder().size)


@pytest.mark.parametrize("content", [b"nothing", None])
@pytest.mark.parametrize("name", ["trunk.onnx", "encoder.onnx"])
def test_what_is_no_network_is_told(tmp_path, name, content):
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).unlink()
    if content:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(ModelError, match=name):
        SentenceEncoder(tmp_path)
