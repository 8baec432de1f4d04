"""Writes encoders as ONNX graphs, their weights as bytes: a fourth of their size.

Networks that begin alike share what is below: the rows of the vocabulary and the first layers are one
graph, the trunk; each network goes on from its output with one of its own.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from rag.train.encoder.pretrained import Pretrained

__all__ = ["save_encoder", "save_reader", "save_trunk"]

_EPSILON: Final = 1e-12
_OPSET: Final = 20
_IR: Final = 9

Floats = NDArray[np.float32]


def save_trunk(known: Pretrained, kept: NDArray[np.int64], layers: int, out: Path) -> None:
    """Write what is below, with some of the pieces: `ids` (n,) in, `below` (n, width) out.

    The matrices are quantised by column, and what they are multiplied with as it comes (Zafrir et al.,
    2019); the rows of the vocabulary each by its largest number.
    """
    graph = _Graph(known)
    x = graph.layers(graph.embedded(kept), range(layers))
    given = helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])
    onnx.save(graph.model(given, {"below": (x, ["n", known.shape.width])}), out)


def save_encoder(known: Pretrained, layers: int, out: Path) -> None:
    """Write what goes on from `below`, the output of the first layers: `vector` (width,), the unit vector.

    It is the mean of the pieces.
    """
    graph = _Graph(known)
    x = graph.layers("below", range(layers, known.shape.layers))
    mean = graph.do("ReduceMean", x, graph.constant("pieces", [0]), keepdims=0)
    vector = graph.do("LpNormalization", mean, axis=-1, p=2)
    onnx.save(graph.model(graph.below(), {"vector": (vector, [known.shape.width])}), out)


def save_reader(known: Pretrained, layers: int, heads: Mapping[str, Floats], out: Path) -> None:
    """Write what goes on from `below`: `places` (n, 2), how likely an answer starts and ends; `null` (1, 1).

    `heads` are the weights, out by in, and the biases of `places`, `null_in` and `null_out`.
    """
    graph = _Graph(known)
    x = graph.layers("below", range(layers, known.shape.layers))
    places = graph.plain("places", x, heads)
    first = graph.do("Slice", x, *(graph.constant(f"at{number}", [number]) for number in (0, 1)))
    null = graph.plain("null_out", graph.do("Gelu", graph.plain("null_in", first, heads)), heads)
    onnx.save(graph.model(graph.below(), {"places": (places, ["n", 2]), "null": (null, [1, 1])}), out)


class _Graph:
    """Puts a graph together, one operation after another."""

    def __init__(self, known: Pretrained) -> None:
        self._known = known
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def below(self) -> Any:
        """Return what a graph that goes on from another's output is given."""
        return helper.make_tensor_value_info("below", TensorProto.FLOAT, ["n", self._known.shape.width])

    def model(self, given: Any, said: Mapping[str, tuple[str, Sequence[int | str]]]) -> Any:
        """Return the whole, its outputs by name with their shapes."""
        for name, (value, _) in said.items():
            self._nodes.append(helper.make_node("Identity", [value], [name]))
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, (_, shape) in said.items()
        ]
        graph = helper.make_graph(self._nodes, "encoder", [given], outputs, list(self._constants.values()))
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
        onnx.checker.check_model(made)
        return made

    def embedded(self, kept: NDArray[np.int64]) -> str:
        """Return the rows of the pieces at their places."""
        rows = self._weights("emb.word", -1)[kept]
        scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True) / 127, 1e-8).astype(np.float32)
        found = self.do("Gather", self.constant("word", np.rint(rows / scale).astype(np.int8)), "ids")
        of_each = self.do("Gather", self.constant("word.scale", scale), "ids")
        word = self.do("Mul", self._float(found), of_each)
        places = self._weights("emb.pos", -1) + self._weights("emb.type", -1)[:1]
        some = (self.constant("pos", places), self.constant("from", [0]), self.do("Shape", "ids"))
        return self._norm("emb.ln", self.do("Add", word, self.do("Slice", *some)))

    def layers(self, x: str, numbers: range) -> str:
        """Return what some layers make of their input."""
        for number in numbers:
            x = self._layer(f"l{number}", x)
        return x

    def plain(self, name: str, x: str, weights: Mapping[str, Floats]) -> str:
        """Return a product with a small matrix, exactly, plus its bias."""
        matrix = np.ascontiguousarray(weights[f"{name}.weight"].T)
        product = self.do("MatMul", x, self.constant(f"{name}.w", matrix))
        return self.do("Add", product, self.constant(f"{name}.b", weights[f"{name}.bias"]))

    def _layer(self, name: str, x: str) -> str:
        width, _, heads, inner = self._known.shape
        split = self.constant("split", [-1, heads, width // heads])
        q, k, v = (self.do("Reshape", self._linear(f"{name}.{part}", x, width), split) for part in "qkv")
        q = self.do("Mul", q, self.constant("root", np.float32((width // heads) ** -0.5)))
        scores = self.do(
            "MatMul",
            self.do("Transpose", q, perm=[1, 0, 2]),
            self.do("Transpose", k, perm=[1, 2, 0]),
        )
        weights = self.do("Softmax", scores, axis=-1)
        seen = self.do("MatMul", weights, self.do("Transpose", v, perm=[1, 0, 2]))
        joined = self.do(
            "Reshape", self.do("Transpose", seen, perm=[1, 0, 2]), self.constant("join", [-1, width])
        )
        x = self._norm(f"{name}.aln", self.do("Add", x, self._linear(f"{name}.ao", joined, width)))
        raised = self.do("Gelu", self._linear(f"{name}.fi", x, inner))
        return self._norm(f"{name}.oln", self.do("Add", x, self._linear(f"{name}.fo", raised, width)))

    def _linear(self, name: str, x: str, out: int) -> str:
        matrix = self._known.weights[f"{name}.w"].reshape(out, -1).T
        scale = (np.maximum(np.abs(matrix).max(axis=0), 1e-8) / 127).astype(np.float32)
        whole, whole_scale, zero = self._do_all("DynamicQuantizeLinear", [x], 3)
        columns = self.constant(f"{name}.w", np.rint(matrix / scale).astype(np.int8))
        sums = self._float(self.do("MatMulInteger", whole, columns, zero))
        back = self.do("Mul", whole_scale, self.constant(f"{name}.scale", scale))
        return self.do("Add", self.do("Mul", sums, back), self._weight(f"{name}.b"))

    def _norm(self, name: str, x: str) -> str:
        by, plus = self._weight(f"{name}.w"), self._weight(f"{name}.b")
        return self.do("LayerNormalization", x, by, plus, axis=-1, epsilon=_EPSILON)

    def _float(self, x: str) -> str:
        return self.do("Cast", x, to=TensorProto.FLOAT)

    def _weights(self, name: str, rows: int) -> Floats:
        return self._known.weights[name].reshape(rows, self._known.shape.width)

    def _weight(self, name: str) -> str:
        return self.constant(name, self._known.weights[name])

    def constant(self, name: str, value: NDArray[Any] | np.float32 | Sequence[int]) -> str:
        """Return a named constant's name; a list of integers is one of 64 bits each."""
        array = np.asarray(value, dtype=np.int64 if isinstance(value, list) else None)
        self._constants.setdefault(name, numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def do(self, kind: str, *given: str, **settings: Any) -> str:
        """Return the one output of an operation."""
        return self._do_all(kind, given, 1, **settings)[0]

    def _do_all(self, kind: str, given: Sequence[str], outputs: int, **settings: Any) -> list[str]:
        names = [f"{len(self._nodes)}.{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(given), names, **settings))
        return names
