"""The recipe of the reader, on a few dozen questions, and that numpy computes what torch trained."""

import numpy as np
import pytest

from tests.rag.train.fruits import write_data

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    from rag.train.reader.recipe import ReaderRecipe, train_reader

    folder = tmp_path_factory.mktemp("reader")
    recipe = ReaderRecipe(
        width=16, own=50, near_words=300, paragraphs=40, epochs=12, batch=8, learning_rate=0.01, average=0.9
    )
    reports: list[str] = []
    run = train_reader(write_data(folder / "data"), folder / "reader.safetensors", recipe, reports.append)
    return folder / "reader.safetensors", run, reports


def test_it_learns_who_is_asked_for(trained):
    from rag.models.reader import Reader

    path, run, reports = trained
    text = "镇上种植多种水果。樱桃园由周大海负责。苹果今年收成很好。"
    (read,) = Reader(path).read("谁负责樱桃园?", [text])

    assert read.sentence_scores([(0, 9), (9, 19), (19, len(text))]).argmax() == 1
    assert run["questions"] > 30
    assert run["clozes"] > 5
    assert reports


def test_the_same_seed_gives_the_same_weights(tmp_path):
    from rag.train.reader.recipe import ReaderRecipe, train_reader

    recipe = ReaderRecipe(width=8, own=20, near_words=300, paragraphs=8, epochs=1, batch=8)
    data = write_data(tmp_path / "data")
    for name in ("a", "b"):
        train_reader(data, tmp_path / name, recipe, lambda _: None)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_it_goes_on_from_weights(trained, tmp_path):
    from rag.errors import ModelError
    from rag.models.reader import Reader
    from rag.train.reader.recipe import ReaderRecipe, train_reader

    path, _, _ = trained
    data = write_data(tmp_path / "data")
    recipe = ReaderRecipe(
        width=16, own=50, near_words=300, paragraphs=8, epochs=1, batch=8, learning_rate=0.0
    )
    run = train_reader(data, tmp_path / "again", recipe, lambda _: None, path)
    question, text = "谁负责樱桃园?", "樱桃园由周大海负责。"

    assert run["clozes"] == 0
    (before,), (after,) = (Reader(file).read(question, [text]) for file in (path, tmp_path / "again"))
    assert after.answerable == pytest.approx(before.answerable, abs=1e-3)
    with pytest.raises(ModelError, match="no weights to go on from"):
        train_reader(
            data, tmp_path / "again", ReaderRecipe(width=8, own=50, near_words=300), lambda _: None, path
        )


def test_numpy_computes_what_torch_does():
    import torch

    from rag.models.embedders.static import shipped
    from rag.models.reader.model import Network, Shape
    from rag.train.reader.examples import Task, examples
    from rag.train.reader.network import ReaderNetwork
    from rag.train.reader.recipe import collate

    torch.manual_seed(1)
    tasks = [
        Task("谁负责渡口?", "渡口由船队负责。果园在山坡上,共有四万棵树。", (3, 5)),
        Task("几棵", "共有四棵树。", (2, 4)),
        Task("what about 2021年的ABC计划", "“三会一课”制度始于1950年代,坚持至今。\n详见附件A。", None),
    ]
    rows = examples(tasks)
    table = torch.from_numpy(shipped().rows(np.arange(shipped().size)))
    network = ReaderNetwork(Shape(width=32, own=500), table).eval()
    with torch.no_grad():
        for value in network.parameters():
            value.add_(torch.randn_like(value) * 0.05)
        padded = network(collate(rows))
    again = Network({name: value.detach().numpy() for name, value in network.named_parameters()})

    assert len(rows) == 3
    for number, row in enumerate(rows):
        logits = again.read_text(row.question, row.text)
        length = len(row.text)
        assert logits.starts == pytest.approx(padded.starts[number, :length].numpy(), abs=1e-4)
        assert logits.ends == pytest.approx(padded.ends[number, :length].numpy(), abs=1e-4)
        assert logits.null == pytest.approx(float(padded.null[number]), abs=1e-4)
