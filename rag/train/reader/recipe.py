"""The recipe of the reader that ships with the project: clozes first, then questions with answers."""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from torch import Tensor
from torch.nn import functional

from rag.errors import ModelError
from rag.models.embedders.static import shipped
from rag.models.reader.features import FEATURES, QUESTION_FEATURES, question_features, text_features
from rag.models.reader.model import Shape
from rag.train.data.pairs import is_kept_back, read_answers
from rag.train.fitting.descent import Descent, Rate, batches
from rag.train.reader.clozes import Clozes, read_paragraphs
from rag.train.reader.examples import (
    Example,
    examples,
    neighbours_of,
    of_answers,
)
from rag.train.reader.network import Batch, Outputs, ReaderNetwork
from rag.train.report import Report

__all__ = ["TOY", "ReaderRecipe", "collate", "load_reader", "loss_of", "save_reader", "train_reader"]

_WARM = 200  # steps


@dataclass(frozen=True, slots=True)
class ReaderRecipe:
    """The settings of one training run; the model card tells which made the shipped reader."""

    width: int = 128
    own: int = 4096
    paragraphs: int = 12_000
    near_words: int = 16_000  # of the commonest pieces, those that near ones may stand for in clozes
    epochs: int = 4
    clozes_beside: float = 0.1  # of an epoch's questions
    batch: int = 32
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.02
    sentence_weight: float = 0.5
    average: float = 0.998
    seconds: float = 1e9  # after which the learning rate reaches zero, however far the epochs are
    seed: int = 20261121


TOY: Final = ReaderRecipe(width=16, own=50, paragraphs=40, near_words=300, epochs=1, batch=8)


def train_reader(
    data: Path, out: Path, recipe: ReaderRecipe, report: Report, begin: Path | None = None
) -> dict[str, Any]:
    """Train on the answers and the running text under `data`; return what the run was.

    With `begin` it goes on from those weights, without a first round of clozes.
    """
    began = time.monotonic()
    torch.manual_seed(recipe.seed)
    source = random.Random(recipe.seed)  # noqa: S311 - a sample, not a secret
    rows = [row for row in read_answers(data) if not is_kept_back(row.passage)]
    paragraphs = read_paragraphs(data, source, recipe.paragraphs)
    clozes = Clozes(recipe.seed)
    clozes.prepare(recipe.near_words)
    table = torch.from_numpy(shipped().rows(np.arange(shipped().size)))
    network = ReaderNetwork(Shape(recipe.width, recipe.own), table)
    if begin is not None:
        load_reader(network, begin)
    rate = Rate(recipe.learning_rate, _WARM, _cosine, recipe.weight_decay, recipe.average)
    run = Descent(dict(network.named_parameters()), rate, report, recipe.seconds)
    network.to(run.device)
    learn = _Learning(network, run, recipe, source)
    neighbours = neighbours_of(rows, source)
    report(f"{len(rows):,} questions, {len(paragraphs):,} paragraphs")
    first = paragraphs if begin is None else []
    warm = examples([task for row in first for task in clozes.make(*row)])
    beside = int(len(rows) * recipe.clozes_beside)
    run.plan(len(warm) + int(recipe.epochs * (len(rows) * 1.55 + beside * 1.2)))
    learn.epoch(warm, "clozes")
    for number in range(recipe.epochs):
        some = source.sample(paragraphs, min(beside, len(paragraphs)))
        tasks = [*of_answers(rows, neighbours, source), *(task for row in some for task in clozes.make(*row))]
        learn.epoch(examples(tasks), f"epoch {number + 1}")
        save_reader(run.averaged(), out)
        if run.is_over:
            break
    return {
        "questions": len(rows),
        "clozes": len(warm),
        "examples": run.seen,
        "seconds": round(time.monotonic() - began),
        "recipe": asdict(recipe),
    }


class _Learning:
    """What takes the network through examples."""

    def __init__(
        self, network: ReaderNetwork, run: Descent, recipe: ReaderRecipe, source: random.Random
    ) -> None:
        self._network, self._run, self._recipe, self._source = network, run, recipe, source

    def epoch(self, rows: Sequence[Example], name: str) -> None:
        """Learn from each example once."""
        self._network.train()
        given = batches(rows, self._recipe.batch, lambda row: len(row.text), self._source)
        self._run.epoch(given, self._loss, name)

    def _loss(self, rows: Sequence[Example]) -> Tensor:
        batch = Batch(*(value.to(self._run.device) for value in collate(rows)))
        return loss_of(self._network(batch), batch, self._recipe.sentence_weight)


def _cosine(done: float) -> float:
    return max(0.02, 0.5 * (1 + float(np.cos(np.pi * done))))


def collate(rows: Sequence[Example]) -> Batch:
    """Lay examples side by side."""
    asked = max(len(row.question) for row in rows)
    length = max(len(row.text) for row in rows)
    batch = Batch(
        question_ids=torch.zeros(len(rows), asked, dtype=torch.int64),
        question_rows=torch.zeros(len(rows), asked, len(QUESTION_FEATURES)),
        question_mask=torch.zeros(len(rows), asked, dtype=torch.bool),
        text_ids=torch.zeros(len(rows), length, dtype=torch.int64),
        text_rows=torch.zeros(len(rows), length, len(FEATURES)),
        text_mask=torch.zeros(len(rows), length, dtype=torch.bool),
        near=torch.zeros(len(rows), length, asked),
        start=torch.full((len(rows),), length, dtype=torch.int64),
        end=torch.full((len(rows),), length, dtype=torch.int64),
        sentence=torch.zeros(len(rows), length, dtype=torch.bool),
    )
    for number, (question, text, first, last) in enumerate(rows):
        near = _units(question.ids) @ _units(text.ids).T
        batch.question_ids[number, : len(question)] = torch.from_numpy(question.ids)
        batch.question_rows[number, : len(question)] = _tensor(question_features(question, text, near))
        batch.question_mask[number, : len(question)] = True
        batch.text_ids[number, : len(text)] = torch.from_numpy(text.ids)
        batch.text_rows[number, : len(text)] = _tensor(text_features(question, text, near))
        batch.text_mask[number, : len(text)] = True
        batch.near[number, : len(text), : len(question)] = _tensor(near.T)
        if first >= 0:
            batch.start[number], batch.end[number] = first, last
            batch.sentence[number, : len(text)] = torch.from_numpy(text.sentence == text.sentence[first])
    return batch


def _units(ids: NDArray[np.int64]) -> NDArray[np.float32]:
    rows = shipped().rows(ids)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def _tensor(rows: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(rows)


def loss_of(outputs: Outputs, batch: Batch, sentence_weight: float) -> Tensor:
    """Return the loss of start and end, no answer among them, and of the answer's sentence."""
    null = outputs.null[:, None]
    loss = torch.zeros((), device=null.device)
    held = batch.sentence.any(dim=1)
    for logits, right in ((outputs.starts, batch.start), (outputs.ends, batch.end)):
        loss = loss + functional.cross_entropy(torch.cat([logits, null], dim=1), right) / 2
        if held.any():
            all_of = logits[held].logsumexp(dim=1)
            inside = logits[held].masked_fill(~batch.sentence[held], -1e4).logsumexp(dim=1)
            loss = loss + sentence_weight * (all_of - inside).sum() / len(held) / 2
    return loss


def load_reader(network: ReaderNetwork, path: Path) -> None:
    """Give a network the weights of a file; raises ModelError."""
    try:
        weights = load_file(path)
        found = {name: torch.from_numpy(value.astype(np.float32)) for name, value in weights.items()}
        network.load_state_dict(found)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(f"{path} holds no weights to go on from: {error}") from error


def save_reader(weights: dict[str, NDArray[np.float32]], out: Path) -> None:
    """Write the weights in half precision."""
    out.parent.mkdir(parents=True, exist_ok=True)
    told = {"features": json.dumps([*FEATURES, *QUESTION_FEATURES])}
    save_file({name: value.astype(np.float16) for name, value in weights.items()}, out, metadata=told)
