"""The recipe of the pretrained reader: an encoder learns to read question and text together.

First of public questions; then of our own, which are asked of whole documents and often miss what they
ask for. It is taught again, more briefly, without each part of them: what listens to the reader must learn
how it speaks of questions that it has not seen (stacking: Wolpert, 1992).
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from rag.models.sentence_encoder import FOLDER
from rag.text.vocabulary import read_vocabulary
from rag.train.cross_reader.examples import (
    Example,
    FoundText,
    examples,
    in_windows,
    of_sentences,
    read_sentences,
)
from rag.train.cross_reader.network import PAD, Batch, CrossReaderNetwork
from rag.train.data.pairs import AnswerRow, is_kept_back, read_answers
from rag.train.encoder.graph import save_reader
from rag.train.encoder.pretrained import Pretrained, pieces_of, read_pretrained
from rag.train.encoder.recipe import SHARED
from rag.train.fitting.descent import Descent, Rate, batches
from rag.train.reader.clozes import Clozes, read_paragraphs
from rag.train.reader.examples import Task, neighbours_of, of_answers
from rag.train.reader.network import Outputs
from rag.train.report import Report

__all__ = [
    "TOY",
    "Begin",
    "CrossReaderRecipe",
    "Out",
    "collate",
    "loss_of",
    "save_learnt",
    "train_cross_reader",
]

_IMPOSSIBLE: Final = -1e5  # logit
_DECAY: Final = 0.01
_LEAST_RATE: Final = 0.01  # of the highest

Weights = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class CrossReaderRecipe:
    """The settings of one training run; the model card tells how the shipped reader's differed."""

    paragraphs: int = 6000
    clozes: int = 2500  # paragraphs of an epoch
    sentences: int = 3000  # English questions of an epoch
    near_words: int = 16_000  # of the commonest pieces, those that near ones may stand for in clozes
    whole: float = 0.25  # how often a passage is read as it is
    longest: int = 220  # pieces of a public text
    epochs: int = 2
    learning_rate: float = 1.2e-4
    warm: int = 150  # steps
    average: float = 0.995
    own: int = 21_800  # examples of own questions and of public ones beside them
    own_without: int = 4000  # the same, of a reader that a part is kept from
    beside: int = 1200  # public questions that they are drawn from
    own_rate: float = 9e-5
    own_warm: int = 80
    own_average: float = 0.99
    batch: int = 16
    sentence_weight: float = 0.5
    seed: int = 1


TOY: Final = CrossReaderRecipe(
    paragraphs=20, clozes=5, sentences=10, near_words=300, epochs=1, own=16, own_without=8, beside=8
)


class Out(NamedTuple):
    """Where the reader goes, and the folder of those that `yinju train answers` listens to."""

    reader: Path
    without: Path


class Begin(NamedTuple):
    """What is gone on from: an encoder's weights, and the folder with what was made of them."""

    weights: Path
    folder: Path = FOLDER


def train_cross_reader(
    data: Path,
    begin: Begin,
    own: Mapping[str, Sequence[FoundText]],
    out: Out,
    recipe: CrossReaderRecipe,
    report: Report,
) -> dict[str, Any]:
    """Train on public answers and running text under `data`, then on own tasks; return what it was.

    The own tasks are given in parts by name. Beside the reader there is, for each part, one that was
    not taught it: `without_NAME.onnx`.
    """
    began = time.monotonic()
    torch.manual_seed(recipe.seed)
    source = random.Random(recipe.seed)  # noqa: S311 - a sample, not a secret
    known, vocabulary = read_pretrained(begin.weights), read_vocabulary(begin.folder)
    network = CrossReaderNetwork(known, pieces_of(known, vocabulary), SHARED)
    public = _Public(data, recipe, source)
    report(f"{len(public.rows):,} questions, {len(public.paragraphs):,} paragraphs")
    learning = _Learning(network, vocabulary, recipe, source, report)
    first = learning.of_public(public)
    taught = learning.of_own(first, [*chain(*own.values())], public, recipe.own)
    save_learnt(known, taught, out.reader)
    for name in own:
        others = [task for other, part in own.items() if other != name for task in part]
        taught = learning.of_own(first, others, public, recipe.own_without)
        save_learnt(known, taught, out.without / f"without_{name}.onnx")
    return {
        "questions": len(public.rows),
        "tasks": {name: len(tasks) for name, tasks in own.items()},
        "seconds": round(time.monotonic() - began),
        "recipe": asdict(recipe),
    }


class _Public:
    """What is public to learn from."""

    def __init__(self, data: Path, recipe: CrossReaderRecipe, source: random.Random) -> None:
        self._recipe, self._source = recipe, source
        self.rows = [row for row in read_answers(data) if not is_kept_back(row.passage)]
        self.paragraphs = read_paragraphs(data, source, recipe.paragraphs)
        self._sentences = read_sentences(data)
        self._clozes = Clozes(recipe.seed)
        self._clozes.prepare(recipe.near_words)
        self._neighbours = neighbours_of(self.rows, source)

    def of_an_epoch(self) -> Iterator[Task]:
        """Yield tasks: another stretch of text, and other ones without an answer, each time."""
        yield from of_answers(self.rows, self._neighbours, self._source, self._recipe.whole)
        some = min(self._recipe.clozes, len(self.paragraphs))
        for paragraph in self._source.sample(self.paragraphs, some):
            yield from self._clozes.make(*paragraph)
        yield from of_sentences(self._sentences, self._recipe.sentences, self._source)

    def beside(self) -> list[AnswerRow]:
        """Return some of the questions."""
        return self._source.sample(self.rows, min(self._recipe.beside, len(self.rows)))


class _Learning:
    """Takes the network through tasks."""

    def __init__(
        self,
        network: CrossReaderNetwork,
        vocabulary: Tokenizer,
        recipe: CrossReaderRecipe,
        source: random.Random,
        report: Report,
    ) -> None:
        self._network, self._vocabulary, self._recipe = network, vocabulary, recipe
        self._source, self._report = source, report

    def of_public(self, public: _Public) -> Weights:
        """Return what is learnt of public questions, averaged."""
        recipe = self._recipe
        run = self._descent(recipe.learning_rate, recipe.warm, recipe.average)
        for number in range(recipe.epochs):
            rows = examples(public.of_an_epoch(), self._vocabulary, recipe.longest)
            run.plan(run.seen + len(rows) * (recipe.epochs - number))
            self._epoch(run, rows, f"epoch {number + 1}")
        return run.averaged()

    def of_own(self, first: Weights, own: Sequence[FoundText], public: _Public, count: int) -> Weights:
        """Return what `count` examples teach that begins with some weights: those if there are none."""
        if not own:
            return first
        recipe = self._recipe
        for name, value in self._network.trained().items():
            value.data.copy_(torch.from_numpy(first[name]))
        run = self._descent(recipe.own_rate, recipe.own_warm, recipe.own_average)
        beside = of_answers(public.beside(), lambda _: [], self._source, recipe.whole)
        rows = examples(beside, self._vocabulary, recipe.longest)
        rows += in_windows(own, self._vocabulary, self._source)
        run.plan(count)
        for start in range(0, count, len(rows)):
            self._epoch(run, self._source.sample(rows, min(len(rows), count - start)), "own")
        return run.averaged()

    def _descent(self, rate: float, warm: int, average: float) -> Descent:
        fall = Rate(rate, warm, lambda done: max(_LEAST_RATE, 1 - done), _DECAY, average)
        run = Descent(self._network.trained(), fall, self._report)
        self._network.to(run.device)
        return run

    def _epoch(self, run: Descent, rows: Sequence[Example], name: str) -> None:
        self._network.train()

        def loss(some: Sequence[Example]) -> Tensor:
            batch = Batch(*(value.to(run.device) for value in collate(some)))
            with torch.autocast(run.device, dtype=torch.bfloat16):
                outputs = self._network(batch)
            return loss_of(outputs, batch, self._recipe.sentence_weight)

        given = batches(rows, self._recipe.batch, lambda row: len(row.ids), self._source)
        run.epoch(given, loss, name)


def save_learnt(known: Pretrained, learnt: Weights, out: Path) -> None:
    """Write what was learnt, by name, as the graph that goes on from the trunk."""
    heads, weights = {}, dict(known.weights)
    for name, value in learnt.items():
        if name.startswith("layers."):
            _, number, part, kind = name.split(".")
            weights[f"l{number}.{part}.{kind[0]}"] = value.ravel()
        else:
            heads[name] = value
    out.parent.mkdir(parents=True, exist_ok=True)
    save_reader(replace(known, weights=weights), SHARED, heads, out)


def collate(rows: Sequence[Example]) -> Batch:
    """Lay examples side by side."""
    length = max(len(row.ids) for row in rows)
    ids = torch.full((len(rows), length), PAD)
    text, sentence = (torch.zeros(len(rows), length, dtype=torch.bool) for _ in range(2))
    starts, ends = (torch.zeros(len(rows), length + 1, dtype=torch.bool) for _ in range(2))
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        text[number, row.text] = True
        sentence[number, row.sentence] = True
        starts[number, row.starts or [length]] = True
        ends[number, row.ends or [length]] = True
    return Batch(ids, text, starts, ends, sentence)


def loss_of(outputs: Outputs, batch: Batch, sentence_weight: float) -> Tensor:
    """Return the loss of start and end, no answer among them, and of the answer's sentence."""
    loss = torch.zeros((), device=outputs.null.device)
    held = batch.sentence.any(dim=1)
    for logits, right in ((outputs.starts, batch.starts), (outputs.ends, batch.ends)):
        loss = loss + _missed(torch.cat([logits, outputs.null[:, None]], dim=1), right).mean() / 2
        if held.any():
            missed = _missed(logits[held], batch.sentence[held]).sum() / len(held)
            loss = loss + sentence_weight * missed / 2
    return loss


def _missed(logits: Tensor, right: Tensor) -> Tensor:
    """Return the cross entropy of each row where any of some places is right."""
    return logits.logsumexp(dim=1) - logits.masked_fill(~right, _IMPOSSIBLE).logsumexp(dim=1)
