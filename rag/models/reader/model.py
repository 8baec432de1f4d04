"""The reader's network with numpy alone; `rag/train/reader/network.py` trains it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rag.errors import ModelError
from rag.models.embedders.static import shipped
from rag.models.reader.cut import Cut, Floats
from rag.models.reader.features import FEATURES, QUESTION_FEATURES, question_features, text_features

__all__ = ["FIRST_DILATIONS", "HEADS", "LATER_DILATIONS", "Logits", "Network", "Shape"]

FIRST_DILATIONS: Final = (1, 2)
LATER_DILATIONS: Final = (1, 2, 4, 8, 1, 2)
HEADS: Final = 4
_TINY: Final = 1e-5  # as torch's LayerNorm
_SHORTEST: Final = 1e-12  # as torch's normalize


class Shape(NamedTuple):
    """The sizes of a network."""

    width: int = 128
    own: int = 4096  # pieces, the commonest, that have a vector of their own


class Logits(NamedTuple):
    """What the network says of each piece of a text, and of its having no answer."""

    starts: Floats
    ends: Floats
    null: float


class Network:
    """Reads one text at a time: nothing is padded."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take the tensors of a trained network by name."""
        self._weights = {name: np.asarray(value, dtype=np.float32) for name, value in weights.items()}
        for name, value in list(self._weights.items()):
            if value.ndim == 2 and name != "own.weight":
                self._weights[name] = np.ascontiguousarray(value.T)

    @classmethod
    def read(cls, path: Path) -> "Network":
        """Read the weights from a file; raises ModelError."""
        try:
            with safe_open(path, framework="numpy") as file:
                told = json.loads((file.metadata() or {})["features"])
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(f"{path} holds no reader: {error}") from error
        if told != [*FEATURES, *QUESTION_FEATURES]:
            raise ModelError(f"{path} was made of other features: train it again (yinju train reader)")
        return cls(weights)

    def read_text(self, question: Cut, text: Cut) -> Logits:
        """Return the logits of a text's pieces for a question; neither may be without pieces."""
        asked_rows, rows = shipped().rows(question.ids), shipped().rows(text.ids)
        asked_units, units = _units(asked_rows), _units(rows)
        near = asked_units @ units.T
        told = text_features(question, text, near)
        q = self._meaning(question, asked_rows) + self._linear(
            "question_in", question_features(question, text, near)
        )
        t = self._meaning(text, rows) + self._linear("text_in", told)
        for number, dilation in enumerate(FIRST_DILATIONS):
            q = self._block(f"first.{number}", q, dilation)
            t = self._block(f"first.{number}", t, dilation)
        asked = _softmax(self._linear("pool", q)[:, 0]) @ q
        scores = t @ self._weights["align.weight"] @ q.T / np.float32(t.shape[1] ** 0.5)
        seen = _softmax(np.asarray(scores + self._weights["near"] * near.T, dtype=np.float32)) @ q
        x = self._linear("fuse", np.concatenate([t, seen, t * seen, told], axis=1))
        for number, dilation in enumerate(LATER_DILATIONS):
            if number == len(LATER_DILATIONS) - 2:
                x = self._attend(x)
            x = self._block(f"later.{number}", x, dilation, asked)
        x = self._norm("norm", x)
        towards = self._linear("asked", asked).reshape(2, -1) / np.float32(x.shape[1] ** 0.5)
        both = self._linear("heads", x) + x @ towards.T
        deep = np.maximum(self._linear("null_in", np.concatenate([x.max(axis=0), asked])), 0)
        return Logits(both[:, 0], both[:, 1], float(self._linear("null_out", deep)[0]))

    def _meaning(self, cut: Cut, rows: Floats) -> Floats:
        own = self._weights["own.weight"]
        return self._linear("project", rows) + own[np.minimum(cut.ids, len(own) - 1)]

    def _linear(self, name: str, x: Floats) -> Floats:
        return np.asarray(x @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])

    def _norm(self, name: str, x: Floats) -> Floats:
        centred = x - x.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(_TINY))
        return np.asarray(centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])

    def _block(self, name: str, x: Floats, dilation: int, asked: Floats | None = None) -> Floats:
        length, width = x.shape
        seen = self._norm(f"{name}.norm", x)
        if asked is not None:
            scale, shift = self._linear(f"{name}.lead", asked).reshape(2, -1)
            seen = seen * (1 + scale) + shift
        wide = np.zeros((length, 3 * width), dtype=np.float32)
        wide[dilation:, :width] = seen[:-dilation]
        wide[:, width : 2 * width] = seen
        wide[:-dilation, 2 * width :] = seen[dilation:]
        return x + self._linear(f"{name}.out", np.maximum(self._linear(f"{name}.conv", wide), 0))

    def _attend(self, x: Floats) -> Floats:
        length, width = x.shape
        split = self._linear("attention.qkv", self._norm("attention.norm", x))
        q, k, v = split.reshape(length, 3, HEADS, width // HEADS).transpose(1, 2, 0, 3)
        weights = _softmax(q @ k.transpose(0, 2, 1) / np.float32((width // HEADS) ** 0.5))
        seen = (weights @ v).transpose(1, 0, 2).reshape(length, width)
        return x + self._linear("attention.out", seen)


def _units(rows: Floats) -> Floats:
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(_SHORTEST))
    return np.asarray(rows / lengths)


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
