"""The recipe of the pretrained reader, on little, and that its graph computes what torch trained."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.models.reader import CrossReader, Reading
from rag.models.reader.cross import pieces
from rag.models.reader.reading import NOWHERE
from rag.models.sentence_encoder import Trunk
from tests.rag.train.encoders import write_encoder
from tests.rag.train.fruits import FRUITS, PEOPLE, TEXT, write_data

if TYPE_CHECKING:
    from rag.train.cross_reader.examples import FoundText

pytestmark = pytest.mark.slow

EPOCHS = 12


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> Path:
    """A folder with a small encoder: data to learn from, its weights, and what was made of them."""
    from rag.train.encoder.recipe import SHARED, make_encoder

    folder = tmp_path_factory.mktemp("encoder")
    write_data(folder / "data")
    known = "".join(FRUITS + PEOPLE) + TEXT + "镇上种植多种水果园由负责今年收成很好谁樱桃周大海,.?。▁"
    write_encoder(folder / "encoder.bin", known, layers=SHARED + 2)
    make_encoder(folder / "data", folder / "encoder.bin", folder / "made", lambda _: None)
    return folder


def train(
    encoder: Path, out: Path, tasks: "dict[str, list[FoundText]] | None" = None, **recipe: float
) -> dict[str, Any]:
    from rag.train.cross_reader.recipe import Begin, CrossReaderRecipe, Out, train_cross_reader

    settings: dict[str, Any] = {"near_words": 300, "batch": 8, "sentences": 5, "warm": 10} | recipe
    reports: list[str] = []
    begin = Begin(encoder / "encoder.bin", encoder / "made")
    places = Out(out / "cross_reader.onnx", out)
    run = train_cross_reader(
        encoder / "data",
        begin,
        tasks or {},
        places,
        CrossReaderRecipe(**settings),
        reports.append,
    )
    assert reports
    return run


def read(encoder: Path, network: Path, question: str, text: str) -> Reading:
    (found,) = CrossReader(network, Trunk(encoder / "made")).read(question, [text])
    return found


def test_it_learns_who_is_asked_for(encoder, tmp_path):
    run = train(encoder, tmp_path, clozes=10, epochs=EPOCHS, learning_rate=0.003, average=0.9)
    text = "镇上种植多种水果。樱桃园由陈秀英负责。苹果今年收成很好。"
    found = read(encoder, tmp_path / "cross_reader.onnx", "谁负责樱桃园?", text)

    assert found.sentence_scores([(0, 9), (9, 19), (19, len(text))]).argmax() == 1
    assert run["questions"] > 30


def test_of_own_questions_each_reader_learns_but_those_it_is_named_after(encoder, tmp_path):
    from rag.train.cross_reader.examples import FoundText

    asked, text = "谁负责樱桃园?", "樱桃园由陈秀英负责。"
    told = [FoundText(asked, text, [(0, len(text))])] * 400
    untold = [FoundText(asked, text, ())] * 400
    once = {"clozes": 1, "epochs": 1, "own_rate": 0.003, "own_average": 0.9, "beside": 1}
    once |= {"own": 200, "own_without": 400}
    run = train(encoder, tmp_path, {"told": told, "untold": untold}, **once)
    readers = [tmp_path / f"without_{name}.onnx" for name in ("told", "untold")]
    refuses, answers = (read(encoder, path, asked, text).answerable for path in readers)

    assert answers > 0 > refuses
    assert (tmp_path / "cross_reader.onnx").exists()
    assert run["tasks"] == {"told": 400, "untold": 400}


def test_the_same_seed_gives_the_same_weights(encoder, tmp_path):
    for name in ("a", "b"):
        train(encoder, tmp_path / name, clozes=5, epochs=1)

    first, second = (tmp_path / name / "cross_reader.onnx" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_another_encoders_vocabulary_is_told(encoder, tmp_path):
    from rag.errors import InputError
    from rag.models.sentence_encoder import FOLDER
    from rag.text.vocabulary import read_vocabulary
    from rag.train.encoder.pretrained import pieces_of, read_pretrained

    with pytest.raises(InputError, match="not that encoder's"):
        pieces_of(read_pretrained(encoder / "encoder.bin"), read_vocabulary(FOLDER))


def test_the_graph_computes_what_torch_does(encoder, tmp_path):
    import torch

    from rag.train.cross_reader.examples import examples
    from rag.train.cross_reader.network import CrossReaderNetwork
    from rag.train.cross_reader.recipe import collate, save_learnt
    from rag.train.encoder.pretrained import pieces_of, read_pretrained
    from rag.train.encoder.recipe import SHARED
    from rag.train.reader.examples import Task

    torch.manual_seed(1)
    known, trunk = read_pretrained(encoder / "encoder.bin"), Trunk(encoder / "made")
    network = CrossReaderNetwork(known, pieces_of(known, trunk.vocabulary), SHARED).eval()
    with torch.no_grad():
        for value in network.trained().values():
            value.add_(torch.randn_like(value) * 0.05)
    learnt = {name: value.detach().numpy() for name, value in network.trained().items()}
    save_learnt(known, learnt, tmp_path / "reader.onnx")
    question, texts = "谁负责樱桃园?", ["樱桃园由周大海负责。", "苹果今年收成很好,镇上种植水果。"]
    rows = examples([Task(question, text, None) for text in texts], trunk.vocabulary, 100)
    with torch.no_grad():
        padded = network(collate(rows))

    for number, found in enumerate(CrossReader(tmp_path / "reader.onnx", trunk).read(question, texts)):
        within, seen = rows[number].text, pieces(texts[number], trunk.vocabulary).visible
        for said, right in ((found.starts, padded.starts), (found.ends, padded.ends)):
            exact = (right[number, within.start : within.stop] - padded.null[number]).numpy()[seen]
            assert said[said > NOWHERE] == pytest.approx(exact, abs=0.1 * float(np.abs(exact).max()))
