"""The recipe of the reader that ships with the project: clozes first, then questions with answers."""

import json
import random
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from torch import Tensor
from torch.nn import functional

from rag.embed.static import shipped
from rag.errors import ModelError
from rag.reader.features import FEATURES, QUESTION_FEATURES, question_features, text_features
from rag.reader.model import Shape
from rag.text import normalise, terms
from rag.train.pairs import AnswerRow, read_answers
from rag.train.reader_examples import Clozes, Example, examples, of_answers, read_paragraphs
from rag.train.reader_network import Batch, Outputs, ReaderNetwork

__all__ = ["ReaderRecipe", "collate", "is_kept_back", "load_reader", "loss_of", "save_reader", "train_reader"]

Report = Callable[[str], None]
_BUCKET = 40  # batches whose examples are sorted by length


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


def is_kept_back(passage: str) -> bool:
    """Tell by its checksum whether a passage is kept for choosing among recipes: one in ten."""
    return zlib.crc32(normalise(passage).encode()) % 10 == 1


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
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    run = _Run(network, recipe, source, report)
    neighbours = _neighbours(rows, source)
    report(f"{len(rows):,} questions, {len(paragraphs):,} paragraphs")
    first = paragraphs if begin is None else []
    warm = examples([task for row in first for task in clozes.make(*row)])
    beside = int(len(rows) * recipe.clozes_beside)
    run.plan(len(warm) + int(recipe.epochs * (len(rows) * 1.55 + beside * 1.2)))
    run.epoch(warm, "clozes")
    for number in range(recipe.epochs):
        some = source.sample(paragraphs, min(beside, len(paragraphs)))
        tasks = [*of_answers(rows, neighbours, source), *(task for row in some for task in clozes.make(*row))]
        run.epoch(examples(tasks), f"epoch {number + 1}")
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


class _Run:
    """The optimiser, its schedule and the running average of the weights."""

    def __init__(
        self, network: ReaderNetwork, recipe: ReaderRecipe, source: random.Random, report: Report
    ) -> None:
        self._network, self._recipe, self._source, self._report = network, recipe, source, report
        self._optimiser = torch.optim.AdamW(
            network.parameters(), lr=0.0, weight_decay=recipe.weight_decay, betas=(0.9, 0.98)
        )
        self._average = {name: value.detach().clone() for name, value in network.named_parameters()}
        self._planned = 1
        self._began = time.monotonic()
        self.seen = 0
        self._steps = 0

    def plan(self, total: int) -> None:
        """Set how many examples there will be about."""
        self._planned = max(1, total)

    @property
    def is_over(self) -> bool:
        """Tell whether the recipe's time has passed."""
        return time.monotonic() - self._began > self._recipe.seconds

    def epoch(self, rows: Sequence[Example], name: str) -> None:
        """Learn from each example once."""
        self._network.train()
        device = next(self._network.parameters()).device
        losses: list[float] = []
        for batch in batches(rows, self._recipe.batch, self._source):
            done = max(self.seen / self._planned, (time.monotonic() - self._began) / self._recipe.seconds)
            if self.is_over:
                return
            rate = min(1.0, (self._steps + 1) / 200) * max(0.02, 0.5 * (1 + np.cos(np.pi * min(1.0, done))))
            for group in self._optimiser.param_groups:
                group["lr"] = self._recipe.learning_rate * rate
            tensors = Batch(*(value.to(device) for value in collate(batch)))
            loss = loss_of(self._network(tensors), tensors, self._recipe.sentence_weight)
            self._optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
            self._optimiser.step()
            self._follow()
            self.seen += len(batch)
            losses.append(float(loss.detach()))
            if self._steps % 100 == 0:
                mean = float(np.mean(losses[-100:]))
                self._report(f"{name}: {self.seen:,} of about {self._planned:,}, loss {mean:.3f}")

    def _follow(self) -> None:
        self._steps += 1
        decay = min(self._recipe.average, (1 + self._steps) / (10 + self._steps))
        with torch.no_grad():
            for name, value in self._network.named_parameters():
                self._average[name].lerp_(value, 1 - decay)

    def averaged(self) -> dict[str, NDArray[np.float32]]:
        """Return the averaged weights by name."""
        return {name: value.cpu().numpy() for name, value in self._average.items()}


def batches(rows: Sequence[Example], size: int, source: random.Random) -> Iterator[list[Example]]:
    """Yield the examples in batches of about equal lengths, in random order."""
    order = list(range(len(rows)))
    source.shuffle(order)
    for start in range(0, len(order), size * _BUCKET):
        near = sorted(order[start : start + size * _BUCKET], key=lambda at: len(rows[at].text))
        cuts = [near[at : at + size] for at in range(0, len(near), size)]
        source.shuffle(cuts)
        for some in cuts:
            yield [rows[at] for at in some]


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


def _neighbours(rows: Sequence[AnswerRow], source: random.Random) -> Callable[[int], Sequence[int]]:
    """Return what finds, for a question, rows of other passages that share its words."""
    holders: dict[str, list[int]] = {}
    passages: dict[str, int] = {}
    for number, row in enumerate(rows):
        if row.passage not in passages:
            passages[row.passage] = number
            for term in set(terms(row.passage)):
                if len(term) > 1:
                    holders.setdefault(term, []).append(number)

    def near(number: int) -> Sequence[int]:
        counts: dict[int, float] = {}
        for term in set(terms(rows[number].question)):
            found = holders.get(term, ())
            if len(found) < 200:
                for other in found:
                    counts[other] = counts.get(other, 0.0) + 1 / (5 + len(found))
        counts.pop(passages[rows[number].passage], None)
        best = sorted(counts, key=counts.__getitem__, reverse=True)[:4]
        return best or [source.randrange(len(rows))]

    return near


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
