"""The encoder that is taken over computes what its weights say, in fewer pieces."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from rag.errors import InputError
from rag.models.sentence_encoder import SentenceEncoder
from tests.rag.train.encoders import write_encoder

TEXT = "全镇种下苹果树四万棵。渡口由船队负责。query:passage"


@pytest.fixture
def data(tmp_path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    rows = {"docs.jsonl.gz": json.dumps({"a": "苹果", "b": TEXT}), "mono.txt.gz": TEXT}
    for name, row in rows.items():
        with gzip.open(folder / name, "wt", encoding="utf-8") as file:
            file.write(row + "\n")
    return folder


def normed(x: np.ndarray, by: np.ndarray, plus: np.ndarray) -> np.ndarray:
    spread = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-12)
    return (x - x.mean(axis=-1, keepdims=True)) / spread * by + plus


def forward(weights, shape, ids: list[int]) -> np.ndarray:
    """Compute the encoder as it is written down in its paper, with numpy, exactly."""
    width, layers, heads, inner = shape
    x = weights["emb.word"].reshape(-1, width)[ids] + weights["emb.pos"].reshape(-1, width)[: len(ids)]
    x = normed(x + weights["emb.type"][:width], weights["emb.ln.w"], weights["emb.ln.b"])
    for number in range(layers):

        def linear(name: str, x: np.ndarray, out: int, number: int = number) -> np.ndarray:
            matrix = weights[f"l{number}.{name}.w"].reshape(out, -1)
            return x @ matrix.T + weights[f"l{number}.{name}.b"]

        q, k, v = (linear(p, x, width).reshape(len(ids), heads, -1).transpose(1, 0, 2) for p in "qkv")
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(width // heads)
        raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
        seen = (raised / raised.sum(axis=-1, keepdims=True)) @ v
        x = x + linear("ao", seen.transpose(1, 0, 2).reshape(len(ids), width), width)
        x = normed(x, weights[f"l{number}.aln.w"], weights[f"l{number}.aln.b"])
        wide = linear("fi", x, inner)
        wide = np.array([[0.5 * e * (1 + math_erf(e)) for e in row] for row in wide.tolist()])
        x = x + linear("fo", wide, width)
        x = normed(x, weights[f"l{number}.oln.w"], weights[f"l{number}.oln.b"])
    mean = x.mean(axis=0)
    return mean / np.linalg.norm(mean)


def math_erf(value: float) -> float:
    from math import erf, sqrt

    return erf(value / sqrt(2))


def test_the_graph_computes_what_the_weights_say(data, tmp_path):
    from tokenizers import Tokenizer

    from rag.train.encoder.pretrained import read_pretrained
    from rag.train.encoder.recipe import SHARED, make_encoder

    file = write_encoder(tmp_path / "encoder.bin", TEXT + "香蕉", layers=SHARED + 1)
    run = make_encoder(data, file, tmp_path / "out", lambda _: None)
    known = read_pretrained(file)
    text = "passage: 苹果树由船队负责"
    pieces = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json")).encode(text).tokens
    whole = forward(known.weights, known.shape, [0, *(known.pieces.index(piece) for piece in pieces), 2])

    (found,) = SentenceEncoder(tmp_path / "out").sentences(["苹果树由船队负责"])
    (other,) = SentenceEncoder(tmp_path / "out").sentences(["渡口"])
    assert run["pieces"] < len(known.pieces)
    assert found @ whole > 0.99
    assert found @ whole > other @ whole + 0.005
    assert np.linalg.norm(found) == pytest.approx(1)


def test_a_vocabulary_keeps_what_texts_need(tmp_path):
    from rag.train.encoder.pretrained import fewer_pieces, read_pretrained

    known = read_pretrained(write_encoder(tmp_path / "encoder.bin", "苹果香蕉"))
    kept = [known.pieces[number] for number in fewer_pieces(known, ["苹果"])]

    assert {"<s>", "<unk>", "苹", "果"} <= set(kept)
    assert "香" not in kept


@pytest.mark.parametrize("name", ["no.bin", "another.bin", "nowhere.bin"])
def test_what_is_no_encoder_is_told(tmp_path, name):
    from rag.train.encoder.pretrained import read_pretrained

    (tmp_path / "no.bin").write_bytes(b"E5S1 and no more")
    (tmp_path / "another.bin").write_bytes(b"GGUF" * 9)
    with pytest.raises(InputError, match=name):
        read_pretrained(tmp_path / name)


def test_a_package_that_is_not_there_is_named(monkeypatch):
    from rag.train.encoder import pretrained

    monkeypatch.setattr(pretrained, "find_spec", lambda _: None)
    with pytest.raises(InputError, match="pip install"):
        pretrained.pretrained_file()
