"""The recipe of the pretrained reader, on little, and that its graph computes what torch trained."""

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.models.reader import CrossReader, Reading
from rag.models.reader.cross import pieces
from rag.models.reader.reading import NOWHERE
from rag.models.sentence_encoder import Trunk, shipped_trunk
from rag.types.document import Span
from tests.doubles import FERRY
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
    from rag.train.cross_reader.recipe import Begin, CrossReaderRecipe, train_cross_reader

    settings = {"near_words": 300, "batch": 8, "sentences": 5, "warm": 10} | recipe
    reports: list[str] = []
    begin = Begin(encoder / "encoder.bin", encoder / "made")
    run = train_cross_reader(
        encoder / "data", begin, tasks or {}, out, CrossReaderRecipe(**settings), reports.append
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


def test_a_sentence_that_answers_stands_among_others_or_is_missing():
    from rag.train.cross_reader.examples import of_sentences

    rows = [(f"who looks after field {number}?", f"field {number} is looked after.") for number in range(9)]
    source = random.Random(1)  # noqa: S311 - a sample, not a secret
    tasks = [task for _ in range(5) for task in of_sentences(rows, 9, source)]

    for task in tasks:
        right = dict(rows)[task.question]
        assert (right in task.text) == (task.answer is not None)
        assert task.answer is None or task.text[slice(*task.answer)] == right
    assert {task.answer is None for task in tasks} == {True, False}


def test_answers_are_found_again_after_folding():
    from rag.train.cross_reader.examples import examples
    from rag.train.data.pairs import AnswerRow
    from rag.train.reader.examples import of_answers

    passage = "果園在山坡上。渡口管理由船隊長李春生負責。碼頭有⑫條船。"
    row = AnswerRow("誰負責渡口?", passage, "船隊長李春生", passage.index("船隊長"))
    source = random.Random(1)  # noqa: S311 - a sample, not a secret
    tasks = [task for _ in range(20) for task in of_answers([row], lambda _: [], source)]

    vocabulary = shipped_trunk().vocabulary
    found = [example for example in examples(tasks, vocabulary, 100) if example.starts]
    assert found
    for example in found:
        pieces = example.ids[example.starts[0] : example.ends[0] + 1]
        assert "".join(map(vocabulary.id_to_token, pieces)) == "船队长李春生"
    assert any(task.answer is None for task in tasks)
    assert all("李春生" not in task.text for task in tasks if task.answer is None)


def test_own_questions_are_put_to_what_the_library_finds(small):
    from rag.train.cross_reader.examples import of_questions
    from rag.train.data.own import Asked, QuestionsOver

    night = FERRY.index("末班晚上八点")
    asked = [
        Asked("轮船末班是几点？", (), {"ferry.txt": [Span(night, night + 6)]}),
        Asked("轮船的船长叫什么名字？", (), {}),
    ]
    source = random.Random(1)  # noqa: S311 - a sample, not a secret
    tasks = list(of_questions(QuestionsOver(small, asked), source))

    (answered,) = (task for task in tasks if task.answers)
    assert answered.question == "轮船末班是几点？"
    assert ["末班晚上八点" in answered.text[start:end] for start, end in answered.answers] == [True]
    assert sum(task.question == asked[1].question for task in tasks) > 1


def test_all_that_answers_counts_in_the_windows_that_are_read():
    from rag.train.cross_reader.examples import FoundText, in_windows

    vocabulary, source = shipped_trunk().vocabulary, random.Random(1)  # noqa: S311 - a sample
    filler = "".join(f"第{number}个村修了水渠，种了果树。" for number in range(90))
    first, last = "一是由陈秀英看护樱桃园。", "二是由李春生看护渡口。"
    text = f"青石镇\n{first}{filler}{last}"
    answers = [(4, 4 + len(first)), (len(text) - len(last), len(text))]
    rows = in_windows([FoundText("谁看护什么？", text, answers)], vocabulary, source)

    def said(row) -> str:
        return "".join(vocabulary.id_to_token(row.ids[place]) for place in row.starts).lstrip("▁")

    assert [said(row) for row in rows if row.starts] == [first.replace("，", ","), last.replace("，", ",")]
    assert sum(not row.starts for row in rows) == 1
    assert all(list(row.starts) == list(row.ends) == list(row.sentence) for row in rows)
    assert all("青石" in "".join(map(vocabulary.id_to_token, row.ids)) for row in rows)

    both = FoundText("谁看护什么？", f"{first}镇上有三所学校。{last}", [(0, 12), (20, 31)])
    (together,) = in_windows([both], vocabulary, source)
    assert said(together) == first + last
