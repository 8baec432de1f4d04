"""Gradient descent as every recipe of a network runs it: a rate that rises and falls, averaged weights."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rag.train.report import Report

__all__ = ["Descent", "Rate", "batches"]

Row = TypeVar("Row")
_BUCKET = 40  # batches whose rows are sorted by length


class Rate(NamedTuple):
    """How fast a network learns: up to `highest` in some steps, then as `fall` says of the share done."""

    highest: float
    warm: int
    fall: Callable[[float], float]
    decay: float  # of the weights
    average: float  # of the running average that is kept at each step


class Descent:
    """The optimiser, its schedule and the running average of the weights, on a GPU if torch sees one."""

    def __init__(
        self, learnt: Mapping[str, Tensor], rate: Rate, report: Report, seconds: float = 1e9
    ) -> None:
        """Take the tensors that are learnt, by name; after `seconds` the rate is at its end."""
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self._learnt, self._rate, self._report, self._seconds = learnt, rate, report, seconds
        self._optimiser = torch.optim.AdamW(
            learnt.values(), lr=0.0, weight_decay=rate.decay, betas=(0.9, 0.98)
        )
        self._average = {name: value.detach().clone() for name, value in learnt.items()}
        self._planned = 1
        self._began = time.monotonic()
        self._steps = 0
        self.seen = 0

    def plan(self, total: int) -> None:
        """Set how many examples there will be about."""
        self._planned = max(1, total)

    @property
    def is_over(self) -> bool:
        """Tell whether the time has passed."""
        return time.monotonic() - self._began > self._seconds

    @property
    def _done(self) -> float:
        passed = (time.monotonic() - self._began) / self._seconds
        return min(1.0, max(self.seen / self._planned, passed))

    def epoch(
        self, given: Iterator[Sequence[Row]], loss_of: Callable[[Sequence[Row]], Tensor], name: str
    ) -> None:
        """Learn from each batch once, or until the time has passed."""
        losses: list[float] = []
        for rows in given:
            if self.is_over:
                return
            losses.append(self._step(loss_of(rows)))
            self.seen += len(rows)
            if self._steps % 100 == 0:
                mean = float(np.mean(losses[-100:]))
                self._report(f"{name}: {self.seen:,} of about {self._planned:,}, loss {mean:.3f}")

    def _step(self, loss: Tensor) -> float:
        rate = min(1.0, (self._steps + 1) / self._rate.warm) * self._rate.fall(self._done)
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate.highest * rate
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._learnt.values(), 1.0)
        self._optimiser.step()
        self._steps += 1
        decay = min(self._rate.average, (1 + self._steps) / (10 + self._steps))
        with torch.no_grad():
            for name, value in self._learnt.items():
                self._average[name].lerp_(value, 1 - decay)
        return float(loss.detach())

    def averaged(self) -> dict[str, NDArray[np.float32]]:
        """Return the averaged weights by name."""
        return {name: value.cpu().numpy() for name, value in self._average.items()}


def batches(
    rows: Sequence[Row], size: int, length: Callable[[Row], int], source: random.Random
) -> Iterator[list[Row]]:
    """Yield the rows in batches of about equal lengths, in random order."""
    order = list(range(len(rows)))
    source.shuffle(order)
    for start in range(0, len(order), size * _BUCKET):
        near = sorted(order[start : start + size * _BUCKET], key=lambda at: length(rows[at]))
        cuts = [near[at : at + size] for at in range(0, len(near), size)]
        source.shuffle(cuts)
        for some in cuts:
            yield [rows[at] for at in some]
